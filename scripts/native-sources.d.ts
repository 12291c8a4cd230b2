export interface NativePlatform {
  readonly target: string
  readonly arch: string
  readonly file: string
  readonly positionIndependent: boolean
  readonly libraryFlags: readonly string[]
}
/** By process.platform-process.arch. */
export const PLATFORMS: Readonly<Record<string, NativePlatform>>
export function ownPlatform(): string
/** SHA-256 of the sources of the native library with their names, in hex. */
export function sourceHash(root: string): string
