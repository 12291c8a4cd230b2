import { availableParallelism, cpus, release, type as systemName, totalmem } from 'node:os'
import { VERSION } from '../../config/version.ts'
import { type LoopPath, loopPathText, type Runtime } from '../../runtime/session.ts'

/** What a run was computed with. In the same environment, a resumed run is bit-identical. */
export interface Environment {
  readonly latentlab: string
  /** Of Node, or of what another runtime supports of it, with that runtime. */
  readonly node: string
  readonly runtime: string
  readonly device: string
  /** What computes training steps: `native` kernels, `onnx`, or `webgpu`. */
  readonly kernels: string
  /** The instruction set of native kernels, why there are none, or the GPU. */
  readonly kernelsDetail: string
  /** As requested; 0 means one for each core. */
  readonly threads: number
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
}

export async function environmentOf(runtime: Runtime): Promise<Environment> {
  const { kernels, detail } = await runtime.loops()
  return {
    latentlab: VERSION,
    node: nodeVersion(process.versions),
    runtime: runtime.name,
    device: runtime.options.device,
    kernels,
    kernelsDetail: detail,
    threads: runtime.options.threads,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${systemName()} ${release()} ${process.arch}`,
  }
}

/**
 * What to say where a training continues on another path than the recorded one; undefined on the same. Runs of before
 * there were kernels were trained in plain ONNX.
 */
export function pathChange(
  recorded: Readonly<Record<string, unknown>>,
  { kernels, kernelsDetail }: Pick<Environment, 'kernels' | 'kernelsDetail'>,
): string | undefined {
  const before = pathOf(recorded.kernels, recorded.kernelsDetail)
  const now = pathOf(kernels, kernelsDetail)
  // Between two GPUs results differ, too.
  if (before.kernels === now.kernels && (now.kernels !== 'webgpu' || before.detail === now.detail))
    return undefined
  // Why there were no native kernels, or which ones, was told when the run began.
  const shown = before.kernels === 'webgpu' ? before : { ...before, detail: '' }
  return `trained with ${loopPathText(shown)} so far, continued with ${loopPathText(now)}: from here on, results differ by rounding`
}

function pathOf(kernels: unknown, detail: unknown): LoopPath {
  const known = (['native', 'webgpu', 'reference'] as const).find((name) => name === kernels)
  return { kernels: known ?? 'onnx', detail: typeof detail === 'string' ? detail : '' }
}

/** `v20.20.2`, or `v26.3.0 (bun 1.4.5)` in a runtime that has an API like Node's. */
export function nodeVersion(versions: Readonly<Record<string, string | undefined>>): string {
  const other = ['bun', 'deno'].find((name) => versions[name] !== undefined)
  return `v${versions.node}${other ? ` (${other} ${versions[other]})` : ''}`
}
