import { openRuntime } from 'latentlab/browser'
import type { Host } from './host.ts'

let answer: Promise<boolean> | undefined

/** Whether models can be computed on a GPU here. It is tried once: a page may have WebGPU and no adapter, Node no driver. */
export const gpuIsThere = (): Promise<boolean> => (answer ??= tried())

async function tried(): Promise<boolean> {
  try {
    const runtime = await openRuntime({ device: 'webgpu', threads: 0 })
    try {
      await runtime.loops()
      return true
    } finally {
      await runtime.close()
    }
  } catch {
    return false
  }
}

/** What a run is opened with: one that was trained on a GPU, on the processor where there is none. */
export const deviceFor = async ({ hasGpu }: Pick<Host, 'hasGpu'>): Promise<{ device?: 'cpu' }> =>
  (await hasGpu()) ? {} : { device: 'cpu' }
