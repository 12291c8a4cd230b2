import { accessSync, constants } from 'node:fs'
import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import { firstBytes } from './elements.ts'
import { gunzipDeclared, gunzipEnd, gunzipHead } from './gzip.ts'
import { parseIdxFile } from './idx-file.ts'
import { isGzip, isIdx, isNpy, isZip } from './magic.ts'
import { memoryLimit } from './memory-limit.ts'
import { npyHeaderLength, npyLength, npyPrefix, parseNpy } from './npy.ts'
import { parseNpz } from './npz.ts'
import { readRegularFile } from './regular-file.ts'
import { inflateLimit, requireZipEnd, zipEndMost } from './zip.ts'

export type FileFormat = 'npy' | 'npz' | 'idx'

/** What a data file holds. */
export interface FileArrays {
  readonly format: FileFormat
  /** The file was gzip-compressed as a whole. */
  readonly gzip: boolean
  /** By name in an `.npz`; one array under the empty name otherwise. */
  readonly arrays: ReadonlyMap<string, HostTensor>
}

/**
 * Reads all arrays of a data file. The first bytes decide the format, not the name. The unpacked size of a
 * compressed file is known before memory is allocated for it.
 *
 * @throws UserError if the file is missing, cannot be read, is damaged or in an unknown format, or does not fit
 * in memory.
 */
export async function readArrays(path: string): Promise<FileArrays> {
  const file = await readBytes(path)
  const gzip = isGzip(file)
  const format = formatOf(gzip ? gunzipHead(file, path, npyPrefix) : file, path)
  return { format, gzip, arrays: await parsers[format](file, gzip, path) }
}

type Arrays = ReadonlyMap<string, HostTensor>
type Parser = (file: Uint8Array, gzip: boolean, path: string) => Arrays | Promise<Arrays>

const parsers: Readonly<Record<FileFormat, Parser>> = {
  idx: (file, _, path) => new Map([['', parseIdxFile(file, path)]]),
  npy: (file, gzip, path) => new Map([['', parseNpy(gzip ? gunzipNpy(file, path) : file, path)]]),
  npz: async (file, gzip, path) =>
    parseNpz(
      gzip ? await gunzipNpz(file, path) : file,
      path,
      Math.min(inflateLimit, memoryLimit()),
    ),
}

function gunzipNpy(file: Uint8Array, path: string): Uint8Array {
  const head = npyHeaderLength(gunzipHead(file, path, npyPrefix), path)
  return gunzipDeclared(file, path, npyLength(gunzipHead(file, path, head), path))
}

/** The directory of an archive is at its end, so its length is found first. */
async function gunzipNpz(file: Uint8Array, path: string): Promise<Uint8Array> {
  const { length, tail } = await gunzipEnd(file, path, inflateLimit, zipEndMost)
  requireZipEnd(tail, path)
  return gunzipDeclared(file, path, length)
}

function formatOf(bytes: Uint8Array, path: string): FileFormat {
  if (isNpy(bytes)) return 'npy'
  if (isZip(bytes)) return 'npz'
  if (isIdx(bytes)) return 'idx'
  throw new UserError(
    `${path}: not a data file that can be read: it begins with ${firstBytes(bytes, 4)}; expected a .npy, .npz or IDX file, plain or gzipped`,
  )
}

/** Throws UserError if a file is missing or may not be read. */
export function requireReadable(path: string): void {
  try {
    accessSync(path, constants.R_OK)
  } catch (error) {
    throw new UserError(`${path}: ${readProblem(error as NodeJS.ErrnoException)}`)
  }
}

/** Most bytes of a data file. */
const LARGEST = 2 ** 31

/**
 * The bytes of a file.
 *
 * @throws UserError if it is missing, not a regular file, too large or unreadable.
 */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readRegularFile(path, LARGEST)
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(`${path}: ${readProblem(error as NodeJS.ErrnoException)}`)
  }
}

/** What the system says of a file that cannot be read, in words. */
export function readProblem(error: Error & { readonly code?: string | undefined }): string {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such file'
    case 'EISDIR':
      return 'is a folder; expected a .npy, .npz or IDX file'
    case 'EACCES':
    case 'EPERM':
      return 'may not be read: check its permissions'
    default:
      return `cannot be read (${error.message})`
  }
}
