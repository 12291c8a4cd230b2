import { described } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'

/** A package in memory: the bytes of each file by its path. */
export type PackageFiles = ReadonlyMap<string, Uint8Array>

/** The file that lists all others. */
export const MANIFEST = 'manifest.json'

/** The most files of a package, besides its manifest. */
export const MOST_FILES = 100

/** The largest manifest in bytes. */
export const LARGEST_MANIFEST = 2 ** 20

/** The largest file in bytes: an ONNX file cannot be larger, nor can what a single array of bytes holds everywhere. */
export const LARGEST_FILE = 2 ** 31 - 1

/** The largest package in bytes. */
export const LARGEST_PACKAGE = 2 ** 32

/** Throws UserError unless they are the files of a package. */
export function requireFiles(files: unknown, name: string): PackageFiles {
  const isFiles =
    files instanceof Map && [...files.values()].every((bytes) => bytes instanceof Uint8Array)
  if (isFiles && files.size > 0) return files as PackageFiles
  throw new UserError(
    `${name}: expected the files of a package, as export gives them, got ${described(files)}`,
  )
}

const LONGEST_PATH = 200

/**
 * A name in a path. It cannot begin with a dot, which also leaves out `.` and `..`; nor end with one, since Windows takes
 * `a.` for `a`.
 */
const NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?$/

/** What a package is made of: data and text, nothing that runs by itself. */
const KINDS = /\.(?:json|safetensors|onnx|md)$/

/** Names of devices on Windows, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

/**
 * What is wrong with the path of a file in a package; undefined where nothing is. Paths are relative, with `/` between names of
 * ASCII letters, digits, `.`, `_` and `-`: they mean the same file on every system and in an address, inside the package.
 */
export function pathFault(path: unknown): string | undefined {
  if (typeof path !== 'string' || path === '') return `${described(path)} is not a path`
  if (path.length > LONGEST_PATH)
    return `the path ${described(path)} has ${path.length} letters; expected at most ${LONGEST_PATH}`
  const bad = path.split('/').find((name) => !NAME.test(name) || DEVICE.test(name))
  if (bad === undefined) return undefined
  return `the path ${described(path)} is not allowed; expected names of letters, digits, ".", "_" and "-" with "/" between them, that do not begin or end with a dot`
}

/**
 * What is wrong with the paths of a package: one that is not allowed or of another kind, too many, two that some systems
 * take for the same file, or a file that another path needs as a folder.
 */
export function pathsFault(paths: readonly string[]): string | undefined {
  if (paths.length > MOST_FILES)
    return `lists ${paths.length} files; expected at most ${MOST_FILES}`
  const known = new Map<string, string>()
  for (const path of paths) {
    const fault = pathFault(path)
    if (fault !== undefined) return fault
    if (!KINDS.test(path))
      return `${described(path)} is of a kind that a package does not hold; expected .json, .safetensors, .onnx or .md`
    const same = known.get(path.toLowerCase())
    if (same !== undefined)
      return `the paths ${described(same)} and ${described(path)} differ in nothing but case`
    known.set(path.toLowerCase(), path)
  }
  for (const path of paths)
    for (const folder of foldersOf(path.toLowerCase()))
      if (known.has(folder)) return `${described(known.get(folder))} is both a file and a folder`
  return undefined
}

/** `a` and `a/b` for `a/b/c`. */
const foldersOf = (path: string): string[] => {
  const names = path.split('/').slice(0, -1)
  return names.map((_, i) => names.slice(0, i + 1).join('/'))
}

/** Whether a path is that of a hidden file, such as `.git/config`: never a part of a package, and never read. */
export const isHidden = (path: string): boolean =>
  path.split('/').some((name) => name.startsWith('.'))
