import { describe, expect, it } from 'vitest'
import { activeUnits } from '../../../src/evaluate/likelihood/active-units.ts'
import { klDecomposition } from '../../../src/evaluate/likelihood/kl-decomposition.ts'
import { Tensor } from '../../../src/graph/tensor.ts'
import { modelNamed } from '../../../src/models/registry.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'
import { build } from '../../../src/train/build.ts'
import { initialParameters } from '../../../src/train/initial-state.ts'
import { labelFeed } from '../../../src/train/labels.ts'
import type { WithParameters } from '../../../src/train/trained.ts'
import { inferenceMode } from '../../../src/train/trained.ts'
import { numbersOf, onnx } from '../../train/onnx.ts'
import { built, drawn, misspecified, rows } from './linear-gaussian.ts'

/** An encoder of one dimension each: q(z_l|x) = N(a_l x_l, s_l²) for x of two values. */
const diagonal = (a: readonly [number, number], sigmas: readonly number[]) => ({
  ...misspecified,
  weight: [
    [1, 0],
    [0, 1],
  ],
  mean: [0, 0],
  q: {
    weight: [
      [a[0], 0],
      [0, a[1]],
    ],
    mean: [0, 0],
    sigmas,
  },
})

/** 50 × 50 places at the middle of equal parts of N(0, 1)², in the order of a permutation. */
function gaussianGrid(side: number) {
  const half = Array.from({ length: side }, (_, i) => normalQuantile((i + 0.5) / side))
  const order = stream(1, 'order').permutation(side * side)
  return Array.from(order, (i) => [half[i % side]!, half[Math.floor(i / side)]!])
}

