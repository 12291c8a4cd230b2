import { describe, expect, it } from 'vitest'
import { bernoulli } from '../../src/distributions/bernoulli.ts'
import { categorical } from '../../src/distributions/categorical.ts'
import {
  boundedGaussian,
  gaussian,
  gaussianWithSigma,
  LOG_VAR_BOUNDS,
  SIGMA_FLOOR,
  standardNormal,
} from '../../src/distributions/gaussian.ts'
import { point } from '../../src/distributions/point.ts'
import { gradients } from '../../src/graph/autodiff.ts'
import { constant, scalar, type Tensor } from '../../src/graph/tensor.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { stream } from '../../src/tensor/random.ts'
import { numbersOf, onnx } from '../train/onnx.ts'

const exactly = (expression: Tensor) => numbersOf(referenceRuntime, expression)
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
const row = (...values: number[]) => constant(values, [1, values.length])

describe('bernoulli', () => {
  const logits = [-2.5, 0.3, 4]

  it('gives the eight points of {0, 1}³ probabilities that sum to one', async () => {
    const points = Array.from({ length: 8 }, (_, i) => [i & 1, (i >> 1) & 1, i >> 2])
    const all = constant([...points.flatMap(() => logits)], [8, 3])
    const logProb = await exactly(bernoulli(all).logProb(constant(points.flat(), [8, 3])))
    expect(sum(logProb.map(Math.exp))).toBeCloseTo(1, 12)
    const sigma = logits.map((l) => 1 / (1 + Math.exp(-l)))
    expect(logProb[5]).toBeCloseTo(Math.log(sigma[0]! * (1 - sigma[1]!) * sigma[2]!), 12)
  })

  it('is the cross-entropy for grey values, largest where the mean is the value', async () => {
    const grey = 0.25
    const at = async (mean: number) =>
      (await exactly(bernoulli(row(Math.log(mean / (1 - mean)))).logProb(row(grey))))[0]!
    expect(await at(0.4)).toBeCloseTo(grey * Math.log(0.4) + 0.75 * Math.log(0.6), 12)
    expect(await at(grey)).toBeGreaterThan(await at(0.24))
    expect(await at(grey)).toBeGreaterThan(await at(0.26))
  })

  it('stays finite for logits of any size, in float32 too', async () => {
    const far = bernoulli(row(200, -200, 200)).logProb(row(1, 0, 0))
    expect(await exactly(far)).toEqual([-200])
    expect(await numbersOf(onnx(), far)).toEqual([-200])
  })
})

describe('categorical', () => {
  it.each([2, 5, 16, 256])('over %i levels gives probabilities that sum to one', async (levels) => {
    const random = stream(levels, 'logits')
    const logits = Array.from({ length: levels }, () => 2 * random.normal())
    const repeated = constant(Array.from({ length: levels }, () => logits).flat(), [
      levels,
      1,
      levels,
    ])
    const values = constant(
      Array.from({ length: levels }, (_, i) => i / (levels - 1)),
      [levels, 1],
    )
    const logProb = await exactly(categorical(repeated, levels).logProb(values))
    expect(sum(logProb.map(Math.exp))).toBeCloseTo(1, 12)
    const normalizer = Math.log(sum(logits.map(Math.exp)))
    logProb.forEach((value, i) => {
      expect(value).toBeCloseTo(logits[i]! - normalizer, 10)
    })
    // Float32 puts every level into its own bin as well.
    const single = await numbersOf(onnx(), categorical(repeated, levels).logProb(values))
    single.forEach((value, i) => {
      expect(value).toBeCloseTo(logProb[i]!, 4)
    })
  })

  it('has a log p for each dimension', async () => {
    const logits = constant([0, Math.log(3), Math.log(4), 0, 0, 0], [1, 2, 3])
    const x = constant([0.5, 0], [1, 2])
    expect(await exactly(categorical(logits, 3).logProbPerDimension(x))).toEqual([
      expect.closeTo(Math.log(3 / 8), 12),
      expect.closeTo(Math.log(1 / 3), 12),
    ])
  })

  it('has the expectation of its levels as mean', async () => {
    const logits = constant([0, Math.log(3), Math.log(4), 0, 0, 0], [1, 2, 3])
    expect(await exactly(categorical(logits, 3).mean())).toEqual([
      expect.closeTo((3 * 0.5 + 4) / 8, 12),
      expect.closeTo(0.5, 12),
    ])
  })
})

/** ∫ f over [low, high] by the trapezoidal rule, which is exact to rounding for a density's full width. */
async function integral(
  density: (x: Tensor) => Tensor,
  low: number,
  high: number,
): Promise<number> {
  const n = 4001
  const width = (high - low) / (n - 1)
  const grid = constant(
    Array.from({ length: n }, (_, i) => low + i * width),
    [n, 1],
  )
  return sum(await exactly(density(grid).exp())) * width
}

describe('gaussian', () => {
  it('integrates to one, whatever its mean and variance', async () => {
    for (const [mu, logVar] of [
      [0, 0],
      [1.5, -3],
      [-4, 1.2],
    ] as const) {
      const q = gaussian(row(mu), row(logVar))
      const reach = 12 * Math.exp(logVar / 2)
      expect(await integral((x) => q.logProb(x), mu - reach, mu + reach)).toBeCloseTo(1, 10)
    }
  })

  it('adds up over dimensions, with log-variances broadcast', async () => {
    const [mu, x] = [
      [0.5, -1],
      [0.2, 0.4],
    ]
    const density = (sigma: number) =>
      sum(
        mu.map(
          (m, i) =>
            -((x[i]! - m) ** 2) / (2 * sigma ** 2) - Math.log(sigma) - 0.5 * Math.log(2 * Math.PI),
        ),
      )
    const shared = gaussian(row(...mu), scalar(2 * Math.log(0.3))).logProb(row(...x))
    expect((await exactly(shared))[0]).toBeCloseTo(density(0.3), 12)
    const learned = gaussianWithSigma(row(...mu), scalar(Math.log(0.3))).logProb(row(...x))
    expect((await exactly(learned))[0]).toBeCloseTo(density(0.3), 12)
    const floored = gaussianWithSigma(row(...mu), scalar(-50)).logProb(row(...x))
    expect((await exactly(floored))[0]! / density(SIGMA_FLOOR)).toBeCloseTo(1, 12)
  })

  it('keeps an encoder’s log-variance in its bounds, where it has no gradient outside', async () => {
    const logVar = constant([-1000, -30.5, 0, 20.5, 1000], [1, 5])
    const q = boundedGaussian(row(0, 0, 0, 0, 0), logVar)
    expect(await exactly(q.logVar)).toEqual([LOG_VAR_BOUNDS[0], -30, 0, LOG_VAR_BOUNDS[1], 20])
    const [slope] = gradients(q.kl(standardNormal([1, 5])).sum(), [logVar])
    expect((await exactly(slope!)).map(Math.abs)).toEqual([0, 0, 0, 0, 0])
    const kl = await numbersOf(onnx(), q.kl(standardNormal([1, 5])))
    expect(kl[0]! / (0.5 * (2 * (30 - 1) + 2 * (Math.exp(20) - 21)))).toBeCloseTo(1, 5)
  })
})

describe('point', () => {
  it('is its code, and has no density', async () => {
    const q = point(row(1, 2))
    const noise = { normal: () => row(9, 9), uniform: () => row(9, 9) }
    expect(await exactly(q.sample(noise))).toEqual([1, 2])
    expect(await exactly(q.mean())).toEqual([1, 2])
    expect(() => q.logProb(row(1, 2))).toThrow('no density')
  })
})
