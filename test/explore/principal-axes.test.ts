import { describe, expect, it } from 'vitest'
import {
  dimensionVariances,
  principalAxes,
  symmetricEigen,
} from '../../src/explore/principal-axes.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'

const floats = (shape: readonly number[], values: ArrayLike<number>) =>
  hostTensor('float32', shape, Float32Array.from(values))

/** A vector of the given width that is zero but for a few components. */
const sparse = (width: number, components: Readonly<Record<number, number>>) =>
  Float64Array.from({ length: width }, (_, i) => components[i] ?? 0)

describe('symmetricEigen', () => {
  it('finds the eigenvalues 3 and 1 of [[2, 1], [1, 2]]', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2)
    expect(values[0]).toBeCloseTo(3, 14)
    expect(values[1]).toBeCloseTo(1, 14)
    expect(Math.abs(vectors[0]![0]! * vectors[0]![1]!)).toBeCloseTo(0.5, 14)
  })

  it('finds 2 - 2 cos(kπ / (n + 1)), the spectrum of the second difference', () => {
    const n = 30
    const matrix = Float64Array.from({ length: n * n }, (_, at) => {
      const apart = Math.abs(Math.floor(at / n) - (at % n))
      return apart === 0 ? 2 : apart === 1 ? -1 : 0
    })
    const { values, vectors } = symmetricEigen(matrix, n)
    for (let k = 1; k <= n; k++)
      expect(values[n - k]).toBeCloseTo(2 - 2 * Math.cos((k * Math.PI) / (n + 1)), 12)
    for (const [j, v] of vectors.entries())
      for (let row = 0; row < n; row++) {
        const product = v.reduce((sum, value, i) => sum + matrix[row * n + i]! * value, 0)
        expect(product).toBeCloseTo(values[j]! * v[row]!, 12)
      }
  })

  it('gives orthonormal vectors where eigenvalues coincide', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 1, 2, 1, 1, 1, 2), 3)
    expect([...values].map((value) => value.toFixed(12))).toEqual(
      [4, 1, 1].map((value) => value.toFixed(12)),
    )
    for (const [i, a] of vectors.entries())
      for (const [j, b] of vectors.entries())
        expect(a.reduce((sum, value, k) => sum + value * b[k]!, 0)).toBeCloseTo(i === j ? 1 : 0, 12)
  })
})

describe('principalAxes', () => {
  it('finds the axes of an ellipse, longest first, and the shares of its variance', () => {
    // On the ellipse with half axes 5 and 1 along (3, 4) / 5 and (4, -3) / 5, about (10, 20, 7).
    const n = 64
    const points = Array.from({ length: n }, (_, i) => {
      const angle = (2 * Math.PI * i) / n
      const [a, b] = [5 * Math.cos(angle), Math.sin(angle)]
      return [10 + 0.6 * a + 0.8 * b, 20 + 0.8 * a - 0.6 * b, 7]
    })
    const { axes, variances, totalVariance, projected } = principalAxes(
      floats([n, 3], points.flat()),
      2,
    )
    for (const [i, expected] of [0.6, 0.8, 0].entries())
      expect(axes[0]![i]).toBeCloseTo(expected, 6)
    for (const [i, expected] of [0.8, -0.6, 0].entries())
      expect(axes[1]![i]).toBeCloseTo(expected, 6)
    expect(variances[0]).toBeCloseTo(12.5, 5)
    expect(variances[1]).toBeCloseTo(0.5, 5)
    expect(totalVariance).toBeCloseTo(13, 5)
    expect(projected.shape).toEqual([n, 2])
    expect(projected.data[0]).toBeCloseTo(5, 5)
    expect(projected.data[2 * 16 + 1]).toBeCloseTo(1, 5)
  })

  it('finds a plane in 300 dimensions, where the covariance is too large a matrix', () => {
    const { normal } = stream(1, 'test')
    const [n, width] = [500, 300]
    const values = new Float32Array(n * width)
    for (let i = 0; i < n; i++) {
      values[i * width + 7] = 10 * normal()
      values[i * width + 200] = 3 * normal()
    }
    const { axes, variances, totalVariance } = principalAxes(floats([n, width], values), 2)
    const cosine = (axis: Float64Array, other: Float64Array) =>
      axis.reduce((sum, value, i) => sum + value * other[i]!, 0)
    expect(cosine(axes[0]!, sparse(width, { 7: 1 }))).toBeCloseTo(1, 3)
    expect(cosine(axes[1]!, sparse(width, { 200: 1 }))).toBeCloseTo(1, 3)
    expect(variances[0]! + variances[1]!).toBeCloseTo(totalVariance, 6)
  })

  it('gives coordinate axes where the codes have no variance left', () => {
    const { axes, variances, totalVariance } = principalAxes(floats([2, 3], [4, 5, 6, 4, 5, 6]), 2)
    expect(totalVariance).toBe(0)
    expect(variances).toEqual([0, 0])
    for (const axis of axes) expect(Math.hypot(...axis)).toBeCloseTo(1, 12)
  })

  it('refuses more axes than there are dimensions', () => {
    expect(() => principalAxes(floats([4, 1], [1, 2, 3, 4]), 2)).toThrow(RangeError)
  })
})

describe('dimensionVariances', () => {
  it('gives the variance of each column', () => {
    const variances = dimensionVariances(floats([4, 2], [1, 5, 2, 5, 3, 5, 4, 5]))
    expect([...variances]).toEqual([1.25, 0])
  })
})
