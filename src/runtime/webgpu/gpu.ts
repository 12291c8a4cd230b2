import type { Limits } from '../../graph/wgsl/memory.ts'
import { UserError } from '../../tensor/errors.ts'
import { option, worded } from '../../tensor/wording.ts'
import { asUserError, firstLine, lostDevice, unusable } from './refusals.ts'

/** Buffers that a shader may see at most: more are never needed, and devices promise eight. */
const MOST_BUFFERS = 16

/** Flags of WebGPU, which not every platform has as globals: its specification fixes the numbers. */
export const usage = { mapRead: 1, copySource: 4, copyTarget: 8, storage: 128 } as const
/** Milliseconds within which a device that has failed says that it is lost. */
const LOST_WITHIN = 200
const MAP_READ = 1

/** The stage of shaders that compute. */
export const COMPUTE = 4

/**
 * Pipelines that are kept for another program with the same shader. Programs have hold of their own ones: what is let go here
 * stays as long as one of them needs it.
 */
const MOST_PIPELINES = 1024

/** A device that computes, with its pipelines: programs share those of equal shaders. */
export class Gpu {
  private readonly pipelines = new Map<string, Promise<GPUComputePipeline>>()
  private lost: string | undefined

  private constructor(
    readonly device: GPUDevice,
    /** Who made it, and what it is. */
    readonly description: string,
    readonly limits: Limits,
    /** Dawn for Node ends its threads when nothing refers to where devices come from. */
    readonly source: GPU,
  ) {
    void device.lost.then(({ reason, message }) => {
      this.lost = [reason, message].filter((part) => part && part !== 'unknown').join(': ')
      this.lost ||= 'its driver gave no reason'
    })
  }

  /**
   * @param within limits below the device's own
   * @throws UserError where there is no adapter, or it gives no device
   */
  static async open(gpu: GPU | undefined, within: Partial<Limits> = {}): Promise<Gpu> {
    const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' })
    if (!gpu || !adapter) throw unusable('there is no WebGPU adapter')
    const { limits, info } = adapter
    const buffers = Math.min(limits.maxStorageBuffersPerShaderStage, MOST_BUFFERS)
    const bytes = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize)
    try {
      const device = await adapter.requestDevice({
        label: 'latentlab',
        requiredLimits: {
          maxStorageBuffersPerShaderStage: buffers,
          maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
          maxBufferSize: limits.maxBufferSize,
        },
      })
      const parts = [info.vendor, info.architecture, info.description || info.device]
      const description = [...new Set(parts.filter((part) => part))].join(' ')
      const own = { words: Math.floor(bytes / 4), buffers, unrolled: isSoftware(info) ? 1 : 4 }
      return new Gpu(device, description || 'unnamed', { ...own, ...within }, gpu)
    } catch (error) {
      throw unusable((error as Error).message)
    }
  }

  /** A buffer of zeros. */
  async buffer(bytes: number, flags: number): Promise<GPUBuffer> {
    const { device } = this
    device.pushErrorScope('out-of-memory')
    device.pushErrorScope('validation')
    const size = Math.max(16, Math.ceil(bytes / 16) * 16)
    let made: GPUBuffer | undefined
    let thrown: unknown
    try {
      made = device.createBuffer({ size, usage: flags })
    } catch (error) {
      thrown = error
    }
    // Both at once: other buffers may be made meanwhile.
    const faults = await Promise.all([device.popErrorScope(), device.popErrorScope()])
    if (made && faults.every((fault) => fault === null)) return made
    this.requirePresent()
    const reason = faults.find((fault) => fault)?.message ?? String((thrown as Error)?.message)
    throw new UserError(
      worded`the GPU has no memory for a buffer of ${Math.ceil(size / 2 ** 20)} MB (${firstLine(reason)}); use a smaller ${option('batch')} or model, or ${option('device', 'cpu')}`,
    )
  }

  /**
   * The pipeline of a shader.
   *
   * @param layout the buffers that it may see, equal for equal `seen`
   */
  pipeline(code: string, layout: GPUPipelineLayout, seen: string): Promise<GPUComputePipeline> {
    const key = `${seen}\n${code}`
    const known = this.pipelines.get(key)
    if (known) {
      // Used latest, let go latest.
      this.pipelines.delete(key)
      this.pipelines.set(key, known)
      return known
    }
    const { device } = this
    const module = device.createShaderModule({ code })
    const made = device
      .createComputePipelineAsync({ layout, compute: { module, entryPoint: 'main' } })
      .catch(async (error: Error) => {
        this.pipelines.delete(key)
        this.requirePresent()
        const { messages } = await module.getCompilationInfo()
        const first = messages.find(({ type }) => type === 'error')
        const where = first ? ` (${first.message}: ${code.split('\n')[first.lineNum - 1]})` : ''
        throw new Error(`a shader was refused: ${firstLine(error.message)}${where}`)
      })
    this.pipelines.set(key, made)
    const [oldest] = this.pipelines.keys()
    if (this.pipelines.size > MOST_PIPELINES) this.pipelines.delete(oldest!)
    return made
  }

  /** Waits for work whose errors would otherwise go unseen, and throws them. */
  async checked<T>(work: () => Promise<T>): Promise<T> {
    const { device } = this
    this.requirePresent()
    device.pushErrorScope('out-of-memory')
    device.pushErrorScope('internal')
    device.pushErrorScope('validation')
    let result: { value: T } | undefined
    let thrown: unknown
    try {
      result = { value: await work() }
    } catch (error) {
      thrown = error
    }
    const scopes = [device.popErrorScope(), device.popErrorScope(), device.popErrorScope()]
    const faults = await Promise.all(scopes).catch(() => [])
    // A lost device answers everything else with errors that say less, some before it says that it is lost.
    if (thrown !== undefined || faults.some((one) => one)) await this.mayBeLost()
    this.requirePresent()
    if (thrown) throw asUserError(thrown)
    const fault = faults.find((one) => one)
    if (fault) throw new Error(`WebGPU: ${firstLine(fault.message)}`)
    return result!.value
  }

  /** The bytes of some of a buffer, by way of one that the host may read. */
  async read(encode: (encoder: GPUCommandEncoder, to: GPUBuffer) => void, bytes: number) {
    const staging = await this.buffer(bytes, usage.mapRead | usage.copyTarget)
    try {
      const encoder = this.device.createCommandEncoder()
      encode(encoder, staging)
      this.device.queue.submit([encoder.finish()])
      await staging.mapAsync(MAP_READ)
      return new Uint8Array(staging.getMappedRange().slice(0))
    } finally {
      staging.destroy()
    }
  }

  private async mayBeLost(): Promise<void> {
    await Promise.race([
      this.device.lost,
      new Promise((resolve) => setTimeout(resolve, LOST_WITHIN)),
    ])
  }

  /** @throws UserError where the device is lost */
  requirePresent(): void {
    if (this.lost !== undefined) throw lostDevice(this.lost)
  }

  destroy(): void {
    this.device.destroy()
  }
}

/** Whether an adapter is a program on the CPU. Older declarations of the type lack the flag. */
const isSoftware = (info: GPUAdapterInfo): boolean =>
  (info as { isFallbackAdapter?: boolean }).isFallbackAdapter === true
