import type { Arrangement, Fixed } from '../../graph/wgsl/arrangement.ts'
import type { BufferName } from '../../graph/wgsl/place.ts'
import type { Field } from '../../graph/wgsl/record-layout.ts'
import type { HostTensor } from '../../tensor/host.ts'
import { type Gpu, usage } from './gpu.ts'
import { fromBytes, requireFit, toBytes } from './words.ts'

const { storage, copySource, copyTarget } = usage

/** The buffers of what is bound. */
export class FixedBuffers {
  private constructor(
    private readonly gpu: Gpu,
    readonly fixed: Fixed,
    readonly buffers: readonly GPUBuffer[],
  ) {}

  static async create(gpu: Gpu, fixed: Fixed): Promise<FixedBuffers> {
    return new FixedBuffers(gpu, fixed, await created(gpu, fixed.memory.buffers))
  }

  write(name: string, array: HostTensor): void {
    const field = this.fixed.fields.get(name)
    if (!field) return
    requireFit(name, array, field)
    writeTo(this.gpu, this.buffers, field, array)
  }

  destroy(): void {
    for (const buffer of this.buffers) buffer.destroy()
  }
}

/** The buffers of the state and of what shaders compute. */
export class MemoryBuffers {
  private constructor(
    private readonly gpu: Gpu,
    private readonly arrangement: Arrangement,
    readonly buffers: readonly GPUBuffer[],
    /** The state before the latest call, and how many bytes of each buffer the state takes. */
    private readonly before: readonly GPUBuffer[],
    private readonly stateBytes: readonly number[],
  ) {}

  /** @param stateWords words of each buffer that the state takes, from its start */
  static async create(
    gpu: Gpu,
    arrangement: Arrangement,
    stateWords: readonly number[],
  ): Promise<MemoryBuffers> {
    const { buffers: words } = arrangement.memory
    const all = await created(gpu, [...words, ...stateWords])
    const [buffers, before] = [all.slice(0, words.length), all.slice(words.length)]
    for (const { value, place } of arrangement.constants) {
      const { dtype, shape, data } = value
      const array = { dtype: dtype === 'float' ? 'float64' : dtype, shape, data } as HostTensor
      writeTo(gpu, buffers, { dtype, shape, place }, array)
    }
    const bytes = stateWords.map((words) => words * 4)
    return new MemoryBuffers(gpu, arrangement, buffers, before, bytes)
  }

  load(state: Readonly<Record<string, HostTensor>>): void {
    for (const [name, field] of this.arrangement.state) {
      const array = state[name]
      if (!array) throw new Error(`no value was given for the state ${name}`)
      requireFit(name, array, field)
      writeTo(this.gpu, this.buffers, field, array)
      writeTo(this.gpu, this.before, field, array)
    }
  }

  /** Adds the copy of the state that a call can go back to. */
  keepState(encoder: GPUCommandEncoder): void {
    for (const [i, bytes] of this.stateBytes.entries())
      if (bytes > 0) encoder.copyBufferToBuffer(this.buffers[i]!, 0, this.before[i]!, 0, bytes)
  }

  /** A copy of the state, or of the one before the latest call. */
  async state(which: 'current' | 'before'): Promise<Record<string, HostTensor>> {
    const from = which === 'current' ? this.buffers : this.before
    const bytes = await Promise.all(
      this.stateBytes.map((length, i) =>
        this.gpu.read(
          (encoder, to) => encoder.copyBufferToBuffer(from[i]!, 0, to, 0, length),
          length,
        ),
      ),
    )
    return Object.fromEntries(
      [...this.arrangement.state].map(([name, field]) => [
        name,
        fromBytes(bytes[numberOf(field.place.buffer)]!, field),
      ]),
    )
  }

  destroy(): void {
    for (const buffer of [...this.buffers, ...this.before]) buffer.destroy()
  }
}

/** Buffers of so many words each, or none of them where one cannot be made. */
async function created(gpu: Gpu, words: readonly number[]): Promise<GPUBuffer[]> {
  const making = words.map((w) => gpu.buffer(w * 4, storage | copySource | copyTarget))
  try {
    return await Promise.all(making)
  } catch (error) {
    for (const one of await Promise.allSettled(making))
      if (one.status === 'fulfilled') one.value.destroy()
    throw error
  }
}

const numberOf = (buffer: BufferName) => Number(/\d+$/.exec(buffer)![0])

function writeTo(gpu: Gpu, buffers: readonly GPUBuffer[], field: Field, array: HostTensor): void {
  const { place, dtype } = field
  const bytes = padded(toBytes(array, dtype, place.packed))
  gpu.device.queue.writeBuffer(buffers[numberOf(place.buffer)]!, place.offset * 4, bytes)
}

/** Bytes up to a whole word, as writing needs. */
function padded(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (bytes.length % 4 === 0) return bytes
  const whole = new Uint8Array(Math.ceil(bytes.length / 4) * 4)
  whole.set(bytes)
  return whole
}
