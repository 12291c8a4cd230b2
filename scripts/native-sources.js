// What the native library is built from and for.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

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
