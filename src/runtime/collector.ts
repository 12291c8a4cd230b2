import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

interface Collecting {
  readonly Bun?: { gc(force: boolean): void } | undefined
}

/**
 * The garbage collection of the JavaScript engine: V8's, which a flag makes callable, or Bun's own. An engine
 * that offers neither collects when it sees fit, and more memory is held until then.
 *
 * @param exposed evaluates `gc` with V8's flag
 */
export function collector(
  { Bun }: Collecting = globalThis as Collecting,
  exposed: () => unknown = exposedByV8,
): () => void {
  if (Bun) return () => Bun.gc(true)
  try {
    const collect = exposed()
    if (typeof collect === 'function') return () => void collect()
  } catch {
    // No such flag in this engine.
  }
  return () => {}
}

function exposedByV8(): unknown {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}
