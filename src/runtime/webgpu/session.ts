import { inputsOf } from '../../graph/lower.ts'
import { factored } from '../../graph/shape.ts'
import type { Tensor } from '../../graph/tensor.ts'
import { Arrangement, Fixed } from '../../graph/wgsl/arrangement.ts'
import { programOf } from '../../graph/wgsl/program.ts'
import { type Sizes, withSizes } from '../../graph/wgsl/static.ts'
import type { HostTensor } from '../../tensor/host.ts'
import type { Arrays, Session } from '../session.ts'
import { FixedBuffers, MemoryBuffers } from './buffers.ts'
import type { Gpu } from './gpu.ts'
import { LoadedProgram } from './loaded-program.ts'
import { isOfType, misfit } from './words.ts'

/** Programs of one graph that are kept compiled, one for each set of sizes. */
const MOST_SIZES = 8

/** A graph whose symbolic dimensions have sizes. */
interface Sized {
  readonly memory: MemoryBuffers
  readonly program: LoadedProgram
}

/** A graph on a GPU. It is compiled when it is first called with given sizes. */
export class WebgpuSession implements Session {
  private readonly inputs: ReadonlyMap<string, Tensor>
  private readonly bound = new Map<string, HostTensor>()
  private fixed: FixedBuffers | undefined
  private readonly sized = new Map<string, Sized>()

  constructor(
    private readonly gpu: Gpu,
    private readonly outputs: Readonly<Record<string, Tensor>>,
  ) {
    this.inputs = inputsOf(Object.values(outputs))
  }

  async bind(feeds: Arrays): Promise<void> {
    await this.gpu.checked(async () => {
      for (const [name, array] of Object.entries(feeds)) {
        if (!this.inputs.has(name)) continue
        const before = this.bound.get(name)
        this.bound.set(name, array)
        if (before && `${before.shape}` === `${array.shape}`) this.fixed?.write(name, array)
        else this.forget()
      }
    })
  }

  run(feeds: Arrays): Promise<Arrays> {
    return this.gpu.checked(async () => {
      const read = Object.entries(feeds).filter(([name]) => this.inputs.has(name))
      // What is fed takes the place of what is bound, for this call.
      const instead = read.filter(([name]) => this.bound.has(name))
      const fed = new Map(read.filter(([name]) => !this.bound.has(name)))
      const { program } = await this.sizedFor(fed)
      try {
        for (const [name, array] of instead) this.rewrite(name, array)
        await program.prepare(1, fed)
        const bytes = await this.gpu.read((encoder, to) => {
          program.encode(encoder, 0, 1)
          program.copyReports(encoder, 1, to, 0)
        }, program.reportBytes(1))
        return program.reports(bytes)
      } finally {
        for (const [name] of instead) this.rewrite(name, this.bound.get(name)!)
      }
    })
  }

  async close(): Promise<void> {
    this.forget()
  }

  private rewrite(name: string, array: HostTensor): void {
    const { shape } = this.bound.get(name)!
    if (`${shape}` !== `${array.shape}`)
      throw new Error(
        `${name} is bound as [${shape.join(', ')}], was fed [${array.shape.join(', ')}]`,
      )
    this.fixed!.write(name, array)
  }

  private forget(): void {
    for (const { memory, program } of this.sized.values()) {
      memory.destroy()
      program.destroy()
    }
    this.sized.clear()
    this.fixed?.destroy()
    this.fixed = undefined
  }

  private async sizedFor(fed: ReadonlyMap<string, HostTensor>): Promise<Sized> {
    const sizes = sizesOf(this.inputs, new Map([...this.bound, ...fed]))
    const key = JSON.stringify(sizes)
    const known = this.sized.get(key)
    if (known) {
      // Used latest, let go latest.
      this.sized.delete(key)
      this.sized.set(key, known)
      return known
    }
    this.fixed ??= await this.boundBuffers()
    const made = await this.compiled(sizes, this.fixed)
    this.sized.set(key, made)
    const [oldest] = this.sized
    if (this.sized.size > MOST_SIZES && oldest) {
      this.sized.delete(oldest[0])
      oldest[1].memory.destroy()
      oldest[1].program.destroy()
    }
    return made
  }

  private async boundBuffers(): Promise<FixedBuffers> {
    const fixed = new Fixed(this.gpu.limits)
    for (const [name, { shape }] of this.bound) fixed.add(name, this.inputs.get(name)!.dtype, shape)
    const buffers = await FixedBuffers.create(this.gpu, fixed)
    for (const [name, array] of this.bound) buffers.write(name, array)
    return buffers
  }

  private async compiled(sizes: Sizes, fixed: FixedBuffers): Promise<Sized> {
    const names = Object.keys(this.outputs)
    const made = withSizes(Object.values(this.outputs), sizes)
    const arrangement = new Arrangement(this.gpu.limits, fixed.fixed)
    const outputs = Object.fromEntries(names.map((name, i) => [name, made[i]!]))
    const program = programOf(arrangement, outputs)
    const memory = await MemoryBuffers.create(this.gpu, arrangement, [])
    try {
      const { buffers } = memory
      return {
        memory,
        program: await LoadedProgram.create(this.gpu, program, buffers, fixed.buffers),
      }
    } catch (error) {
      memory.destroy()
      throw error
    }
  }
}

/** Sizes of symbolic dimensions from arrays; throws where one does not fit its input, or is missing. */
function sizesOf(
  inputs: ReadonlyMap<string, Tensor>,
  arrays: ReadonlyMap<string, HostTensor>,
): Sizes {
  const sizes: Record<string, number> = {}
  for (const [name, { dtype, shape }] of inputs) {
    const array = arrays.get(name)
    if (!array) throw new Error(`no value was fed for the input ${name}`)
    const fits =
      isOfType(array, dtype) &&
      array.shape.length === shape.length &&
      shape.every((d, i) => {
        const given = array.shape[i]!
        if (typeof d === 'number') return d === given
        const [factor, symbol] = factored(d)
        sizes[symbol] ??= given / factor
        return Number.isInteger(sizes[symbol]) && sizes[symbol]! * factor === given
      })
    if (!fits) throw misfit(name, array, { dtype, shape })
  }
  return sizes
}
