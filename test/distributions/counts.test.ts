import { describe, expect, it } from 'vitest'
import type { Independent } from '../../src/distributions/distribution.ts'
import {
  boundedDispersion,
  DISPERSION_BOUNDS,
  negativeBinomial,
} from '../../src/distributions/negative-binomial.ts'
import { poisson } from '../../src/distributions/poisson.ts'
import { gradients } from '../../src/graph/autodiff.ts'
import { constant, Tensor } from '../../src/graph/tensor.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { expectDerivative, weighted } from '../graph/central-differences.ts'
import { numbersOf, onnx } from '../train/onnx.ts'
import { counts } from './columns/table.ts'
import { expectMoments, expectShare, noiseOf } from './draws.ts'
import { largestError } from './errors.ts'

const row = (values: readonly number[]) => constant(values, [1, values.length])
const column = (i: number) => counts.map((found) => found[i]!)

describe('counts', () => {
  it('have SciPy’s log-probabilities, to 1e-9 in float64 and 2e-7 in float32', async () => {
    const [x, mean, r] = [row(column(0)), row(column(1)), row(column(2))]
    const p = poisson(mean).logProbPerDimension(x)
    const nb = negativeBinomial(mean, r).logProbPerDimension(x)
    for (const [runtime, tolerance] of [
      [referenceRuntime, 1e-9],
      [onnx(), 2e-7],
    ] as const) {
      expect(largestError(await numbersOf(runtime, p), column(3))).toBeLessThan(tolerance)
      expect(largestError(await numbersOf(runtime, nb), column(4))).toBeLessThan(tolerance)
    }
  })

  it('keep four decimals in float32 where log Γ has none: 10⁶ within three deviations', async () => {
    const means = [1e4, 1e5, 1e6]
    const values = means.flatMap((mean) =>
      [-3, 0, 3].map((k) => [mean + k * Math.sqrt(mean), mean]),
    )
    const [x, mean] = [0, 1].map((i) => values.map((pair) => Math.round(pair[i]!)))
    const dispersed = (r: number) =>
      negativeBinomial(row(mean!), constant([r], [1])).logProbPerDimension(row(x!))
    for (const p of [
      poisson(row(mean!)).logProbPerDimension(row(x!)),
      ...[0.01, 1, 300, 1e5].map(dispersed),
    ]) {
      const expected = await numbersOf(referenceRuntime, p)
      expect(Math.max(...expected.map(Math.abs))).toBeLessThan(30)
      const found = await numbersOf(onnx(), p)
      found.forEach((value, i) => {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(2e-4)
      })
    }
  })

  it('have probabilities that sum to one', async () => {
    const n = 4000
    const x = row(Array.from({ length: n }, (_, i) => i))
    const total = async (p: Tensor) =>
      (await numbersOf(referenceRuntime, p)).reduce((sum, value) => sum + Math.exp(value), 0)
    for (const mean of [0.01, 2, 700])
      expect(await total(poisson(row([mean])).logProbPerDimension(x))).toBeCloseTo(1, 9)
    for (const [mean, r] of [
      [0.5, 0.05],
      [3, 1],
      [40, 2],
      [500, 30],
    ] as const) {
      const p = negativeBinomial(row([mean]), row([r])).logProbPerDimension(x)
      expect(await total(p)).toBeCloseTo(1, 8)
    }
  })

  it('have the gradients that finite differences find, and gradients of these', () => {
    const x = row([0, 1, 4, 30])
    const inputs = [0, 1].map((i) => Tensor.input(`x${i}`, [1, 4]))
    const at = [
      [0.4, 2, 3.5, 20],
      [0.7, 0.05, 6, 90],
    ]
    const loss = weighted(negativeBinomial(inputs[0]!, inputs[1]!).logProbPerDimension(x), 3)
    expectDerivative(loss, inputs, at)
    const [a, b] = gradients(loss, inputs)
    expectDerivative(weighted(a!, 4).add(weighted(b!, 5)), inputs, at)
    expectDerivative(
      weighted(poisson(inputs[0]!).logProbPerDimension(x), 3),
      [inputs[0]!],
      [at[0]!],
    )
  })

  it('have a gradient by log r in float32 that errs by less than 0.005, up to its bound', async () => {
    const x = row([3, 90, 1000])
    const mean = row([2, 100, 1010])
    const logR = Tensor.input('logR', [])
    for (const r of [0.002, 3, 1e3, 9e3]) {
      const p = negativeBinomial(mean, boundedDispersion(logR)).logProb(x).sum()
      const [slope] = gradients(p, [logR])
      const fed = { logR: hostTensor('float32', [], Float32Array.of(Math.log(r))) }
      const [exact] = await numbersOf(referenceRuntime, slope!, fed)
      const [found] = await numbersOf(onnx(), slope!, fed)
      expect(Math.abs(found! - exact!)).toBeLessThan(0.005)
    }
    const bounds = await numbersOf(referenceRuntime, boundedDispersion(constant([-50, 50], [2])))
    expect(bounds).toEqual(DISPERSION_BOUNDS.map((r) => expect.closeTo(r, 7)))
  })
})

describe('drawn counts', () => {
  const rows = 8000
  /** The draws of each dimension: whole numbers. */
  const drawn = async (p: Independent, dimension: number, seed: number) => {
    const all = await numbersOf(onnx(), p.sample(noiseOf(seed)))
    expect(all.every((x) => Number.isInteger(x) && x >= 0)).toBe(true)
    return Array.from({ length: dimension }, (_, d) => all.filter((_, i) => i % dimension === d))
  }
  const repeated = (values: readonly number[]) => row(values).expand([rows, values.length])

  it('of a Poisson have its mean, variance and probabilities, searched or proposed', async () => {
    const rates = [0.02, 3, 9.99, 10, 40, 5000, 1e6]
    const found = await drawn(poisson(repeated(rates)), rates.length, 3)
    for (const [d, rate] of rates.entries()) {
      expectMoments(found[d]!, rate, rate, rate * (1 + 3 * rate))
      for (const k of [0, 1, 4].map((i) => Math.floor(rate) + i)) {
        const p = await numbersOf(referenceRuntime, poisson(row([rate])).logProb(row([k])))
        expectShare(found[d]!.filter((x) => x === k).length, rows, Math.exp(p[0]!))
      }
    }
  })

  it('of a negative binomial have its mean, variance and share of zeros', async () => {
    const means = [0.5, 4, 20, 300, 1e4]
    const dispersions = [0.3, 0.05, 2, 40, 1e4]
    const all = negativeBinomial(repeated(means), row(dispersions))
    const found = await drawn(all, means.length, 8)
    for (const [d, mean] of means.entries()) {
      const r = dispersions[d]!
      const p = r / (r + mean)
      const variance = mean / p
      const fourth = variance ** 2 * (3 + 6 / r + p ** 2 / (r * (1 - p)))
      expectMoments(found[d]!, mean, variance, fourth)
      const none = negativeBinomial(row([mean]), row([r])).logProb(row([0]))
      const share = Math.exp((await numbersOf(referenceRuntime, none))[0]!)
      expectShare(found[d]!.filter((x) => x === 0).length, rows, share)
    }
  })
})
