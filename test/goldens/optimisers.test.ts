import { describe, expect, it } from 'vitest'
import { type Carried, fedRows, type LoopProgram } from '../../src/graph/loop.ts'
import { Tensor } from '../../src/graph/tensor.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import type { Arrays, Runtime } from '../../src/runtime/session.ts'
import { type HostTensor, hostTensor, sizeOf } from '../../src/tensor/host.ts'
import { type TrainConfig, trainConfig } from '../../src/train/config.ts'
import { clipByGlobalNorm, optimizer } from '../../src/train/optimizers.ts'
import { onnx } from '../train/onnx.ts'
import { golden, relativeError, type WrittenArrays } from './golden.ts'

interface Options {
  readonly name: 'sgd' | 'adam' | 'adamw'
  readonly momentum?: number
  readonly nesterov?: boolean
  readonly betas?: readonly [number, number]
  readonly eps?: number
  readonly weightDecay: number
  readonly clipNorm?: number
}

interface Written {
  readonly learningRates: readonly number[]
  readonly initial: WrittenArrays
  readonly gradients: readonly WrittenArrays[]
  readonly runs: Readonly<Record<string, { options: Options; after: readonly WrittenArrays[] }>>
}

const written = golden<Written>('optimisers')
const names = Object.keys(written.initial)
const shapeOf = (name: string) => written.initial[name]!.shape

const configOf = (options: Options): TrainConfig =>
  trainConfig.parse({
    optimizer: options.name,
    momentum: options.momentum ?? 0,
    nesterov: options.nesterov ?? false,
    beta1: options.betas?.[0] ?? 0.9,
    beta2: options.betas?.[1] ?? 0.999,
    epsilon: options.eps ?? 1e-8,
    weightDecay: options.weightDecay,
    clip: options.clipNorm ?? 0,
  })

/** The update of all parameters, as a loop that is fed gradients and reports the new parameters. */
function updateLoop(config: TrainConfig): LoopProgram {
  const rule = optimizer(config)
  const fed = names.map((name) => fedRows(`gradient ${name}`, shapeOf(name)))
  const columns = Object.keys(rule.columns(1, 1)).map(
    (name) => [name, fedRows(`column ${name}`, [])] as const,
  )
  const scalars = Object.fromEntries(columns.map(([name, { row }]) => [name, row]))
  const raw = fed.map(({ row }) => row)
  const slopes = config.clip > 0 ? clipByGlobalNorm(raw, config.clip) : raw
  const state: Record<string, Carried> = {}
  names.forEach((name, i) => {
    const slots = Object.fromEntries(
      rule.slots.map((slot) => [slot, Tensor.input(`${name}:${slot}`, shapeOf(name))]),
    )
    const parameter = Tensor.input(name, shapeOf(name))
    const updated = rule.update(parameter, slopes[i]!, slots, scalars)
    state[name] = { input: parameter, next: updated.parameter }
    for (const slot of rule.slots)
      state[`${name}:${slot}`] = { input: slots[slot]!, next: updated.slots[slot]! }
  })
  return {
    state,
    rows: Object.fromEntries(
      [...fed, ...columns.map(([, column]) => column)].map(({ name, rows }) => [name, rows]),
    ),
    reports: Object.fromEntries(names.map((name) => [`after ${name}`, state[name]!.next])),
    summary: {},
  }
}

function feeds(config: TrainConfig): Arrays {
  const steps = written.learningRates.length
  const numbers = written.learningRates.map((lr, i) => optimizer(config).columns(i + 1, lr))
  const column = (name: string) =>
    hostTensor(
      'float64',
      [steps],
      Float64Array.from(numbers, (n) => n[name]!),
    )
  const gradient = (name: string) =>
    hostTensor(
      'float64',
      [steps, ...shapeOf(name)],
      Float64Array.from(written.gradients.flatMap((g) => g[name]!.data)),
    )
  return Object.fromEntries<HostTensor>([
    ...Object.keys(numbers[0]!).map((name) => [`column ${name}`, column(name)] as const),
    ...names.map((name) => [`gradient ${name}`, gradient(name)] as const),
  ])
}

/** The largest relative error of a parameter after each step. */
async function errors(runtime: Runtime, config: TrainConfig, after: readonly WrittenArrays[]) {
  const program = updateLoop(config)
  const session = await runtime.compileLoop(program)
  const initial = Object.entries(program.state).map(([name, { input }]) => {
    const shape = input.shape as number[]
    const values = written.initial[name]?.data ?? new Array<number>(sizeOf(shape)).fill(0)
    return [name, hostTensor('float64', shape, Float64Array.from(values))] as const
  })
  await session.load(Object.fromEntries(initial))
  const results = await session.run(after.length, feeds(config))
  await session.close()
  return after.map((expected, step) =>
    Math.max(
      ...names.map((name) => {
        const size = sizeOf(shapeOf(name))
        const all = results[`after ${name}`]!.data as Float64Array
        const here = Float64Array.from(all.slice(step * size, (step + 1) * size))
        return relativeError(hostTensor('float64', shapeOf(name), here), expected[name]!)
      }),
    ),
  )
}

describe.each(Object.entries(written.runs))('%s', (_name, { options, after }) => {
  it('moves the parameters as PyTorch does for ten steps, to 1e-9', async () => {
    const found = await errors(referenceRuntime, configOf(options), after)
    expect(found).toHaveLength(10)
    expect(Math.max(...found)).toBeLessThan(1e-9)
  })

  it('in ONNX Runtime stays within 1e-5 of that', async () => {
    const found = await errors(onnx(), configOf(options), after)
    expect(Math.max(...found)).toBeLessThan(1e-5)
  })
})
