import { describe, expect, it } from 'vitest'
import { constant, Tensor } from '../../../src/graph/tensor.ts'
import type { Batch } from '../../../src/models/model.ts'
import { modelNamed } from '../../../src/models/registry.ts'
import type { Parameters } from '../../../src/nn/parameters.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import type { Arrays } from '../../../src/runtime/session.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'
import { type BuiltModel, build, lastStage, stageTerms } from '../../../src/train/build.ts'
import { disturbed, evaluating, recorded } from '../../nn/passes.ts'
import { numbersOf } from '../../train/onnx.ts'
import { documentedNumbers } from './documented.ts'

/** Contraction under batch normalisation, where the codes of a training batch depend on each other. */

const SHAPE = [1, 4, 4]
const D = 16
const L = 3

const examples = (count: number) => {
  const random = stream(11, 'examples')
  return Array.from({ length: count * D }, () => 0.5 + 0.3 * random.normal())
}

function contractive(name: 'cae' | 'scae', options: Record<string, unknown>): BuiltModel {
  const definition = modelNamed(name)
  const config = definition.config.parse({
    hidden: [7, 5],
    channels: [3, 4],
    activation: 'tanh',
    normalization: 'batch',
    latent: L,
    tied: false,
    ...options,
  })
  return build(definition, config, { exampleShape: SHAPE, dimension: D })
}

const parametersOf = (model: BuiltModel): Arrays =>
  disturbed({ all: model.parameters } as Parameters, 4)

const float64 = (shape: readonly number[], values: Iterable<number>) =>
  hostTensor('float64', shape, Float64Array.from(values))

const input = (count: number) => Tensor.input('x', [count, D])
const fed = (values: readonly number[]): Arrays => ({
  x: float64([values.length / D, D], values),
})

/** The contraction of each example of a pass. */
const penalties = (
  model: BuiltModel,
  values: readonly number[],
  parameters: Arrays,
  mode: Omit<Batch, 'x'>,
) => {
  const terms = stageTerms(lastStage(model), { x: input(values.length / D), ...mode })
  return numbersOf(referenceRuntime, terms.contraction!.value, { ...parameters, ...fed(values) })
}

const codes = (
  model: BuiltModel,
  values: readonly number[],
  parameters: Arrays,
  mode: Omit<Batch, 'x'>,
) => {
  const h = model.posterior!(input(values.length / D), mode).mean()
  return numbersOf(referenceRuntime, h, { ...parameters, ...fed(values) })
}

/**
 * The parameters with the running moments at those of a batch, read off what a training pass makes of them: then
 * evaluation is the training pass with the batch's moments held.
 */
async function withMomentsOf(model: BuiltModel, values: readonly number[], parameters: Arrays) {
  const { mode, moved } = recorded()
  const count = values.length / D
  model.posterior!(input(count), mode)
  const changed: Record<string, Arrays[string]> = {}
  for (const [name, next] of moved) {
    const { shape, data } = parameters[name]!
    const after = await numbersOf(referenceRuntime, next, { ...parameters, ...fed(values) })
    const seen = after.map((value, i) => (value - 0.9 * Number(data[i])) / 0.1)
    const n = count * positionsOf(model, name)
    const biased = name.endsWith('.variance') ? (n - 1) / n : 1
    changed[name] = float64(
      shape,
      seen.map((value) => value * biased),
    )
  }
  return { ...parameters, ...changed } as Arrays
}

/** Positions over which a layer's moments are taken: each level of the convolutional encoder halves 4 × 4. */
function positionsOf(model: BuiltModel, name: string): number {
  if (model.config.network === 'mlp') return 1
  return (2 / 2 ** Number(name.split('.')[1])) ** 2
}

/** Jacobians of the first examples by central differences, the others of the batch left as they are. */
async function jacobians(
  values: readonly number[],
  codesOf: (values: readonly number[]) => Promise<number[]>,
  count = values.length / D,
): Promise<number[][][]> {
  const H = 1e-5
  const all = Array.from({ length: count }, () =>
    Array.from({ length: L }, () => new Array<number>(D).fill(0)),
  )
  for (let i = 0; i < count; i++)
    for (let d = 0; d < D; d++) {
      const at = (by: number) => codesOf(values.map((v, k) => (k === i * D + d ? v + by : v)))
      const [up, down] = [await at(H), await at(-H)]
      for (let l = 0; l < L; l++) all[i]![l]![d] = (up[i * L + l]! - down[i * L + l]!) / (2 * H)
    }
  return all
}

const squares = (jacobian: readonly number[][]) =>
  jacobian.flat().reduce((sum, value) => sum + value ** 2, 0)
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/** Central differences err by about 1e-8 of the value. */
function expectNear(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length)
  found.forEach((value, i) => {
    expect(Math.abs(value / expected[i]! - 1)).toBeLessThan(1e-7)
  })
}

const networks = [{ network: 'mlp' }, { network: 'conv' }, { network: 'conv', residual: true }]
const batch = examples(6)

