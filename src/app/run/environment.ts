import { availableParallelism, cpus, release, type as systemName, totalmem } from 'node:os'
import { VERSION } from '../../config/version.ts'
import type { Runtime } from '../../runtime/session.ts'

/** What a run was computed with. In the same environment, a resumed run is bit-identical. */
export interface Environment {
  readonly latentlab: string
  /** Of Node, or of what another runtime supports of it, with that runtime. */
  readonly node: string
  readonly runtime: string
  readonly device: string
  /** As requested; 0 means one for each core. */
  readonly threads: number
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
}

export function environmentOf(runtime: Runtime): Environment {
  return {
    latentlab: VERSION,
    node: nodeVersion(process.versions),
    runtime: runtime.name,
    device: runtime.options.device,
    threads: runtime.options.threads,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${systemName()} ${release()} ${process.arch}`,
  }
}

/** `v20.20.2`, or `v26.3.0 (bun 1.4.5)` in a runtime that has an API like Node's. */
export function nodeVersion(versions: Readonly<Record<string, string | undefined>>): string {
  const other = ['bun', 'deno'].find((name) => versions[name] !== undefined)
  return `v${versions.node}${other ? ` (${other} ${versions[other]})` : ''}`
}
