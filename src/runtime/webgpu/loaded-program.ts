import { bindingNumber, isWritable } from '../../graph/wgsl/bindings.ts'
import type { BufferName } from '../../graph/wgsl/place.ts'
import type { Program } from '../../graph/wgsl/program.ts'
import type { Field } from '../../graph/wgsl/record-layout.ts'
import type { HostTensor } from '../../tensor/host.ts'
import { COMPUTE, type Gpu, usage } from './gpu.ts'
import { bytesOf, fromBytes, toBytes } from './words.ts'

const { storage, copySource, copyTarget } = usage

/** Records of steps begin at multiples of this, as dynamic offsets must. */
const ALIGNMENT = 256

/** Bytes from one record to the next. */
const strideOf = (words: number): number =>
  Math.max(1, Math.ceil((words * 4) / ALIGNMENT)) * ALIGNMENT

/** Buffers of records, one for each step of a call, that grow as calls become longer. */
export class Records {
  private made: GPUBuffer | undefined
  readonly stride: number

  constructor(
    private readonly gpu: Gpu,
    words: number,
    private readonly flags: number,
  ) {
    this.stride = strideOf(words)
  }

  /** A buffer of at least so many records; whether it is another one than before. */
  async of(count: number): Promise<{ buffer: GPUBuffer; isNew: boolean }> {
    const bytes = this.stride * count
    if (this.made && this.made.size >= bytes) return { buffer: this.made, isNew: false }
    this.made?.destroy()
    this.made = undefined
    this.made = await this.gpu.buffer(bytes, this.flags)
    return { buffer: this.made, isNew: true }
  }

  destroy(): void {
    this.made?.destroy()
  }
}

/** A program on a device: its pipelines, and the buffers that each call of it reads and writes. */
export class LoadedProgram {
  private readonly fed: Records
  private readonly results: Records
  private group: GPUBindGroup | undefined
  private resultBuffer: GPUBuffer | undefined

  private constructor(
    private readonly gpu: Gpu,
    private readonly program: Program,
    private readonly pipelines: readonly GPUComputePipeline[],
    private readonly layout: GPUBindGroupLayout,
    private readonly shared: ReadonlyMap<BufferName, GPUBuffer>,
  ) {
    this.fed = new Records(gpu, program.fed.words, storage | copyTarget)
    this.results = new Records(gpu, program.results.words, storage | copySource)
  }

  /** @param memory and fixed: the buffers that the program's shaders see beside its own */
  static async create(
    gpu: Gpu,
    program: Program,
    memory: readonly GPUBuffer[],
    fixed: readonly GPUBuffer[],
  ): Promise<LoadedProgram> {
    const shared = new Map<BufferName, GPUBuffer>([
      ...memory.map((buffer, i) => [`memory${i}`, buffer] as const),
      ...fixed.map((buffer, i) => [`fixed${i}`, buffer] as const),
    ])
    const names: BufferName[] = ['fed', 'results', ...shared.keys()]
    const layout = gpu.device.createBindGroupLayout({
      entries: names.map((name) => ({
        binding: bindingNumber(name),
        visibility: COMPUTE,
        buffer: {
          type: isWritable(name) ? 'storage' : 'read-only-storage',
          hasDynamicOffset: name === 'fed' || name === 'results',
        },
      })),
    })
    const pipelineLayout = gpu.device.createPipelineLayout({ bindGroupLayouts: [layout] })
    const pipelines = await Promise.all(
      program.shaders.map(({ code }) => gpu.pipeline(code, pipelineLayout, names.join())),
    )
    return new LoadedProgram(gpu, program, pipelines, layout, shared)
  }

  /**
   * Writes what is fed, a record for each step, and makes room for what is reported.
   *
   * @param row the array of a field at a step
   */
  async prepare(steps: number, arrays: ReadonlyMap<string, HostTensor>): Promise<void> {
    const { fed, results, gpu, program } = this
    const [input, output] = [await fed.of(steps), await results.of(steps)]
    if (input.isNew || output.isNew) this.group = this.bound(input.buffer, output.buffer)
    this.resultBuffer = output.buffer
    if (program.fed.fields.size === 0) return
    const records = new Uint8Array(steps * fed.stride)
    for (const [name, { dtype, place }] of program.fed.fields) {
      const bytes = toBytes(arrays.get(name)!, dtype, place.packed)
      const length = bytes.length / steps
      for (let k = 0; k < steps; k++)
        records.set(bytes.subarray(k * length, (k + 1) * length), k * fed.stride + place.offset * 4)
    }
    gpu.device.queue.writeBuffer(input.buffer, 0, records)
  }

  /** Adds the shaders of some steps, in order. */
  encode(encoder: GPUCommandEncoder, from: number, to: number): void {
    const pass = encoder.beginComputePass()
    for (let k = from; k < to; k++) {
      pass.setBindGroup(0, this.group!, [k * this.fed.stride, k * this.results.stride])
      for (const [i, pipeline] of this.pipelines.entries()) {
        pass.setPipeline(pipeline)
        pass.dispatchWorkgroups(...this.program.shaders[i]!.workgroups)
      }
    }
    pass.end()
  }

  /** Bytes of what some steps report. */
  reportBytes(steps: number): number {
    return steps * this.results.stride
  }

  copyReports(encoder: GPUCommandEncoder, steps: number, to: GPUBuffer, offset: number): void {
    const bytes = this.reportBytes(steps)
    encoder.copyBufferToBuffer(this.resultBuffer!, 0, to, offset, bytes)
  }

  /** What the only step of a call reports, from the bytes of its record. */
  reports(bytes: Uint8Array): Record<string, HostTensor> {
    return this.eachReport((field) => fromBytes(bytes, field))
  }

  /** What some steps report, each array as `[K, …]`, from the bytes of their records. */
  reportsOf(steps: number, bytes: Uint8Array): Record<string, HostTensor> {
    const { stride } = this.results
    return this.eachReport(({ dtype, shape, place }) => {
      const length = bytesOf(dtype, shape)
      const all = new Uint8Array(steps * length)
      for (let k = 0; k < steps; k++) {
        const start = k * stride + place.offset * 4
        all.set(bytes.subarray(start, start + length), k * length)
      }
      return fromBytes(all, { dtype, shape: [steps, ...shape], place: { ...place, offset: 0 } })
    })
  }

  private eachReport(read: (field: Field) => HostTensor): Record<string, HostTensor> {
    const { fields } = this.program.results
    return Object.fromEntries([...fields].map(([name, field]) => [name, read(field)]))
  }

  destroy(): void {
    this.fed.destroy()
    this.results.destroy()
  }

  private bound(fed: GPUBuffer, results: GPUBuffer): GPUBindGroup {
    const own = [
      ['fed', fed, this.fed.stride],
      ['results', results, this.results.stride],
    ] as const
    return this.gpu.device.createBindGroup({
      layout: this.layout,
      entries: [
        ...own.map(([name, buffer, size]) => ({
          binding: bindingNumber(name),
          resource: { buffer, size },
        })),
        ...[...this.shared].map(([name, buffer]) => ({
          binding: bindingNumber(name),
          resource: { buffer },
        })),
      ],
    })
  }
}