describe.each(networks)('the contraction of a training batch, %o', (options) => {
  const model = contractive('cae', options)
  const parameters = parametersOf(model)

  it('is of each Jacobian with the moments of the batch held', async () => {
    const held = await withMomentsOf(model, batch, parameters)
    const { mode } = recorded()
    const alone = (values: readonly number[]) => codes(model, values, held, evaluating)
    expectNear(await alone(batch), await codes(model, batch, parameters, mode))
    const norms = (await jacobians(batch, alone)).map(squares)
    expect(Math.min(...norms)).toBeGreaterThan(0.01)
    expectNear(await penalties(model, batch, parameters, mode), norms)
  })

  it('by projections is that of the Jacobians on the directions drawn', async () => {
    const projected = contractive('cae', { ...options, contraction: 'projections:2' })
    const held = await withMomentsOf(model, batch, parameters)
    const { mode } = recorded(3)
    const all = await jacobians(batch, (values) => codes(model, values, held, evaluating))
    const draws = await Promise.all(
      [0, 1].map((k) =>
        numbersOf(referenceRuntime, mode.noise(`projection ${k}`).normal([batch.length / D, L])),
      ),
    )
    const alongV = (jacobian: readonly number[][], v: readonly number[], i: number) =>
      jacobian[0]!.map((_, d) => sum(jacobian.map((row, l) => v[i * L + l]! * row[d]!)))
    const expected = all.map((jacobian, i) => squares(draws.map((v) => alongV(jacobian, v, i))) / 2)
    expectNear(await penalties(projected, batch, parameters, mode), expected)
  })

  it('is in evaluation that of each example by itself', async () => {
    const found = await penalties(model, batch, parameters, evaluating)
    const all = await jacobians(batch, (values) => codes(model, values, parameters, evaluating))
    expectNear(found, all.map(squares))
    const single = await penalties(model, batch.slice(0, D), parameters, evaluating)
    expect(single[0]).toBeCloseTo(found[0]!, 12)
  })
})

it('is what an example moved within its batch gives, but for its share in the moments, of order 1/B', async () => {
  const model = contractive('cae', { network: 'mlp' })
  const parameters = parametersOf(model)
  const { mode } = recorded()
  const shares: number[] = []
  for (const size of [32, 128]) {
    const values = examples(size)
    const within = await jacobians(values, (v) => codes(model, v, parameters, mode), 6)
    const held = await penalties(model, values, parameters, mode)
    shares.push(1 - sum(within.map(squares)) / sum(held.slice(0, 6)))
  }
  const [of32, of128] = documentedNumbers(
    'Stochastic contraction tends to the contractive penalty',
    '(# % of the penalty at 32 examples, # % at 128',
  )
  expect(100 * shares[0]!).toBeCloseTo(of32!, 0)
  expect(100 * shares[1]!).toBeCloseTo(of128!, 1)
  expect(shares[1]).toBeGreaterThan(0)
  expect(shares[1]).toBeLessThan(0.05)
  expect(shares[0]! / shares[1]!).toBeGreaterThan(3)
  expect(shares[0]! / shares[1]!).toBeLessThan(5)
})

describe('the stochastic contraction of a training batch', () => {
  const model = contractive('scae', { network: 'mlp', sigma: 1e-3 })
  const parameters = parametersOf(model)

  /** A training pass in which the noise is 1 along one value of one example, and 0 elsewhere. */
  const nudged = (example: number, value: number) => {
    const { mode, moved } = recorded()
    const data = new Array<number>(batch.length).fill(0)
    data[example * D + value] = 1
    const noise = () => ({
      normal: () => constant(data, [batch.length / D, D]),
      uniform: (): never => {
        throw new Error('the contraction draws no uniform numbers')
      },
    })
    return { mode: { ...mode, noise }, moved }
  }

  it("does not feel the noise of other examples, and tends to the Jacobian's norm", async () => {
    const squared = new Array<number>(batch.length / D).fill(0)
    for (let d = 0; d < D; d++) {
      const found = await penalties(model, batch, parameters, nudged(2, d).mode)
      found.forEach((value, i) => {
        squared[i]! += value / 1e-6
      })
    }
    const exact = contractive('cae', { network: 'mlp' })
    const norms = await penalties(exact, batch, parameters, recorded().mode)
    expect(squared.filter((value) => value > 0)).toHaveLength(1)
    expect(Math.abs(squared[2]! / norms[2]! - 1)).toBeLessThan(0.01)
  })

  it('leaves running moments of the examples, and none of the noisy copies', async () => {
    const { mode, moved } = recorded()
    stageTerms(lastStage(model), { x: input(batch.length / D), ...mode })
    const plain = recorded()
    model.posterior!(input(batch.length / D), plain.mode)
    const name = 'encoder.1.norm.variance'
    const become = (next: Tensor) =>
      numbersOf(referenceRuntime, next, { ...parameters, ...fed(batch) })
    expect(await become(moved.get(name)!)).toEqual(await become(plain.moved.get(name)!))
  })
})
