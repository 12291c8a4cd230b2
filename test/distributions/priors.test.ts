import { describe, expect, it } from 'vitest'
import type { Noise } from '../../src/distributions/distribution.ts'
import { codePriors, type PriorName, RING, ROLL } from '../../src/distributions/priors.ts'
import { randomNormal, randomUniform } from '../../src/graph/random.ts'
import { constant, int64, type Tensor } from '../../src/graph/tensor.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { stream, streamKey } from '../../src/tensor/random.ts'
import { correlation, moments, numbersOf, onnx } from '../train/onnx.ts'

const COUNT = 20_000
const CLASSES = 10

const exactly = (expression: Tensor) => numbersOf(referenceRuntime, expression)

const noise: Noise = {
  normal: (shape) => randomNormal(int64(streamKey(1, 'normal')), int64(0n), shape),
  uniform: (shape) => randomUniform(int64(streamKey(1, 'uniform')), int64(0n), shape),
}

/** Class of each example in `cycled`: 0, 1, …, 9, 0, … */
const classOf = (i: number) => i % CLASSES
const cycled = constant(
  Array.from({ length: COUNT * CLASSES }, (_, i) =>
    i % CLASSES === classOf(Math.floor(i / CLASSES)) ? 1 : 0,
  ),
  [COUNT, CLASSES],
)

type Point = readonly [number, number]

async function points(codes: Tensor): Promise<Point[]> {
  const flat = await numbersOf(onnx(), codes)
  const width = codes.shape[1] as number
  return Array.from({ length: COUNT }, (_, i) => [flat[i * width]!, flat[i * width + 1]!])
}

const drawn = (name: PriorName, latent = 2) =>
  points(codePriors[name]([COUNT, latent]).sample(noise))
const given = (name: PriorName, latent = 2) =>
  points(codePriors[name]([COUNT, latent]).sampleGiven(cycled, noise))

/** Angle in turns, from 0 up to 1. */
const turnOf = ([x, y]: Point) => (Math.atan2(y, x) / (2 * Math.PI) + 1) % 1

/** Checks a mean within five standard errors of the sample itself. */
function expectMean(sample: readonly number[], mean: number) {
  const found = moments(sample)
  expect(Math.abs(found.mean - mean)).toBeLessThan(5 * Math.sqrt(found.variance / sample.length))
}

/** The coordinates of a point in the frame of a component of the ring: along its radius, and across. */
function inFrame([x, y]: Point, component: number): Point {
  const angle = (2 * Math.PI * component) / CLASSES
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  return [c * x + s * y - RING.distance, c * y - s * x]
}

describe('the normal prior', () => {
  it('gives each class a sector of the plane', async () => {
    const sectors = (await given('normal')).map((z) => Math.floor(turnOf(z) * CLASSES))
    expect(sectors.filter((sector, i) => sector !== classOf(i))).toEqual([])
  })

  it.each([2, 5])('is, over all classes, N(0, I) again in %i dimensions', async (latent) => {
    const prior = codePriors.normal([COUNT, latent])
    const flat = await numbersOf(onnx(), prior.sampleGiven(cycled, noise))
    const columns = Array.from({ length: latent }, (_, d) =>
      flat.filter((_, i) => i % latent === d),
    )
    for (const [d, column] of columns.entries()) {
      expectMean(column, 0)
      const { variance, kurtosis } = moments(column)
      expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / COUNT))
      expect(Math.abs(kurtosis - 3)).toBeLessThan(5 * Math.sqrt(24 / COUNT))
      for (const other of columns.slice(0, d))
        expect(Math.abs(correlation(column, other))).toBeLessThan(5 / Math.sqrt(COUNT))
    }
  })

  it('has no sectors on a line', () => {
    expect(() => codePriors.normal([COUNT, 1]).sampleGiven(cycled, noise)).toThrow(RangeError)
  })
})