/** By bisection of the distribution function, a sum of Taylor's series. */
function normalQuantile(p: number): number {
  const below = (x: number) => {
    let [term, sum] = [x, x]
    for (let n = 1; n < 200; n++) {
      term *= (-x * x) / 2 / n
      sum += term / (2 * n + 1)
    }
    return 0.5 + sum / Math.sqrt(2 * Math.PI)
  }
  let [low, high] = [-5, 5]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (below(middle) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length

describe('the decomposition of the divergence from the prior', () => {
  it('of a linear Gaussian encoder has the mutual information ½ Σ log(1 + a²/s²)', async () => {
    const [a, s] = [[0.9, 0.3] as const, [0.5, 0.8]]
    const model = built(diagonal(a, s), onnx())
    const found = await klDecomposition(model, rows(gaussianGrid(50)), { seed: 1 })
    const information = a.map((slope, l) => 0.5 * Math.log(1 + (slope / s[l]!) ** 2))
    const expected = information.reduce((x, y) => x + y)
    const { value, error } = found.mutualInformation
    expect(found.examples).toBe(2500)
    expect(found.codes).toBe(2500)
    expect(Math.abs(value - expected)).toBeLessThan(1.96 * error)
    expect(error).toBeLessThan(0.02)
    // q(z) = N(0, a² + s²): KL = ½ Σ (v - log v - 1).
    const marginal = a
      .map((slope, l) => slope ** 2 + s[l]! ** 2)
      .reduce((sum, v) => sum + 0.5 * (v - Math.log(v) - 1), 0)
    // The grid's variance is 2 % below 1, which moves the mean divergence.
    expect(Math.abs(found.marginalKl.value - marginal)).toBeLessThan(1.96 * error + 0.02)
    expect(found.marginalKl.value + value).toBeCloseTo(mean(found.kl), 12)
  })

  it('has the closed-form divergence of each example and of each dimension', async () => {
    const [a, s] = [[0.9, 0.3] as const, [0.5, 0.8]]
    const x = drawn(diagonal(a, s), 30, 1)
    const found = await klDecomposition(built(diagonal(a, s)), rows(x), { seed: 1 })
    const each = (one: readonly number[], l: number) =>
      0.5 * ((a[l]! * one[l]!) ** 2 + s[l]! ** 2 - 2 * Math.log(s[l]!) - 1)
    x.forEach((one, i) => {
      expect(found.kl[i]).toBeCloseTo(each(one, 0) + each(one, 1), 12)
    })
    for (const l of [0, 1]) {
      const values = x.map((one) => each(one, l))
      const squares = values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0)
      expect(found.perDimension[l]).toBeCloseTo(mean(values), 12)
      expect(found.perDimensionErrors[l]).toBeCloseTo(Math.sqrt(squares / 29 / 30), 12)
    }
  })

  it('has no information in codes that are the same for all, and log N in codes far apart', async () => {
    const x = rows(Array.from({ length: 7 }, (_, i) => [i, -i]))
    const same = built(diagonal([0, 0], [0.5, 0.5]))
    const nothing = await klDecomposition(same, x, { seed: 1, codesPerExample: 3 })
    expect(nothing.mutualInformation.value).toBeCloseTo(0, 12)
    expect(nothing.mutualInformation.error).toBeCloseTo(0, 12)
    expect(nothing.marginalKl.value).toBeCloseTo(mean(nothing.kl), 12)
    expect(nothing.codes).toBe(21)
    expect(nothing.active.count).toBe(0)
    const apart = built(diagonal([1, 1], [0.01, 0.01]))
    const all = await klDecomposition(apart, x, { seed: 1 })
    expect(all.mutualInformation.value).toBeCloseTo(Math.log(7), 12)
    expect(all.active.count).toBe(2)
  })

  it('is that of binary codes by a sum over all of them, for a model that sees labels', async () => {
    const cvae = modelNamed('cvae')
    const config = { prior: 'bernoulli', latent: 2, hidden: [3], activation: 'tanh' }
    const info = { exampleShape: [4], dimension: 4, classes: 2 }
    const model = build(cvae, cvae.config.parse(config), info)
    const parameters = Object.fromEntries(
      Object.entries(initialParameters(model, 1)).map(([name, { shape, data }]) => [
        name,
        hostTensor(
          'float64',
          shape,
          Float64Array.from(data as Float32Array, (w) => 4 * w),
        ),
      ]),
    )
    const { uniform } = stream(2, 'binary')
    const x = rows(Array.from({ length: 40 }, () => Array.from({ length: 4 }, uniform)))
    const labels = Array.from({ length: 40 }, (_, i) => i % 2)
    const latentModel = { model, parameters, runtime: referenceRuntime }
    const found = await klDecomposition(latentModel, x, { seed: 1, labels, codesPerExample: 50 })

    // q(z_l = 1|x) from the graph of the encoder, and everything else by hand.
    const p = await probabilities(latentModel, x, labels)
    const codes = [0, 1, 2, 3].map((i) => [i & 1, i >> 1])
    const given = p.map((ones) =>
      codes.map((code) => code.reduce((q, bit, l) => q * (bit ? ones[l]! : 1 - ones[l]!), 1)),
    )
    const mixture = codes.map((_, c) => mean(given.map((q) => q[c]!)))
    const divergence = (q: readonly number[], from: (c: number) => number) =>
      q.reduce((sum, value, c) => sum + value * Math.log(value / from(c)), 0)
    given.forEach((q, i) => {
      expect(found.kl[i]).toBeCloseTo(
        divergence(q, () => 0.25),
        10,
      )
    })
    const information = mean(given.map((q) => divergence(q, (c) => mixture[c]!)))
    const { value, error } = found.mutualInformation
    expect(Math.abs(value - information)).toBeLessThan(1.96 * error)
    expect(error).toBeLessThan(0.1 * information)
    const marginal = divergence(mixture, () => 0.25)
    expect(Math.abs(found.marginalKl.value - marginal)).toBeLessThan(1.96 * error)
  })

  it('is refused where q(z|x) is a point', async () => {
    const wae = modelNamed('wae')
    const info = { exampleShape: [2], dimension: 2 }
    const model = build(wae, wae.config.parse({ hidden: [3], latent: 2 }), info)
    const latentModel = {
      model,
      parameters: initialParameters(model, 0),
      runtime: referenceRuntime,
    }
    await expect(klDecomposition(latentModel, rows([[1, 2]]), { seed: 0 })).rejects.toThrow(
      'a single code',
    )
  })
})

/** The probability of a 1 in each of the two bits of the code of each example. */
async function probabilities(
  { model, parameters, runtime }: WithParameters,
  x: ReturnType<typeof rows>,
  labels: readonly number[],
): Promise<number[][]> {
  const q = model.posterior!(Tensor.input('x', x.shape), inferenceMode(model, labels.length))
  const p = await numbersOf(runtime, q.mean(), { ...parameters, x, ...labelFeed(labels) })
  return labels.map((_, i) => [p[2 * i]!, p[2 * i + 1]!])
}

describe('active units', () => {
  it('are those whose posterior means vary by more than 0.01 over the examples', () => {
    const means = [0, 0.1, 5, 2, 0.3, 5, 4, 0.2, 5]
    const { variances, count } = activeUnits(means, [3, 3])
    expect(Array.from(variances)).toEqual([4, expect.closeTo(0.01, 12), 0])
    expect(count).toBe(1)
    const wider = means.map((value, i) => (i % 3 === 1 ? 1.01 * value : value))
    expect(activeUnits(wider, [3, 3]).count).toBe(2)
  })

  it('need two examples', () => {
    expect(() => activeUnits([1, 2], [1, 2])).toThrow(RangeError)
  })
})
