import { beforeAll, describe, expect, it } from 'vitest'
import { standardNormal } from '../../../src/distributions/gaussian.ts'
import { constant, int64, type Tensor } from '../../../src/graph/tensor.ts'
import { importanceWeighted } from '../../../src/models/importance.ts'
import type { Batch, ModelDefinition, Terms } from '../../../src/models/model.ts'
import { vae } from '../../../src/models/vae.ts'
import type { Arrays } from '../../../src/runtime/session.ts'
import { type BuiltModel, build, lastStage, stageTerms } from '../../../src/train/build.ts'
import { noiseSource } from '../../../src/train/noise.ts'
import { numbersOf, onnx } from '../../train/onnx.ts'
import { DIMENSION, memoryStore, tinyData, tinyModel, trained } from '../../train/tiny.ts'
import { documentedNumbers, documentedTable } from './documented.ts'
import { estimate } from './estimate.ts'

/** A narrow likelihood, so that the true posteriors are far from Gaussian. */
const OPTIONS = { hidden: [9], activation: 'tanh', latent: 2, likelihood: 'gaussian:0.2' }
const EXAMPLES = 40
/** Section of docs/family.md, whose figures are those of these tests. */
const SECTION = 'One importance weight is the ELBO, and more of them are a tighter bound'

/** The tiny VAE with its bound by k importance weights, also for k = 1. */
function weighted(k: number): BuiltModel {
  const definition: typeof vae = { ...vae, terms: (m, b) => importanceWeighted(m, b, k) }
  return build(definition as unknown as ModelDefinition, vae.config.parse(OPTIONS), {
    exampleShape: [1, 1, DIMENSION],
    dimension: DIMENSION,
  })
}

const data = tinyData(EXAMPLES)
const stored = data.splits.train.store.array!.data.subarray(0, EXAMPLES * DIMENSION)
const x = Array.from(stored, (grey) => grey / 255)

let parameters: Arrays
beforeAll(async () => {
  const store = memoryStore()
  const config = { epochs: 300, lr: 5e-3, schedule: 'cosine' }
  await trained({ model: tinyModel(OPTIONS), data, config }, { store })
  parameters = store.read('last').arrays
}, 60_000)

/** Values of the expressions that a loss gives for that many copies of all examples. */
async function drawn(
  model: BuiltModel,
  copies: number,
  seed: number,
  value: (terms: Terms) => Tensor,
): Promise<number[]> {
  const batch: Batch = {
    x: constant(Array.from({ length: copies }, () => x).flat(), [copies * EXAMPLES, DIMENSION]),
    training: true,
    noise: noiseSource(seed, int64(0n)).noise,
  }
  const terms = stageTerms(lastStage(model), batch)
  return numbersOf(onnx(), value(terms), { ...parameters, 'schedule beta': ONE })
}
const ONE = { dtype: 'float64', shape: [], data: Float64Array.of(1) } as const

/** Means over the examples and over every `blocks`-th copy. */
function perBlock(values: readonly number[], blocks: number): number[] {
  const sums = new Array<number>(blocks).fill(0)
  for (const [row, value] of values.entries())
    sums[Math.floor(row / EXAMPLES) % blocks]! += (value * blocks) / values.length
  return sums
}

const negativeElbo = ({ reconstruction, kl }: Terms) => reconstruction!.value.add(kl!.value)
const negativeBound = (terms: Terms) => terms['importance-weighted bound']!.value

