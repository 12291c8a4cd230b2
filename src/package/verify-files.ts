import { UserError } from '../tensor/errors.ts'
import { readSafetensors } from '../tensor/safetensors.ts'
import { strictJson } from '../tensor/strict-json.ts'
import { MANIFEST } from './files.ts'
import { type Manifest, openManifest, readListed } from './manifest.ts'
import { requireSafeOnnx } from './safe-onnx.ts'
import { fileName, type PackageSource } from './source.ts'

/** Something that was found wrong with a file of a package, or is worth knowing. */
export interface Finding {
  /** The path of the file in the package. */
  readonly path: string
  /** On one line. */
  readonly what: string
  /** Whether it is no fault: a file that nothing reads. */
  readonly isNote: boolean
}

/**
 * Checks all files of a package: that each is there with the size and the hash of the manifest, and is what its name
 * says. Files that the manifest does not list are noted where the source can list them: nothing reads them.
 *
 * @param options.seal the seal that the caller expects
 * @throws UserError where the source as a whole cannot be read
 */
export async function verifyFiles(
  source: PackageSource,
  { seal }: { readonly seal?: string | undefined } = {},
): Promise<Finding[]> {
  const faultIn = async (path: string, check: () => Promise<unknown>): Promise<Finding[]> => {
    try {
      await check()
      return []
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      const prefix = `${fileName(source, path)}: `
      const what = error.message.startsWith(prefix)
        ? error.message.slice(prefix.length)
        : error.message
      return [{ path, what, isNote: false }]
    }
  }
  let manifest: Manifest | undefined
  const found = await faultIn(MANIFEST, async () => {
    manifest = await openManifest(source, seal)
  })
  if (!manifest) return found
  const listed = Object.keys(manifest.files).sort()
  for (const path of listed)
    found.push(
      ...(await faultIn(path, async () => {
        requireForm(path, await readListed(source, manifest!, path), fileName(source, path))
      })),
    )
  const there = (await source.list?.()) ?? []
  for (const path of there.filter((one) => one !== MANIFEST && !listed.includes(one)).sort())
    found.push({ path, what: `is not in ${MANIFEST}; nothing reads it`, isNote: true })
  return found
}

/** Refuses a file that is not of the form that its name says. */
export function requireForm(path: string, bytes: Uint8Array, name: string): void {
  if (path.endsWith('.safetensors')) readSafetensors(bytes, name)
  if (path.endsWith('.onnx')) requireSafeOnnx(bytes, name)
  if (path.endsWith('.json')) {
    const { fault } = strictJson(bytes)
    if (fault !== undefined) throw new UserError(`${name}: ${fault}`)
  }
}
