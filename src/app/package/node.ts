import { addressSource } from '../../package/address.ts'
import { fileListSource, type GivenFile } from '../../package/file-list.ts'
import type { PackageFiles } from '../../package/files.ts'
import { folderSource } from '../../package/folder.ts'
import { memorySource, type PackageSource } from '../../package/source.ts'
import { openRuntime } from '../../runtime/node.ts'
import { described } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import type { OpenOptions } from './open.ts'
import {
  type LoadPackageOptions,
  type PackagedModel,
  packagedModel,
  requireLoadOptions,
} from './packaged-model.ts'
import { type Verification, verification } from './verify.ts'

/** Where a package is: a folder, an address, a list of `File`s, or its files in memory. */
export type PackageLocation = string | URL | Iterable<GivenFile> | PackageFiles

/**
 * The model of a package, as `load` gives that of a run. It needs nothing but the package. Every file is checked first, and
 * the model answers the goldens once.
 *
 *     const model = await loadPackage('packages/sensors')
 *     const { alarms } = await model.score(rows)
 *
 * @param location a folder, or an address that begins with http:// or https://: only its files are fetched
 * @throws UserError on one line: for a file that is missing, damaged or unsafe, and where the model answers otherwise than its
 * goldens say
 */
export async function loadPackage(
  location: PackageLocation,
  options: LoadPackageOptions = {},
): Promise<PackagedModel> {
  requireLoadOptions(options)
  const { threads = 0 } = options
  return packagedModel(sourceAt(location), () => openRuntime({ device: 'cpu', threads }), options)
}

/**
 * Checks a package: its files against the hashes of its manifest, its answers against its goldens.
 *
 *     const { sound, findings } = await verifyPackage('packages/sensors')
 *
 * @throws UserError where nothing can be read there
 */
export async function verifyPackage(
  location: PackageLocation,
  options: OpenOptions = {},
): Promise<Verification> {
  requireLoadOptions(options)
  return verification(sourceAt(location), () => openRuntime({ device: 'cpu', threads: 0 }), options)
}

/** Throws UserError for what is none. */
export function sourceAt(location: PackageLocation): PackageSource {
  if (location instanceof URL) return addressSource(location)
  if (typeof location === 'string' && location !== '')
    return /^https?:/i.test(location) ? addressSource(location) : folderSource(location)
  if (location instanceof Map) return memorySource(location)
  if (typeof location === 'object' && location !== null && Symbol.iterator in location)
    return fileListSource(location as Iterable<GivenFile>)
  throw new UserError(
    `location: expected the folder or the address of a package, or its files, got ${described(location)}`,
  )
}