describe('the mixture on a ring', () => {
  /** Of the grid that integrals are taken on: up to 5, more than seven σ beyond the ring. */
  const SPACING = 1 / 40
  const onPlane = () => {
    const n = 2 * 5 * 40 + 1
    const grid = Array.from({ length: n * n }, (_, i) => [
      Math.floor(i / n) * SPACING - 5,
      (i % n) * SPACING - 5,
    ])
    return exactly(codePriors.mixture([n * n, 2]).logProb(constant(grid.flat(), [n * n, 2])))
  }

  it('has a density that integrates to one', async () => {
    const logDensity = await onPlane()
    const total = logDensity.reduce((sum, l) => sum + Math.exp(l), 0)
    expect(total * SPACING ** 2).toBeCloseTo(1, 8)
  })

  it('has the density (1/10) Σ N(z; m_k, Σ_k), with Σ_k = R_k diag(σ²) R_kᵀ', async () => {
    const { normal } = stream(2, 'points')
    const places = Array.from({ length: 40 }, (): Point => [1.5 * normal(), 1.5 * normal()])
    const found = await exactly(
      codePriors.mixture([40, 2]).logProb(constant(places.flat(), [40, 2])),
    )
    for (const [i, [x, y]] of places.entries()) {
      let density = 0
      for (let k = 0; k < CLASSES; k++) {
        const [c, s] = [Math.cos((Math.PI * k) / 5), Math.sin((Math.PI * k) / 5)]
        const [u, v] = [x - 1.4 * c, y - 1.4 * s]
        const [xx, yy] = [0.25 * c * c + 0.01 * s * s, 0.25 * s * s + 0.01 * c * c]
        const xy = 0.24 * c * s
        const determinant = xx * yy - xy * xy
        const form = (yy * u * u - 2 * xy * u * v + xx * v * v) / determinant
        density += Math.exp(-form / 2) / (2 * Math.PI * Math.sqrt(determinant)) / CLASSES
      }
      expect(found[i]).toBeCloseTo(Math.log(density), 9)
    }
  })

  it('gives each class the component of its number', async () => {
    const codes = await given('mixture')
    const framed = codes.map((z, i) => inFrame(z, classOf(i)))
    for (const [axis, sigma] of [RING.along, RING.across].entries()) {
      const values = framed.map((z) => z[axis]!)
      expectMean(values, 0)
      const { variance, kurtosis } = moments(values)
      expect(Math.abs(variance / sigma ** 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / COUNT))
      expect(Math.abs(kurtosis - 3)).toBeLessThan(5 * Math.sqrt(24 / COUNT))
    }
    const [along, across] = [framed.map((z) => z[0]), framed.map((z) => z[1])]
    expect(Math.abs(correlation(along, across))).toBeLessThan(5 / Math.sqrt(COUNT))
  })

  it('draws every component alike, with the density that it states', async () => {
    const codes = await drawn('mixture')
    for (let k = 0; k < CLASSES; k++) {
      // By symmetry a tenth lies in each sector about a component's axis.
      const within = codes.map((z) => ((((turnOf(z) * CLASSES + 0.5) % CLASSES) | 0) === k ? 1 : 0))
      expectMean(within, 1 / CLASSES)
    }
    expectMean(
      codes.map(([x, y]) => x * x + y * y),
      1.4 ** 2 + 0.5 ** 2 + 0.1 ** 2,
    )
    // Mean log density of the draws is ∫ p log p, here by the trapezoidal rule.
    const prior = codePriors.mixture([COUNT, 2])
    const ofDraws = await exactly(prior.logProb(constant(codes.flat(), [COUNT, 2])))
    const logDensity = await onPlane()
    const integral = logDensity.reduce((sum, l) => sum + Math.exp(l) * l, 0) * SPACING ** 2
    expectMean(ofDraws, integral)
  })

  it('has its mean at the centre of the ring', async () => {
    const mean = await exactly(codePriors.mixture([3, 2]).mean())
    expect(mean).toHaveLength(6)
    for (const value of mean) expect(value).toBeCloseTo(0, 15)
  })
})

describe('the swiss roll', () => {
  /** u of a point on the spiral, by its radius alone. */
  const placeOf = ([x, y]: Point) => (Math.hypot(x, y) / ROLL.radius) ** 2

  it('lies on r = 3t at an angle of two turns for t from 0 to 1', async () => {
    for (const z of await drawn('swiss-roll')) {
      const t = Math.sqrt(placeOf(z))
      const angle = 2 * Math.PI * ROLL.turns * t
      expect(z[0]).toBeCloseTo(3 * t * Math.cos(angle), 4)
      expect(z[1]).toBeCloseTo(3 * t * Math.sin(angle), 4)
    }
  })

  it('has t² uniform, and the mean that it states', async () => {
    const codes = await drawn('swiss-roll')
    const u = codes.map(placeOf)
    expectMean(u, 1 / 2)
    expectMean(
      u.map((value) => (value - 0.5) ** 2),
      1 / 12,
    )
    const mean = await exactly(codePriors['swiss-roll']([1, 2]).mean())
    for (const axis of [0, 1] as const)
      expectMean(
        codes.map((z) => z[axis]),
        mean[axis]!,
      )
    expect(mean).toEqual([
      expect.closeTo(3 / (4 * Math.PI ** 2), 12),
      expect.closeTo(-3 / (2 * Math.PI), 12),
    ])
  })

  it('gives each class a tenth of the arc, the first innermost', async () => {
    const codes = await given('swiss-roll')
    const places = codes.map((z, i) => placeOf(z) * CLASSES - classOf(i))
    expect(Math.min(...places)).toBeGreaterThan(-1e-4)
    expect(Math.max(...places)).toBeLessThan(1 + 1e-4)
    expectMean(places, 1 / 2)
  })

  it('has no density', () => {
    const prior = codePriors['swiss-roll']([1, 2])
    expect(() => prior.logProb(constant([0, 0], [1, 2]))).toThrow('no closed-form density')
  })
})

describe('a prior over the plane', () => {
  it.each(['mixture', 'swiss-roll'] as const)('%s refuses codes of 3 dimensions', (name) => {
    expect(() => codePriors[name]([COUNT, 3])).toThrow(
      `the ${name} prior is over codes of 2 dimensions, got 3`,
    )
  })
})
