// What the native library is built from and for.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The language, and nothing that changes a rounding: no fused multiply-add, no reordering. */
export const EXACT = [
  '-std=gnu11',
  '-ffp-contract=off',
  '-fno-fast-math',
  '-fno-math-errno',
  '-Wno-psabi',
]

/** Sources beside `kernels.c`, which is compiled once for each instruction set of an architecture. */
export const PLAIN = [
  'program',
  'recognise',
  'slots',
  'job',
  'chain',
  'level',
  'library',
  'operator',
]

const AVX512 = ['-mavx512f', '-mavx512dq', '-mavx512bw', '-mavx512vl', '-mprefer-vector-width=512']
/** Names of the tables of kernels and their flags, by architecture. */
export const LEVELS = {
  x64: { baseline: [], avx2: ['-mavx2'], avx512: AVX512 },
  arm64: { neon: [] },
}

const MACH_O = ['-s', '-Wl,-dead_strip']
const ELF = ['-s', '-Wl,--build-id=none']

/** By process.platform-process.arch. glibc 2.28 is that of Debian 10 and RHEL 8. */
export const PLATFORMS = {
  'linux-x64': {
    target: 'x86_64-linux-gnu.2.28',
    arch: 'x64',
    file: 'latentlab.so',
    positionIndependent: true,
    libraryFlags: ELF,
  },
  'linux-arm64': {
    target: 'aarch64-linux-gnu.2.28',
    arch: 'arm64',
    file: 'latentlab.so',
    positionIndependent: true,
    libraryFlags: ELF,
  },
  'darwin-x64': {
    target: 'x86_64-macos',
    arch: 'x64',
    file: 'latentlab.dylib',
    positionIndependent: true,
    libraryFlags: MACH_O,
  },
  'darwin-arm64': {
    target: 'aarch64-macos',
    arch: 'arm64',
    file: 'latentlab.dylib',
    positionIndependent: true,
    libraryFlags: MACH_O,
  },
  'win32-x64': {
    target: 'x86_64-windows-gnu',
    arch: 'x64',
    file: 'latentlab.dll',
    positionIndependent: false,
    libraryFlags: ['-s'],
  },
}

export const ownPlatform = () => `${process.platform}-${process.arch}`

/** SHA-256 of the sources with their names, in hex. @param {string} root the checkout */
export function sourceHash(root) {
  const folder = join(root, 'native')
  const hash = createHash('sha256')
  for (const name of readdirSync(folder).sort()) {
    if (!/\.[ch]$/.test(name)) continue
    const text = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n')
    hash.update(`${name}\0${text.length}\0${text}`)
  }
  return hash.digest('hex')
}
