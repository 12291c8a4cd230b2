import { expressionsOf, type LoopProgram } from '../../graph/loop.ts'
import { inputsOf } from '../../graph/lower.ts'
import { staticShape } from '../../graph/shape.ts'
import { Arrangement, Fixed } from '../../graph/wgsl/arrangement.ts'
import { type Program, programOf } from '../../graph/wgsl/program.ts'
import { withSizes } from '../../graph/wgsl/static.ts'
import { stepOf } from '../../graph/wgsl/step.ts'
import type { HostTensor } from '../../tensor/host.ts'
import type { Arrays, LoopSession } from '../session.ts'
import { FixedBuffers, MemoryBuffers } from './buffers.ts'
import type { Gpu } from './gpu.ts'
import { LoadedProgram } from './loaded-program.ts'
import { requireFit } from './words.ts'

/**
 * Seconds that one submission should take: drivers end those that take several, a page must be drawn meanwhile, and the device
 * waits for the encoding of the first one, as the host does for the last.
 */
const SUBMISSION = 0.01
/** Steps of a call's first submission, and the most of one. */
const [FIRST_STEPS, MOST_STEPS] = [4, 512]

/** The programs of a loop, and where its arrays lie. */
interface CompiledLoop {
  readonly arrangement: Arrangement
  readonly fixed: Fixed
  readonly stateWords: readonly number[]
  readonly step: Program
  readonly summary: Program | undefined
}

function compiled(program: LoopProgram, gpu: Gpu): CompiledLoop {
  const { updates, reports, rows } = stepOf(program)
  const fixed = new Fixed(gpu.limits)
  const arrangement = new Arrangement(gpu.limits, fixed)
  for (const [name, { input }] of Object.entries(program.state))
    arrangement.addState(name, input.dtype, staticShape(input.shape, `the state ${name}`))
  const stateWords = [...arrangement.memory.buffers]
  const inputs = inputsOf(expressionsOf(program))
  for (const [name, { dtype, shape }] of inputs)
    if (!arrangement.state.has(name) && !rows.has(name) && !Object.hasOwn(program.rows, name))
      fixed.add(name, dtype, staticShape(shape, `the input ${name}`))
  const step = programOf(arrangement, reports, updates)
  const names = Object.keys(program.summary)
  const summaries = withSizes(Object.values(program.summary), {})
  const summary =
    names.length > 0
      ? programOf(arrangement, Object.fromEntries(names.map((name, i) => [name, summaries[i]!])))
      : undefined
  return { arrangement, fixed, stateWords, step, summary }
}

/** A loop on a GPU: steps are encoded ahead, and the state never leaves the device. */
export async function webgpuLoop(gpu: Gpu, program: LoopProgram): Promise<LoopSession> {
  return gpu.checked(async () => {
    const { arrangement, fixed, stateWords, step, summary } = compiled(program, gpu)
    const made: { destroy(): void }[] = []
    const kept = <T extends { destroy(): void }>(part: T): T => {
      made.push(part)
      return part
    }
    try {
      const bound = kept(await FixedBuffers.create(gpu, fixed))
      const memory = kept(await MemoryBuffers.create(gpu, arrangement, stateWords))
      const load = (of: Program) => LoadedProgram.create(gpu, of, memory.buffers, bound.buffers)
      return new Loop(gpu, bound, memory, await load(step), summary && (await load(summary)), step)
    } catch (error) {
      for (const part of made) part.destroy()
      throw error
    }
  })
}

class Loop implements LoopSession {
  /** Seconds of a step, as the latest call took; 0 before the first. */
  private stepSeconds = 0
  private readonly bound = new Set<string>()

  constructor(
    private readonly gpu: Gpu,
    private readonly fixed: FixedBuffers,
    private readonly memory: MemoryBuffers,
    private readonly step: LoadedProgram,
    private readonly summary: LoadedProgram | undefined,
    private readonly program: Program,
  ) {}

  async bind(feeds: Arrays): Promise<void> {
    await this.gpu.checked(async () => {
      for (const [name, array] of Object.entries(feeds)) {
        this.fixed.write(name, array)
        this.bound.add(name)
      }
    })
  }

  async load(state: Arrays): Promise<void> {
    await this.gpu.checked(async () => this.memory.load(state))
  }

  run(steps: number, feeds: Arrays): Promise<Arrays> {
    return this.gpu.checked(async () => {
      const began = performance.now()
      for (const [name, array] of Object.entries(feeds))
        if (!this.bound.has(name)) this.fixed.write(name, array)
      this.requireAll(feeds)
      await this.step.prepare(steps, this.rowsOf(feeds, steps))
      await this.summary?.prepare(1, new Map())
      this.submit(steps)
      const reported = this.step.reportBytes(steps)
      const bytes = await this.gpu.read(
        (encoder, to) => {
          this.summary?.encode(encoder, 0, 1)
          this.step.copyReports(encoder, steps, to, 0)
          this.summary?.copyReports(encoder, 1, to, reported)
        },
        reported + (this.summary?.reportBytes(1) ?? 0),
      )
      this.stepSeconds = (performance.now() - began) / 1000 / steps
      return {
        ...this.step.reportsOf(steps, bytes),
        ...this.summary?.reports(bytes.subarray(reported)),
      }
    })
  }

  state(): Promise<Arrays> {
    return this.gpu.checked(() => this.memory.state('current'))
  }

  previousState(): Promise<Arrays> {
    return this.gpu.checked(() => this.memory.state('before'))
  }

  async close(): Promise<void> {
    for (const part of [this.step, this.summary, this.memory, this.fixed]) part?.destroy()
  }

  /** Submits steps a few at a time, at first very few, so that the device soon has something to do. */
  private submit(steps: number): void {
    const { device } = this.gpu
    const wanted = this.stepSeconds === 0 ? FIRST_STEPS : SUBMISSION / this.stepSeconds
    const most = Math.max(1, Math.min(MOST_STEPS, Math.floor(wanted)))
    let few = Math.min(FIRST_STEPS, most)
    for (let from = 0; from < steps; from += few) {
      if (from > 0) few = Math.min(2 * few, most)
      const encoder = device.createCommandEncoder()
      if (from === 0) this.memory.keepState(encoder)
      this.step.encode(encoder, from, Math.min(from + few, steps))
      device.queue.submit([encoder.finish()])
    }
  }

  /** The arrays `[K, …]` of which each step reads its row. */
  private rowsOf(feeds: Arrays, steps: number): Map<string, HostTensor> {
    return new Map(
      [...this.program.fed.fields].map(([name, { dtype, shape }]) => {
        const array = feeds[name]!
        requireFit(name, array, { dtype, shape: [steps, ...shape.slice(1)] })
        return [name, array]
      }),
    )
  }

  /** Throws unless all that a step reads beside the state is bound or fed. */
  private requireAll(feeds: Arrays): void {
    const { fed, inputs } = this.program
    const { fields } = this.fixed.fixed
    const unbound = inputs.filter((name) => fields.has(name) && !this.bound.has(name))
    for (const name of [...unbound, ...fed.fields.keys()])
      if (!feeds[name]) throw new Error(`no value was fed for the input ${name}`)
  }
}
