import { existsSync, readFileSync } from 'node:fs'
import { packageFile } from '../installed-package.ts'
import type { Koffi, Pointer } from './c-api.ts'
import type { Registration } from './session.ts'

/** Names of the instruction sets that `latentlab_level` numbers. */
const LEVELS = ['baseline', 'AVX2', 'AVX-512', 'NEON']

/** What the library of a platform is called. */
const FILES: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: 'latentlab.so',
  darwin: 'latentlab.dylib',
  win32: 'latentlab.dll',
}

/** The C library of `native/`. */
export interface KernelLibrary {
  /** Adds the operator `latentlab.Chain` to a session's options. */
  readonly register: Registration
  /** The instruction set of its kernels. */
  readonly level: string
}

/** Why loops cannot run natively, as text. */
export class Unavailable extends Error {}

/**
 * The file of the library for a platform.
 *
 * @throws Unavailable where there is none
 */
export function libraryFile(platform = process.platform, arch: string = process.arch): string {
  const name = FILES[platform]
  const file = packageFile(`native/lib/${platform}-${arch}/${name}`)
  if (name === undefined || !existsSync(file))
    throw new Unavailable(`there is no library for ${platform} on ${arch}`)
  return file
}

/** Hash of the sources that the package's libraries have to be built from. */
function expectedSources(): string {
  const text = readFileSync(packageFile('native/lib/built.json'), 'utf8')
  return (JSON.parse(text) as { sources: string }).sources
}

/** Libraries that are in use: koffi unloads one whose object is collected. */
const loaded = new Set<unknown>()

/**
 * Loads the library. Numbers too small for a normal float are zero on this thread from then on.
 *
 * @param sources hash of those that it has to be built from
 * @throws Unavailable where it is built from others
 * @throws Error where it cannot be loaded
 */
export function openLibrary(
  koffi: Koffi,
  file: string,
  sources = expectedSources(),
): KernelLibrary {
  const library = koffi.load(file)
  const built = library.func('const char *latentlab_version()')() as string
  if (built !== sources)
    throw new Unavailable(`the library is of version ${short(built)}, not ${short(sources)}`)
  loaded.add(library)
  library.func('void latentlab_flush_denormals()')()
  const level = library.func('int latentlab_level()')() as number
  const register = library.func('void *latentlab_register(void *base, void *options)')
  return {
    register: (base: Pointer, options: Pointer) => register(base, options),
    level: LEVELS[level] ?? `level ${level}`,
  }
}

const short = (hash: string) => hash.slice(0, 12)
