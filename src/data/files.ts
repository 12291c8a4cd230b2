import { readFile } from 'node:fs/promises'
import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import { firstBytes } from './elements.ts'
import { isGzip, plainBytes } from './gzip.ts'
import { parseIdx } from './idx.ts'
import { npyMagic, parseNpy } from './npy.ts'
import { parseNpz } from './npz.ts'

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
 * Reads all arrays of a data file. The format is told by the file's first bytes and not by its name.
 *
 * @throws UserError when the file is not there, cannot be read, or is of no known or a damaged format.
 */
export async function readArrays(path: string): Promise<FileArrays> {
  const file = await readBytes(path)
  const gzip = isGzip(file)
  const bytes = plainBytes(file, path)
  const format = formatOf(bytes, path)
  const arrays =
    format === 'npz' ? parseNpz(bytes, path) : new Map([['', parse(format, bytes, path)]])
  return { format, gzip, arrays }
}

function parse(format: 'npy' | 'idx', bytes: Uint8Array, path: string): HostTensor {
  return format === 'npy' ? parseNpy(bytes, path) : parseIdx(bytes, path)
}

function formatOf(bytes: Uint8Array, path: string): FileFormat {
  if (npyMagic.every((byte, i) => bytes[i] === byte)) return 'npy'
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return 'npz'
  if (bytes[0] === 0 && bytes[1] === 0) return 'idx'
  throw new UserError(
    `${path}: not a data file that can be read: it begins with ${firstBytes(bytes, 4)}; expected a .npy, .npz or IDX file, plain or gzipped`,
  )
}

/**
 * The bytes of a file.
 *
 * @throws UserError when it is not there, is a folder, is too large or may not be read.
 */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new UserError(`${path}: ${readProblem(error as NodeJS.ErrnoException)}`)
  }
}

function readProblem(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such file'
    case 'EISDIR':
      return 'is a folder; expected a .npy, .npz or IDX file'
    case 'EACCES':
    case 'EPERM':
      return 'may not be read: check its permissions'
    case 'ERR_FS_FILE_TOO_LARGE':
      return 'is larger than the 2 GiB that a file may have; split it'
    default:
      return `cannot be read (${error.message})`
  }
}
