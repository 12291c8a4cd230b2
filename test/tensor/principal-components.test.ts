import { describe, expect, it } from 'vitest'
import { covarianceComponents } from '../../src/tensor/covariance-components.ts'
import { type HostTensor, hostTensor } from '../../src/tensor/host.ts'
import { principalAngles } from '../../src/tensor/principal-angles.ts'
import { LARGEST_COVARIANCE, principalComponents } from '../../src/tensor/principal-components.ts'
import { stream } from '../../src/tensor/random.ts'
import { randomisedComponents } from '../../src/tensor/randomised-components.ts'
import { arrayRows, type RowSource } from '../../src/tensor/row-source.ts'
import { symmetricEigen } from '../../src/tensor/symmetric-eigen.ts'

const floats = (values: ArrayLike<number>, width: number) =>
  hostTensor('float64', [values.length / width, width], Float64Array.from(values))
const bytes = (values: ArrayLike<number>, width: number) =>
  hostTensor('uint8', [values.length / width, width], Uint8Array.from(values))

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0)

/** Bytes of which a share is not zero, columns correlated. */
function someBytes(n: number, width: number, share: number): HostTensor<'uint8'> {
  const { uniform } = stream(Math.round(100 * share), 'bytes')
  const values = Array.from({ length: n }, () => {
    const level = 200 * uniform()
    return Array.from({ length: width }, () => (uniform() < share ? 1 + level + 50 * uniform() : 0))
  })
  return bytes(values.flat(), width)
}

/** Components through the inner products of the rows, which are as exact and share no code. */
function byInnerProducts({ shape, data }: HostTensor<'float64'>, count: number) {
  const [n, width] = shape as [number, number]
  const mean = new Float64Array(width)
  for (const [i, value] of data.entries()) mean[i % width]! += value / n
  const centred = Array.from({ length: n }, (_, i) =>
    Float64Array.from({ length: width }, (_, p) => data[i * width + p]! - mean[p]!),
  )
  const products = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = i; j < n; j++) {
      let sum = 0
      for (let p = 0; p < width; p++) sum += centred[i]![p]! * centred[j]![p]!
      products[i * n + j] = products[j * n + i] = sum / n
    }
  const { values, vectors } = symmetricEigen(products, n)
  const directions = vectors.slice(0, count).map((weights) => {
    const direction = new Float64Array(width)
    for (let i = 0; i < n; i++)
      for (let p = 0; p < width; p++) direction[p]! += weights[i]! * centred[i]![p]!
    return direction
  })
  return { variances: values, directions, total: values.reduce((a, b) => a + b, 0) }
}

/** Rows about 5 with `rank` directions of falling variance, and noise in every column. */
function lowRank(n: number, width: number, rank: number, noise: number): HostTensor<'float64'> {
  const { normal } = stream(1, 'low rank')
  const directions = Float64Array.from({ length: rank * width }, normal)
  const values = new Float64Array(n * width)
  for (let i = 0; i < n; i++) {
    const weights = Array.from({ length: rank }, (_, r) => (normal() * (rank - r)) / rank)
    for (let p = 0; p < width; p++) {
      let value = 5 + noise * normal()
      for (let r = 0; r < rank; r++) value += weights[r]! * directions[r * width + p]!
      values[i * width + p] = value
    }
  }
  return floats(values, width)
}

