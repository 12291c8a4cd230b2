import { Matrix, QrDecomposition } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import { featureMoments, frechetDistance } from '../../../src/evaluate/generation/frechet.ts'
import { type HostTensor, hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'
import type { Moments } from '../../../src/tensor/row-moments.ts'
import { arrayRows } from '../../../src/tensor/row-source.ts'
import { cases } from './golden.ts'

const moments = (mean: readonly number[], covariance: Matrix): Moments => ({
  mean: Float64Array.from(mean),
  covariance: Float64Array.from(covariance.to1DArray()),
})

const momentsOf = (x: HostTensor<'float32'> | HostTensor<'float64'>) => featureMoments(arrayRows(x))

const normals = (n: number, width: number, name: string, counter = 0) => {
  const { normal } = stream(0, name, counter)
  return hostTensor('float64', [n, width], Float64Array.from({ length: n * width }, normal))
}

const randomMatrix = (n: number, m: number, name: string) =>
  Matrix.from1DArray(n, m, normals(n, m, name).data)

/** Q diag(values) Qᵀ */
const along = (q: Matrix, values: readonly number[]) =>
  q.mmul(Matrix.diag([...values])).mmul(q.transpose())

describe('the Fréchet distance', () => {
  it('in one dimension is (μ₁ - μ₂)² + (σ₁ - σ₂)²', () => {
    const [a, b] = [moments([1], Matrix.diag([9])), moments([3], Matrix.diag([0.25]))]
    expect(frechetDistance(a, b)).toBeCloseTo(4 + 2.5 ** 2, 12)
  })

  it('of covariances that commute is ‖μ₁ - μ₂‖² + Σ (√λ₁ - √λ₂)²', () => {
    const q = new QrDecomposition(randomMatrix(5, 5, 'rotation')).orthogonalMatrix
    const [first, second] = [
      [4, 0.25, 1, 9, 0],
      [1, 1, 0, 2.25, 16],
    ]
    const [a, b] = [
      moments([1, 0, 0, 2, -1], along(q, first!)),
      moments([1, 1, 0, 0, -2], along(q, second!)),
    ]
    const expected = 6 + (1 + 0.25 + 1 + 2.25 + 16)
    expect(frechetDistance(a, b)).toBeCloseTo(expected, 10)
    expect(frechetDistance(b, a)).toBeCloseTo(expected, 10)
  })

  it('of two by two covariances that do not commute takes √(tr AB + 2 √det AB) for the root', () => {
    const a = new Matrix([
      [2, 0.5],
      [0.5, 1],
    ])
    const b = new Matrix([
      [1, -0.9],
      [-0.9, 3],
    ])
    expect(a.mmul(b).get(0, 1)).not.toBeCloseTo(b.mmul(a).get(0, 1), 1)
    const root = Math.sqrt(a.mmul(b).trace() + 2 * Math.sqrt(1.75 * 2.19))
    const found = frechetDistance(moments([0, 0], a), moments([0, 0], b))
    expect(found).toBeCloseTo(7 - 2 * root, 12)
  })

  it('of covariances of rank 1, σ² u uᵀ and τ² v vᵀ, is σ² + τ² - 2 σ τ |u·v|', () => {
    const unit = (name: string) => {
      const v = randomMatrix(6, 1, name)
      return v.div(v.norm())
    }
    const [u, v] = [unit('u'), unit('v')]
    const covariance = (w: Matrix, variance: number) => w.mmul(w.transpose()).mul(variance)
    const zero = new Array<number>(6).fill(0)
    const cosine = Math.abs(u.transpose().mmul(v).get(0, 0))
    expect(cosine).toBeGreaterThan(0.1)
    const a = moments(zero, covariance(u, 4))
    const b = moments(zero, covariance(v, 9))
    expect(frechetDistance(a, b)).toBeCloseTo(13 - 12 * cosine, 12)
    const nothing = moments(zero, Matrix.zeros(6, 6))
    expect(frechetDistance(a, nothing)).toBeCloseTo(4, 12)
    expect(frechetDistance(nothing, a)).toBeCloseTo(4, 12)
  })

  it.each(cases.map((c) => [c.real.shape[1]!, c] as const))(
    'of samples in %i dimensions is that of SciPy',
    async (_, { real, samples, frechet }) => {
      const [a, b] = [await momentsOf(real), await momentsOf(samples)]
      expect(frechetDistance(a, b)).toBeCloseTo(frechet, 10)
      expect(frechetDistance(b, a)).toBeCloseTo(frechet, 10)
    },
  )

  it('is 0 between a sample and itself, fewer examples than dimensions or not', async () => {
    for (const n of [4, 40]) {
      const a = await momentsOf(normals(n, 10, 'sample'))
      expect(frechetDistance(a, a)).toBeLessThan(1e-12)
    }
  })

  it('of bytes with a scale is that of the numbers they stand for', async () => {
    const { integer } = stream(0, 'bytes')
    const bytes = (name: number) =>
      hostTensor(
        'uint8',
        [20, 6],
        Uint8Array.from({ length: 120 }, () => integer(50 * name)),
      )
    const [x, y] = [bytes(2), bytes(5)]
    const floats = ({ shape, data }: HostTensor<'uint8'>) =>
      hostTensor(
        'float64',
        shape,
        Float64Array.from(data, (value) => value / 255),
      )
    const [a, b] = [x, y].map((t) => featureMoments(arrayRows(t, 1 / 255)))
    const expected = frechetDistance(await momentsOf(floats(x)), await momentsOf(floats(y)))
    expect(frechetDistance(await a!, await b!)).toBeCloseTo(expected, 12)
    expect(expected).toBeGreaterThan(0.1)
  })

  it('of two samples of n from one N(0, I) is about D (D + 5) / 2n on average', async () => {
    const [width, n, repeats] = [4, 400, 100]
    const found: number[] = []
    for (let r = 0; r < repeats; r++) {
      const [a, b] = [normals(n, width, 'first', r), normals(n, width, 'second', r)]
      found.push(frechetDistance(await momentsOf(a), await momentsOf(b)))
    }
    const mean = found.reduce((sum, x) => sum + x, 0) / repeats
    const variance = found.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (repeats - 1)
    const expected = (width * (width + 5)) / (2 * n)
    expect(Math.abs(mean - expected)).toBeLessThan(4 * Math.sqrt(variance / repeats))
    expect(Math.sqrt(variance / repeats)).toBeLessThan(0.05 * expected)
  })

  it('refuses one example, and moments of unlike features', async () => {
    await expect(momentsOf(normals(1, 3, 'one'))).rejects.toThrow('2 examples or more, got 1')
    const [a, b] = [moments([0], Matrix.diag([1])), moments([0, 0], Matrix.diag([1, 1]))]
    expect(() => frechetDistance(a, b)).toThrow(RangeError)
    expect(() => frechetDistance(a, { ...a, covariance: b.covariance })).toThrow(RangeError)
  })
})
