import { described, isIterable, isRecord } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import { addressSource } from './address.ts'
import { fileListSource, type GivenFile } from './file-list.ts'
import { type PackageFiles, requireFiles } from './files.ts'
import { memorySource, type PackageSource } from './source.ts'

/**
 * Where a package is: a folder or an address by its name, a list of `File`s, its files in memory, or anything that reads
 * files by their paths.
 */
export type PackageLocation = string | URL | Iterable<GivenFile> | PackageFiles | PackageSource

/**
 * The source of a package that a caller names.
 *
 * @param named opens what a text names: in a page an address, in Node also a folder
 * @param expected what a text may name, for the message
 * @throws UserError for what is no location
 */
export function sourceOf(
  location: PackageLocation,
  named: (text: string) => PackageSource,
  expected: string,
): PackageSource {
  const refuse = (got: string) =>
    new UserError(`location: expected ${expected} of a package, or its files, got ${got}`)
  if (location instanceof URL) return addressSource(location)
  if (typeof location === 'string') {
    if (location === '' || location.includes('\0')) throw refuse(described(location))
    return named(location)
  }
  if (location instanceof Map) return memorySource(requireFiles(location, 'location'))
  if (isRecord(location) && typeof (location as Partial<PackageSource>).read === 'function')
    return location as PackageSource
  if (!Array.isArray(location) && !isIterable(location)) throw refuse(described(location))
  const files = [...(location as Iterable<GivenFile>)]
  if (files.length === 0) throw refuse('no files')
  const at = files.findIndex((file) => typeof (file as File | null)?.arrayBuffer !== 'function')
  if (at >= 0) throw refuse(`${described(files[at])} among them`)
  return fileListSource(files)
}