describe('principal components', () => {
  // Rows (10, 20, 7) + a (3, 4, 0) / 5 + b (4, -3, 0) / 5 for the four (±2, ±1): variances 4 and 1.
  const rectangle = [
    [2, 1],
    [2, -1],
    [-2, 1],
    [-2, -1],
  ].flatMap(([a, b]) => [10 + 0.6 * a! + 0.8 * b!, 20 + 0.8 * a! - 0.6 * b!, 7])

  it('are the axes of a rectangle, with the variances along them', async () => {
    const found = await principalComponents(arrayRows(floats(rectangle, 3)), { count: 3 })
    const expected = [
      [0.6, 0.8, 0],
      [0.8, -0.6, 0],
      [0, 0, 1],
    ]
    for (const [k, component] of found.components.entries())
      for (const [p, value] of component.entries()) expect(value).toBeCloseTo(expected[k]![p]!, 12)
    for (const [k, variance] of [4, 1, 0].entries())
      expect(found.variances[k]).toBeCloseTo(variance, 12)
    for (const [p, mean] of [10, 20, 7].entries()) expect(found.mean[p]).toBeCloseTo(mean, 12)
    expect(found.totalVariance).toBeCloseTo(5, 12)
  })

  it('leave the mean squared error Σ of the variances that they lack', async () => {
    const rows = lowRank(50, 7, 7, 0.1)
    const { mean, components, variances, totalVariance } = await principalComponents(
      arrayRows(rows),
      { count: 3 },
    )
    let error = 0
    for (let i = 0; i < 50; i++) {
      const centred = Array.from({ length: 7 }, (_, p) => rows.data[i * 7 + p]! - mean[p]!)
      const weights = components.map((component) => dot(component, centred))
      error += (dot(centred, centred) - dot(weights, weights)) / 50
    }
    expect(totalVariance - variances.reduce((a, b) => a + b, 0)).toBeCloseTo(error, 12)
  })

  it.each([0.1, 0.9])('of bytes, %f of them not zero, are those of the same floats', async (s) => {
    const stored = someBytes(101, 7, s)
    const same = floats(stored.data, 7)
    const [ofBytes, ofFloats] = await Promise.all(
      [stored, same].map((rows) => principalComponents(arrayRows(rows, 1 / 255), { count: 7 })),
    )
    const expected = byInnerProducts(same, 7)
    for (let k = 0; k < 7; k++) {
      const scaled = ofBytes!.variances[k]! * 255 ** 2
      expect(scaled / (ofFloats!.variances[k]! * 255 ** 2)).toBeCloseTo(1, 12)
      expect(scaled / expected.variances[k]!).toBeCloseTo(1, 12)
      expect(dot(ofBytes!.components[k]!, ofFloats!.components[k]!)).toBeCloseTo(1, 12)
    }
    for (let p = 0; p < 7; p++) expect(ofBytes!.mean[p]).toBeCloseTo(ofFloats!.mean[p]!, 14)
    expect(ofBytes!.totalVariance * 255 ** 2).toBeCloseTo(expected.total, 8)
  })

  it('of bytes lose nothing to a mean that is large beside the deviations', async () => {
    // All are 255 but one 254: n Σx² - (Σx)² is n - 1, without rounding.
    const n = 5000
    const values = Uint8Array.from({ length: n }, (_, i) => (i === 0 ? 254 : 255))
    const { variances } = await principalComponents(arrayRows(bytes(values, 1)), { count: 1 })
    expect(variances[0]).toBe((n - 1) / n ** 2)
  })

  it('of floats lose only what the mean takes of their digits', async () => {
    const moved = rectangle.map((value) => value + 1e8)
    const { variances } = await principalComponents(arrayRows(floats(moved, 3)), { count: 2 })
    expect(variances[0]).toBeCloseTo(4, 6)
    expect(variances[1]).toBeCloseTo(1, 6)
  })

  it('point to where their largest number is positive, whichever way the rows point', async () => {
    const rows = lowRank(40, 6, 3, 0.1)
    const options = { count: 6 }
    const found = await principalComponents(arrayRows(rows), options)
    const opposite = floats(
      rows.data.map((value) => -value),
      6,
    )
    const turned = await principalComponents(arrayRows(opposite), options)
    for (const [k, component] of found.components.entries()) {
      const largest = Math.max(...component.map(Math.abs))
      expect(Math.max(...component)).toBe(largest)
      expect(dot(component, turned.components[k]!)).toBeCloseTo(1, 12)
    }
  })

  it('are orthonormal, with variances of 0, where rows are all the same', async () => {
    const found = await principalComponents(arrayRows(bytes([4, 5, 6, 4, 5, 6], 3)), { count: 3 })
    expect([...found.variances, found.totalVariance]).toEqual([0, 0, 0, 0])
    for (const [i, a] of found.components.entries())
      for (const [j, b] of found.components.entries())
        expect(dot(a, b)).toBeCloseTo(i === j ? 1 : 0, 14)
  })
})

