import { describe, expect, it } from 'vitest'
import { energyDistance } from '../../src/evaluate/generation/energy-distance.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'

const sample = (values: readonly number[], width = 1) =>
  hostTensor('float64', [values.length / width, width], Float64Array.from(values))

/** 2 ∫ (F - G)², F and G the empirical distribution functions. */
function byDistributionFunctions(a: readonly number[], b: readonly number[]): number {
  const below = (values: readonly number[], x: number) =>
    values.filter((value) => value <= x).length / values.length
  const places = [...a, ...b].sort((x, y) => x - y)
  return places.slice(1).reduce((sum, right, i) => {
    const left = places[i]!
    return sum + 2 * (right - left) * (below(a, left) - below(b, left)) ** 2
  }, 0)
}

describe('the energy distance', () => {
  it('of two points is twice their distance', () => {
    expect(energyDistance(sample([0]), sample([1]))).toBe(2)
    expect(energyDistance(sample([1, 2], 2), sample([4, 6], 2))).toBe(10)
  })

  it('of two even grids on intervals of length 1, δ apart, is 2δ - 2(n² - 1) / 3n²', () => {
    const [n, apart] = [500, 1.5]
    const grid = Array.from({ length: n }, (_, i) => i / n)
    const expected = 2 * apart - (2 * (n * n - 1)) / (3 * n * n)
    const moved = grid.map((x) => x + apart)
    expect(energyDistance(sample(grid), sample(moved))).toBeCloseTo(expected, 12)
  })

  it('in one dimension is 2 ∫ (F - G)², whatever the sizes', () => {
    const { normal, uniform } = stream(1, 'samples')
    for (const [n, m] of [
      [1, 7],
      [40, 40],
      [100, 33],
    ] as const) {
      const a = Array.from({ length: n }, normal)
      const b = Array.from({ length: m }, () => 3 * uniform())
      const found = energyDistance(sample(a), sample(b))
      expect(found).toBeCloseTo(byDistributionFunctions(a, b), 12)
      expect(energyDistance(sample(b), sample(a))).toBeCloseTo(found, 12)
    }
  })

  it('tends to the closed form for N(0, 1) and N(μ, 1)', () => {
    // E|X - Y| for X - Y of N(μ, 2) is (2 / √π) e^(-μ²/4) + μ erf(μ / 2), and erf(1) is 0.8427007929.
    const mu = 2
    const root = 2 / Math.sqrt(Math.PI)
    const expected = 2 * (root * Math.exp(-1) + mu * 0.8427007929) - 2 * root
    const { normal } = stream(2, 'samples')
    const repeats = Array.from({ length: 20 }, () =>
      energyDistance(
        sample(Array.from({ length: 300 }, normal)),
        sample(Array.from({ length: 300 }, () => mu + normal())),
      ),
    )
    const mean = repeats.reduce((a, b) => a + b, 0) / 20
    const variance = repeats.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 19
    // Pairs with themselves add E|X - X'| / n from either sample.
    const bias = (2 * root) / 300
    expect(Math.abs(mean - expected - bias)).toBeLessThan(4 * Math.sqrt(variance / 20))
    expect(Math.sqrt(variance / 20)).toBeLessThan(0.05)
  })

  it('is 0 for a sample and itself in another order', () => {
    const { normal } = stream(3, 'samples')
    const points = Array.from({ length: 50 }, () => [normal(), normal(), normal()])
    const backwards = points.toReversed().flat()
    expect(energyDistance(sample(points.flat(), 3), sample(backwards, 3))).toBeCloseTo(0, 13)
  })

  it('refuses empty samples and codes of different widths', () => {
    expect(() => energyDistance(sample([]), sample([1]))).toThrow(RangeError)
    expect(() => energyDistance(sample([1, 2], 2), sample([1]))).toThrow('[1, 2] and [1, 1]')
  })
})
