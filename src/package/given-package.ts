import { described, isIterable, isRecord } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import { type AddressOptions, addressSource } from './address.ts'
import { fileListSource, type GivenFile } from './file-list.ts'
import type { PackageSource } from './source.ts'

/**
 * A package as a caller names it: a folder (in Node), an address that begins with `https://` or `http://`, the files of a
 * folder, or anything that reads files by their paths.
 */
export type GivenPackage = string | URL | Iterable<GivenFile> | PackageSource

/**
 * The source of a package that a caller names.
 *
 *     packageSource('https://example.org/packages/sensors')
 *     packageSource(input.files)
 *
 * @param folder opens a folder; absent in a page, which has none
 * @throws UserError for anything else
 */
export function packageSource(
  given: GivenPackage,
  { folder, ...options }: AddressOptions & { folder?: (path: string) => PackageSource } = {},
): PackageSource {
  if (given instanceof URL || (typeof given === 'string' && /^https?:\/\//i.test(given)))
    return addressSource(given, options)
  const kinds = `${folder ? 'a folder, ' : ''}an address that begins with https:// or http://, or a list of files`
  const refuse = (got: string) => new UserError(`package: expected ${kinds}, got ${got}`)
  if (typeof given === 'string') {
    if (!folder || given === '') throw refuse(described(given))
    return folder(given)
  }
  if (isRecord(given) && typeof (given as Partial<PackageSource>).read === 'function')
    return given as PackageSource
  if (!Array.isArray(given) && !isIterable(given)) throw refuse(described(given))
  const files = [...(given as Iterable<GivenFile>)]
  if (files.length === 0) throw refuse('no files')
  const at = files.findIndex((file) => typeof (file as File | null)?.arrayBuffer !== 'function')
  if (at >= 0) throw refuse(described(files[at]))
  return fileListSource(files)
}
