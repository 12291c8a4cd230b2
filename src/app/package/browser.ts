import { addressSource } from '../../package/address.ts'
import { type PackageLocation, sourceOf } from '../../package/location.ts'
import type { PackageSource } from '../../package/source.ts'
import { openRuntime } from '../../runtime/web.ts'
import type { OpenOptions } from './open.ts'
import type { LoadPackageOptions, PackagedModel } from './packaged-model.ts'
import type { Verification } from './verify.ts'

/**
 * The model of a package, as `load` gives that of a run. It needs nothing but the package. Every file is checked first, and
 * the model answers the goldens once.
 *
 *     const model = await loadPackage('/models/sensors/')
 *     const { alarms } = await model.score(rows)
 *
 * With `runtime: referenceRuntime`, of `latentlab/graph`, it answers before ONNX Runtime has been loaded, more slowly.
 *
 * @param location an address, which may be relative to the page: only its files are fetched; or what an input with
 * `webkitdirectory` gives
 * @throws UserError on one line: for a file that is missing, damaged or unsafe, and where the model answers otherwise than its
 * goldens say
 */
export async function loadPackage(
  location: PackageLocation,
  options: LoadPackageOptions = {},
): Promise<PackagedModel> {
  const { packagedModel, requireLoadOptions } = await import('./packaged-model.ts')
  requireLoadOptions(options)
  const { threads = 0 } = options
  return packagedModel(sourceAt(location), () => openRuntime({ device: 'cpu', threads }), options)
}

/**
 * Checks a package: its files against the hashes of its manifest, its answers against its goldens.
 *
 *     const { sound, findings } = await verifyPackage('/models/sensors/')
 *
 * @throws UserError where nothing can be read there
 */
export async function verifyPackage(
  location: PackageLocation,
  options: OpenOptions = {},
): Promise<Verification> {
  const { requireLoadOptions } = await import('./packaged-model.ts')
  requireLoadOptions(options, 'verifyPackage')
  const { verification } = await import('./verify.ts')
  return verification(sourceAt(location), () => openRuntime({ device: 'cpu', threads: 0 }), options)
}

/** Throws UserError for what is none. */
export const sourceAt = (location: PackageLocation): PackageSource =>
  sourceOf(
    location,
    (text) => addressSource(new URL(text, globalThis.location?.href)),
    'the address',
  )
