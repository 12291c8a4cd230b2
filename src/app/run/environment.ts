import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, release, type as systemName, totalmem } from 'node:os'
import type { Runtime } from '../../runtime/session.ts'

/** What a run was computed with. In the same environment, a resumed run is bit-identical. */
export interface Environment {
  readonly latentlab: string
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

/** Version of this package. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

export function environmentOf(runtime: Runtime): Environment {
  return {
    latentlab: packageVersion(),
    node: process.version,
    runtime: runtime.name,
    device: runtime.options.device,
    threads: runtime.options.threads,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${systemName()} ${release()} ${process.arch}`,
  }
}
