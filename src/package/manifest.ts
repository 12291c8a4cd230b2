import { z } from 'zod'
import { described, isRecord, listed } from '../tensor/described.ts'
import { sha256 } from '../tensor/digest.ts'
import { UserError } from '../tensor/errors.ts'
import { checked } from '../tensor/faults.ts'
import { sha256Digest } from '../tensor/sha256.ts'
import { strictJson } from '../tensor/strict-json.ts'
import { option, worded } from '../tensor/wording.ts'
import {
  LARGEST_FILE,
  LARGEST_MANIFEST,
  LARGEST_PACKAGE,
  MANIFEST,
  type PackageFiles,
  pathsFault,
} from './files.ts'
import { foreignForm, withoutReturns } from './other-forms.ts'
import { fileName, type PackageSource } from './source.ts'

/** The format of a package's folder; a later one is refused. */
export const PACKAGE_FORMAT = 'latentlab package 1'

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 of 64 hexadecimal digits')

const entrySchema = z.strictObject({
  bytes: z.int().min(0).max(LARGEST_FILE),
  sha256: hash,
})

const manifestSchema = z.strictObject({
  format: z.literal(PACKAGE_FORMAT),
  latentlab: z.string().min(1).max(100),
  files: z.record(z.string(), entrySchema),
  seal: hash,
})

/** What `manifest.json` says: every other file with its size and SHA-256, and a seal over all of that. */
export interface Manifest {
  readonly format: typeof PACKAGE_FORMAT
  /** The version of Latentlab that wrote the package. */
  readonly latentlab: string
  readonly files: Readonly<Record<string, FileEntry>>
  /** SHA-256 of the rest of the manifest: it stands for the whole package. */
  readonly seal: string
}

export interface FileEntry {
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
}

/** SHA-256 of a file. A page that is not a secure context has no digests of its own. */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  if (globalThis.crypto?.subtle) return sha256([bytes])
  const digest = sha256Digest()
  digest.update(bytes)
  return digest.finish()
}

/**
 * The bytes of `manifest.json` for the other files of a package.
 *
 * @param version of Latentlab
 * @throws Error for paths and sizes that a package cannot have
 */
