import { fileURLToPath } from 'node:url'

const { compiledState } = (await import(
  /* @vite-ignore */ new URL('../scripts/compile.js', import.meta.url).href
)) as { compiledState: (root: string) => { fresh: boolean } }

const root = fileURLToPath(new URL('..', import.meta.url))

/** Whether the compiled program is that of the sources. */
export const isCompiled = (checkout = root): boolean => compiledState(checkout).fresh

/** @throws Error where the compiled program is not that of the sources: a test of it would say nothing */
export function requireCompiled(checkout = root): void {
  if (!isCompiled(checkout)) throw new Error('dist is missing or older than src; run npm run build')
}

/**
 * Address of a compiled file, for tests of what works only as it is built, such as the runtime's worker.
 *
 * @throws Error where what is compiled is not what stands in the sources
 */
export function compiledUrl(path: string): string {
  requireCompiled()
  return new URL(`../dist/${path}`, import.meta.url).href
}

/** A compiled module. */
export const compiled = async (path: string): Promise<unknown> =>
  import(/* @vite-ignore */ compiledUrl(path))