/** log p(x), on average over the examples, by a sum over a grid of codes. */
async function logEvidence(): Promise<number> {
  const model = tinyModel(OPTIONS)
  const [half, side] = [6, 161]
  const step = (2 * half) / (side - 1)
  const axis = Array.from({ length: side }, (_, i) => -half + i * step)
  const z = constant(
    axis.flatMap((a) => axis.flatMap((b) => [a, b])),
    [side ** 2, 2],
  )
  const p = model.likelihood!(z, { training: false, noise: noiseSource(0, int64(0n)).noise })
  const prior = standardNormal([side ** 2, 2]).logProb(z)
  const each = Array.from({ length: EXAMPLES }, (_, i) => {
    const example = constant(x.slice(i * DIMENSION, (i + 1) * DIMENSION), [1, DIMENSION])
    return p.logProb(example).add(prior).logSumExp(0)
  })
  const sum = each.reduce((a, b) => a.add(b)).mul(1 / EXAMPLES)
  return (await numbersOf(onnx(), sum, parameters))[0]! + 2 * Math.log(step)
}

describe('one importance weight', () => {
  const COPIES = 500

  it('is the ELBO on average over draws of the same codes', async () => {
    const elbo = perBlock(await drawn(tinyModel(OPTIONS), COPIES, 1, negativeElbo), COPIES)
    const bound = perBlock(await drawn(weighted(1), COPIES, 1, negativeBound), COPIES)
    const { mean, error } = estimate(bound.map((value, i) => value - elbo[i]!))
    expect(Math.abs(mean)).toBeLessThan(4 * error)
    expect(error).toBeGreaterThan(0)
    expect(4 * error).toBeLessThan(0.05)
    const [difference, deviation] = documentedNumbers(SECTION, 'by # ± # nats on average')
    expect(Math.abs(Math.abs(mean) - difference!)).toBeLessThan(error / 2)
    expect(error).toBeCloseTo(deviation!, 3)
  })

  it('is so where the codes are drawn apart', async () => {
    const elbo = estimate(
      perBlock(await drawn(tinyModel(OPTIONS), COPIES, 2, negativeElbo), COPIES),
    )
    const bound = estimate(perBlock(await drawn(weighted(1), COPIES, 3, negativeBound), COPIES))
    const error = Math.hypot(elbo.error, bound.error)
    expect(Math.abs(bound.mean - elbo.mean)).toBeLessThan(4 * error)
    expect(4 * error).toBeLessThan(0.1)
  })
})

describe('the importance-weighted bound of a trained model', () => {
  const counts = [1, 2, 5, 10, 50]
  const [CODES, BLOCKS] = [2000, 40]

  /**
   * Bounds by k weights: 2000 codes of each example, the same for every k, taken k at a time. What a block
   * averages is made of the same 50 of them for every k, and of other ones than the other blocks'.
   */
  const blocksOf = async (k: number) =>
    perBlock(await drawn(weighted(k), CODES / k, 4, negativeBound), BLOCKS).map((v) => -v)

  it('rises with the number of codes, towards log p(x) and not past it', async () => {
    const bounds: number[][] = []
    for (const k of counts) bounds.push(await blocksOf(k))
    const evidence = await logEvidence()
    const [elbo, tightest] = [estimate(bounds[0]!), estimate(bounds.at(-1)!)]
    const table = documentedTable(SECTION)
    expect(table.slice(0, -1).map(([k]) => k)).toEqual(counts.map((k) => [k]))
    expect(Math.abs(evidence - table.at(-1)![1]![0]!)).toBeLessThan(tightest.error)
    for (const [i, bound] of bounds.entries()) {
      const { mean, error } = estimate(bound)
      expect(Math.abs(mean - table[i]![1]![0]!)).toBeLessThan(error)
    }
    bounds.slice(1).forEach((bound, i) => {
      const { mean, error } = estimate(bound.map((value, j) => value - bounds[i]![j]!))
      expect(mean).toBeGreaterThan(4 * error)
      const [step, deviation] = table[i + 1]![2]!
      expect(Math.abs(mean - step!)).toBeLessThan(error)
      expect(error).toBeCloseTo(deviation!, 3)
    })
    expect(tightest.mean).toBeLessThan(evidence + 4 * tightest.error)
    expect(evidence - tightest.mean).toBeLessThan(0.2 * (evidence - elbo.mean))
  })
})