describe('randomised components', () => {
  it('of 20 000 columns are those that the inner products of the rows give', async () => {
    const [n, width, count] = [60, 20_000, 5]
    const rows = lowRank(n, width, count, 0.2)
    const found = await principalComponents(arrayRows(rows), { count })
    const expected = byInnerProducts(rows, count)
    for (const [k, variance] of found.variances.entries())
      expect(variance / expected.variances[k]!).toBeCloseTo(1, 9)
    expect(principalAngles(found.components, expected.directions).at(-1)).toBeLessThan(1e-4)
    expect(found.totalVariance / expected.total).toBeCloseTo(1, 12)
    for (const [i, a] of found.components.entries())
      for (const [j, b] of found.components.entries())
        expect(dot(a, b)).toBeCloseTo(i === j ? 1 : 0, 12)
  })

  it('span within 0.1 degrees the subspace that the covariance gives, for any seed', async () => {
    const rows = arrayRows(lowRank(203, 50, 4, 0.3), 3)
    const exact = await covarianceComponents(rows, { count: 4 })
    const seeds = await Promise.all(
      [0, 1, 2].map((seed) => randomisedComponents(rows, { count: 4, seed })),
    )
    for (const found of seeds) {
      expect(principalAngles(found.components, exact.components).at(-1)).toBeLessThan(0.1)
      for (const [k, component] of found.components.entries())
        expect(dot(component, exact.components[k]!)).toBeCloseTo(1, 6)
    }
    expect(seeds[0]!.components).not.toEqual(seeds[1]!.components)
    expect(await randomisedComponents(rows, { count: 4, seed: 1 })).toEqual(seeds[1])
  })

  it('take over past 2000 columns, for bytes too, with the scale in mean and variance', async () => {
    const width = LARGEST_COVARIANCE + 1
    const stored = someBytes(9, width, 0.3)
    const found = await principalComponents(arrayRows(stored, 1 / 255), { count: 8 })
    const expected = byInnerProducts(floats(stored.data, width), 8)
    for (const [k, variance] of found.variances.entries())
      expect((variance * 255 ** 2) / expected.variances[k]!).toBeCloseTo(1, 12)
    expect((found.totalVariance * 255 ** 2) / expected.total).toBeCloseTo(1, 12)
    const column = Array.from({ length: 9 }, (_, i) => stored.data[i * width + 4]!)
    expect(found.mean[4]).toBeCloseTo(dot(column, new Array(9).fill(1)) / 9 / 255, 14)
  })

  it('are orthonormal where there are fewer rows than components', async () => {
    const found = await randomisedComponents(arrayRows(lowRank(3, 30, 3, 0)), { count: 6 })
    expect(found.variances[1]).toBeGreaterThan(0.01)
    for (const variance of found.variances.slice(2)) expect(variance).toBeCloseTo(0, 12)
    for (const [i, a] of found.components.entries())
      for (const [j, b] of found.components.entries())
        expect(dot(a, b)).toBeCloseTo(i === j ? 1 : 0, 12)
  })
})

describe('reading rows', () => {
  /** Column p of row i is (i · (p + 1)) mod 7, made when it is asked for; two chunks. */
  const made: RowSource = {
    count: 300_000,
    dimension: 4,
    dtype: 'float32',
    chunk: async (start, end) =>
      Float32Array.from(
        { length: 4 * (end - start) },
        (_, i) => ((start + Math.floor(i / 4)) * ((i % 4) + 1)) % 7,
      ),
  }

  it('in chunks gives the mean and variances of the whole, and tells how far it is', async () => {
    const shares: number[] = []
    const { mean, totalVariance } = await principalComponents(made, {
      count: 1,
      onProgress: (share) => shares.push(share),
    })
    // Every column runs through 0 … 6: mean 3 and variance 4, but for the last 1 of 300 000 rows.
    for (const value of mean) expect(value).toBeCloseTo(3, 4)
    expect(totalVariance).toBeCloseTo(16, 3)
    expect(shares).toHaveLength(4)
    expect(shares[1]).toBe(0.5)
    expect(shares[3]).toBe(1)
  })

  it('ends between chunks when it is told to, with the reason', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    let chunks = 0
    const found = principalComponents(made, {
      count: 1,
      signal: controller.signal,
      onProgress: () => {
        chunks++
        controller.abort(reason)
      },
    })
    await expect(found).rejects.toBe(reason)
    expect(chunks).toBe(1)
  })

  it('refuses no rows, too many components, wrong chunks and what is not finite', async () => {
    const components = (rows: RowSource, count = 1) => principalComponents(rows, { count })
    await expect(components(arrayRows(floats([], 2)))).rejects.toThrow(RangeError)
    await expect(components(arrayRows(floats([1, 2], 2)), 3)).rejects.toThrow(
      '3 principal components of 1 rows of 2',
    )
    const short = { ...made, chunk: () => new Float32Array(3) }
    await expect(components(short)).rejects.toThrow('got 3')
    await expect(components(arrayRows(floats([1, Number.NaN, 3, 4], 2)))).rejects.toThrow(
      'column 1 of the rows has numbers that are not finite',
    )
    expect(() => arrayRows(hostTensor('float32', [2], Float32Array.of(1, 2)))).toThrow(RangeError)
  })
})
