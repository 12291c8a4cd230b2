import { UserError } from '../tensor/errors.ts'
import { MANIFEST, type PackageFiles, pathFault } from './files.ts'

/** Where a package is read from. */
export interface PackageSource {
  /** The folder, the address, or what else a message calls it. */
  readonly name: string
  /** The paths of all files that are there; absent where nothing can list them, as at an address. */
  list?(): Promise<string[]>
  /**
   * The bytes of one file.
   *
   * @param path as `pathFault` allows it
   * @param mostBytes a larger file is refused before it is read, or as soon as more has come
   * @throws UserError on one line that begins with `fileName(source, path)`
   */
  read(path: string, mostBytes: number): Promise<Uint8Array>
}

/** A file of a package in a message. */
export const fileName = ({ name }: Pick<PackageSource, 'name'>, path: string): string =>
  name === '' ? path : `${name.replace(/\/+$/, '')}/${path}`

/** Refuses a path before anything is done with it. */
export function requirePath(source: Pick<PackageSource, 'name'>, path: string): void {
  const fault = pathFault(path)
  if (fault !== undefined) throw new UserError(`${source.name}: ${fault}`)
}

/** The error for a file that is not there. */
export function missing(source: Pick<PackageSource, 'name'>, path: string): UserError {
  const whole = path === MANIFEST ? ', and every package has one' : ''
  return new UserError(`${fileName(source, path)}: there is no such file${whole}`)
}

/**
 * The error for a file that is larger than it may be.
 *
 * @param bytes its size, where it is known
 */
export function tooLarge(
  source: Pick<PackageSource, 'name'>,
  path: string,
  mostBytes: number,
  bytes?: number,
): UserError {
  const size = bytes === undefined ? 'is larger' : `has ${bytes} bytes, more`
  return new UserError(`${fileName(source, path)}: ${size} than the ${mostBytes} bytes expected`)
}

/** A package in memory as a source. */
export function memorySource(files: PackageFiles, name = 'the package'): PackageSource {
  const source: PackageSource = {
    name,
    list: async () => [...files.keys()],
    async read(path, mostBytes) {
      requirePath(source, path)
      const bytes = files.get(path)
      if (!bytes) throw missing(source, path)
      if (bytes.length > mostBytes) throw tooLarge(source, path, mostBytes, bytes.length)
      return bytes
    },
  }
  return source
}

/** A source that keeps what it has read. A larger limit than that of the first reading changes nothing. */
export function readOnce(source: PackageSource): PackageSource {
  const known = new Map<string, Promise<Uint8Array>>()
  return {
    name: source.name,
    ...(source.list && { list: () => source.list!() }),
    read(path, mostBytes) {
      const bytes = known.get(path) ?? source.read(path, mostBytes)
      known.set(path, bytes)
      return bytes
    },
  }
}