export async function manifestOf(files: PackageFiles, version: string): Promise<Uint8Array> {
  const paths = [...files.keys()].sort()
  const entries: [string, FileEntry][] = []
  for (const path of paths) {
    const bytes = files.get(path)!
    entries.push([path, { bytes: bytes.length, sha256: await sha256Of(bytes) }])
  }
  const rest = {
    format: PACKAGE_FORMAT,
    latentlab: version,
    files: Object.fromEntries(entries),
  } as const
  const fault = filesFault(rest.files)
  if (fault !== undefined) throw new Error(`${MANIFEST}: ${fault}`)
  const manifest = { ...rest, seal: await sealOf(rest) }
  return new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`)
}

/** The seal: SHA-256 of format, version and files as JSON without spaces, files in the order of their paths. */
async function sealOf({ format, latentlab, files }: Omit<Manifest, 'seal'>): Promise<string> {
  const entries = Object.keys(files)
    .sort()
    .map((path) => [path, files[path]!.bytes, files[path]!.sha256])
  return sha256Of(new TextEncoder().encode(JSON.stringify([format, latentlab, entries])))
}

/**
 * Reads `manifest.json`.
 *
 * @param name of the file, for messages
 * @throws UserError on one line for anything but a manifest of this format that agrees with its own seal
 */
export async function parseManifest(bytes: Uint8Array, name: string): Promise<Manifest> {
  const refuse = (why: string) => new UserError(`${name}: ${why}`)
  const other = foreignForm(bytes)
  if (other !== undefined) throw refuse(other)
  const { value, fault } = strictJson(bytes)
  if (fault !== undefined) throw refuse(fault)
  const format = isRecord(value) ? value.format : undefined
  if (format !== PACKAGE_FORMAT)
    throw refuse(
      `format is ${described(format)}; expected "${PACKAGE_FORMAT}": it is not a package, or one of a later version`,
    )
  const { data: manifest, fault: wrong } = checked(manifestSchema, value)
  if (wrong)
    throw refuse(`${wrong.path.join(' ')}${wrong.path.length > 0 ? ': ' : ''}${wrong.text}`)
  const unsound = filesFault(manifest.files)
  if (unsound !== undefined) throw refuse(unsound)
  if (manifest.seal !== (await sealOf(manifest)))
    throw refuse('does not match its own seal: it was edited or damaged')
  return manifest
}

function filesFault(files: Manifest['files']): string | undefined {
  const paths = Object.keys(files)
  const fault = pathsFault(paths)
  if (fault !== undefined) return fault
  if (paths.some((path) => path.toLowerCase() === MANIFEST)) return 'lists itself'
  const total = paths.reduce((sum, path) => sum + files[path]!.bytes, 0)
  const large = paths.find((path) => files[path]!.bytes > LARGEST_FILE)
  if (large !== undefined) return `${large} is larger than ${LARGEST_FILE} bytes`
  return total > LARGEST_PACKAGE
    ? `its files have ${total} bytes; expected at most ${LARGEST_PACKAGE}`
    : undefined
}

/** Reads the manifest of a package, and checks that its seal is the one that the caller expects, if any. */
export async function openManifest(source: PackageSource, seal?: string): Promise<Manifest> {
  const bytes = await source.read(MANIFEST, LARGEST_MANIFEST)
  const manifest = await parseManifest(bytes, fileName(source, MANIFEST))
  if (seal !== undefined) requireSeal(manifest, seal, source.name)
  return manifest
}

/**
 * Checks that a package is the one that the caller means: hashes inside a package find damage, but not someone who
 * writes it anew with hashes of its own. A seal that came by another way does.
 */
export function requireSeal(manifest: Manifest, seal: string, name: string): void {
  requireSealText(seal)
  if (seal !== manifest.seal)
    throw new UserError(
      worded`${name}: the package has the seal ${manifest.seal}, and ${option('seal')} asks for ${seal}: it is another package, or another version of it`,
    )
}

/** How many bytes more than listed a file may have and still be read, to say what it is instead. */
const MOST_BEYOND = 2 ** 16

/** Throws UserError for what cannot be a seal. */
export function requireSealText(seal: unknown): void {
  if (typeof seal !== 'string' || !hash.safeParse(seal).success)
    throw new UserError(
      worded`${option('seal')}: expected 64 hexadecimal digits, as the "seal" of ${MANIFEST} has them, got ${described(seal)}`,
    )
}

/**
 * Reads a file of a package, and checks its size and hash.
 *
 * @throws UserError on one line that begins with `fileName(source, path)`
 */
export async function readListed(
  source: PackageSource,
  manifest: Manifest,
  path: string,
): Promise<Uint8Array> {
  const entry = Object.hasOwn(manifest.files, path) ? manifest.files[path] : undefined
  const refuse = (why: string) => new UserError(`${fileName(source, path)}: ${why}`)
  if (!entry) throw refuse(`is not in ${MANIFEST}, which lists ${listedPaths(manifest)}`)
  const bytes = await source.read(path, entry.bytes + MOST_BEYOND)
  const wrong = await mismatch(bytes, entry)
  if (wrong !== undefined) throw refuse(wrong)
  return bytes
}

/** In what a file differs from its entry; undefined where it agrees. */
async function mismatch(bytes: Uint8Array, entry: FileEntry): Promise<string | undefined> {
  const agrees = async (other: Uint8Array) =>
    other.length === entry.bytes && (await sha256Of(other)) === entry.sha256
  if (await agrees(bytes)) return undefined
  const foreign = foreignForm(bytes)
  if (foreign !== undefined) return foreign
  if (bytes.length > entry.bytes && (await agrees(withoutReturns(bytes))))
    return 'its line ends were converted, as Git on Windows does: clone it again with -c core.autocrlf=false'
  if (bytes.length !== entry.bytes)
    return `has ${bytes.length} bytes, but ${MANIFEST} says ${entry.bytes}: it was changed or cut off`
  return `does not match its hash in ${MANIFEST}: it was changed or damaged`
}

const listedPaths = ({ files }: Manifest) => listed(Object.keys(files).sort())
