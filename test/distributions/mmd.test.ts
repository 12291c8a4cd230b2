import { describe, expect, it } from 'vitest'
import { MMD_SCALES, mmd } from '../../src/distributions/divergences.ts'
import { gradients } from '../../src/graph/autodiff.ts'
import { constant, type Tensor } from '../../src/graph/tensor.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { stream } from '../../src/tensor/random.ts'
import { moments, numbersOf, onnx } from '../train/onnx.ts'

const exactly = async (expression: Tensor) => (await numbersOf(referenceRuntime, expression))[0]!
const codes = (values: ArrayLike<number>, latent: number) =>
  constant(values, [values.length / latent, latent])

const drawn = (seed: number, count: number, shift = 0) => {
  const { normal } = stream(seed, 'codes')
  return Float64Array.from({ length: count }, () => normal() + shift)
}

/** The unbiased estimate by its double sums. */
function byHand(a: Float64Array, b: Float64Array, latent: number): number {
  const kernel = (x: Float64Array, i: number, y: Float64Array, j: number) => {
    let squared = 0
    for (let k = 0; k < latent; k++) squared += (x[i * latent + k]! - y[j * latent + k]!) ** 2
    return MMD_SCALES.reduce((sum, s) => sum + (2 * s * latent) / (2 * s * latent + squared), 0)
  }
  const [n, m] = [a.length / latent, b.length / latent]
  let total = 0
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) if (i !== j) total += kernel(a, i, a, j) / (n * (n - 1))
  for (let i = 0; i < m; i++)
    for (let j = 0; j < m; j++) if (i !== j) total += kernel(b, i, b, j) / (m * (m - 1))
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) total -= (2 * kernel(a, i, b, j)) / (n * m)
  return total
}

describe('the maximum mean discrepancy', () => {
  it('is the unbiased double sum, of as many codes on either side as there are', async () => {
    for (const [latent, n, m] of [
      [1, 5, 5],
      [3, 6, 9],
      [8, 12, 2],
    ] as const) {
      const [a, b] = [drawn(1, latent * n), drawn(2, latent * m, 0.5)]
      const found = mmd(codes(a, latent), codes(b, latent))
      expect(found.shape).toEqual([])
      expect(await exactly(found)).toBeCloseTo(byHand(a, b, latent), 12)
    }
  })

  it('of two heaps at a distance t is 2 Σ t² / (c + t²)', async () => {
    for (const t of [0, 0.3, 2, 1e4]) {
      const heaps = mmd(codes([0, 0, 0, 0], 2), codes([t, 0, t, 0, t, 0], 2), 0.5)
      const expected = MMD_SCALES.reduce((sum, s) => sum + (2 * t * t) / (2 * s + t * t), 0)
      expect(await exactly(heaps)).toBeCloseTo(expected, 12)
      expect((await numbersOf(onnx(), heaps))[0]).toBeCloseTo(expected, 4)
    }
  })

  it('has the mean 0 where both sides follow one distribution, and is above it elsewhere', async () => {
    const [repeats, n, latent] = [300, 8, 2]
    const found = async (shift: number) =>
      moments(
        await Promise.all(
          Array.from({ length: repeats }, (_, r) =>
            exactly(
              mmd(
                codes(drawn(2 * r, n * latent), latent),
                codes(drawn(2 * r + 1, n * latent, shift), latent),
              ),
            ),
          ),
        ),
      )
    const alike = await found(0)
    const error = Math.sqrt(alike.variance / repeats)
    expect(Math.abs(alike.mean)).toBeLessThan(4 * error)
    // With the diagonals left in, it would be 2 (Σ 1 - E k) / n too large, some 0.7 here.
    expect(error).toBeLessThan(0.02)
    expect((await found(1)).mean).toBeGreaterThan(20 * error)
  })

  it('has the gradient that finite differences give', async () => {
    const [a, b] = [drawn(5, 10), drawn(6, 8, 1)]
    const left = codes(a, 2)
    const [slope] = gradients(mmd(left, codes(b, 2)), [left])
    const slopes = await numbersOf(referenceRuntime, slope!)
    const step = 1e-5
    for (const i of a.keys()) {
      const moved = (by: number) =>
        exactly(
          mmd(
            codes(
              Float64Array.from(a, (v, j) => (i === j ? v + by : v)),
              2,
            ),
            codes(b, 2),
          ),
        )
      expect(slopes[i]).toBeCloseTo(((await moved(step)) - (await moved(-step))) / (2 * step), 8)
    }
  })

  it('refuses a single code', () => {
    expect(() => mmd(codes([1, 2], 2), codes([1, 2, 3, 4], 2))).toThrow(RangeError)
  })
})
