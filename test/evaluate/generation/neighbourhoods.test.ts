import { describe, expect, it } from 'vitest'
import { densityAndCoverage } from '../../../src/evaluate/generation/density-coverage.ts'
import { precisionAndRecall } from '../../../src/evaluate/generation/precision-recall.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'
import { onnx } from '../../train/onnx.ts'
import { cases } from './golden.ts'

const rows = (values: readonly number[], width = 1) =>
  hostTensor('float32', [values.length / width, width], Float32Array.from(values))

const normals = (n: number, width: number, name: string, counter: number, shift = 0) => {
  const { normal } = stream(0, name, counter)
  return rows(
    Array.from({ length: n * width }, () => shift + normal()),
    width,
  )
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length

const golden = cases.flatMap(({ real, samples, compared }) =>
  compared.map((expected) => [real.shape[1]!, expected.k, { real, samples }, expected] as const),
)

describe('precision, recall, density and coverage', () => {
  it.each(golden)('of features in %i dimensions, k = %i, are those of NumPy', async (...given) => {
    const [, k, sets, { precision, recall, density, coverage }] = given
    const found = {
      ...(await precisionAndRecall(onnx(), sets, { k })),
      ...(await densityAndCoverage(onnx(), sets, { k })),
    }
    expect([...found.precision]).toEqual(precision)
    expect([...found.recall]).toEqual(recall)
    expect([...found.coverage]).toEqual(coverage)
    for (const [j, value] of found.density.entries()) expect(value).toBeCloseTo(density[j]!, 12)
  })

  it('of points on a line can be counted by hand', async () => {
    // Radii for k = 1: 1 around 0 and 1, 2 around 3, 7 around 10. Samples: 1 around 4, 5 and 6, 14 around 20.
    const sets = { real: rows([0, 1, 3, 10]), samples: rows([4, 5, 6, 20]) }
    const { precision, recall } = await precisionAndRecall(onnx(), sets, { k: 1 })
    expect([...precision]).toEqual([1, 1, 1, 0])
    expect([...recall]).toEqual([0, 0, 1, 1])
    const { density, coverage } = await densityAndCoverage(onnx(), sets, { k: 1 })
    expect([...density]).toEqual([2, 2, 1, 0])
    expect([...coverage]).toEqual([0, 0, 1, 1])
  })

  it('are as expected of samples of the same distribution, and fall as it moves away', async () => {
    const [n, m, k] = [60, 40, 5]
    const repeats = 60
    const found = { density: [] as number[], coverage: [] as number[] }
    for (let r = 0; r < repeats; r++) {
      const sets = { real: normals(n, 3, 'real', r), samples: normals(m, 3, 'samples', r) }
      const { density, coverage } = await densityAndCoverage(onnx(), sets, { k })
      found.density.push(mean(density))
      found.coverage.push(mean(coverage))
    }
    let uncovered = 1
    for (let i = 1; i <= k; i++) uncovered *= (n - i) / (n + m - i)
    for (const [values, expected] of [
      [found.density, 1],
      [found.coverage, 1 - uncovered],
    ] as const) {
      const average = values.reduce((a, b) => a + b, 0) / repeats
      const variance = values.reduce((sum, x) => sum + (x - average) ** 2, 0) / (repeats - 1)
      expect(Math.abs(average - expected)).toBeLessThan(4 * Math.sqrt(variance / repeats))
      expect(Math.sqrt(variance / repeats)).toBeLessThan(0.02)
    }
    const far = { real: normals(n, 3, 'real', 0), samples: normals(m, 3, 'samples', 0, 9) }
    const { density, coverage } = await densityAndCoverage(onnx(), far, { k })
    const { precision, recall } = await precisionAndRecall(onnx(), far)
    expect([density, coverage, precision, recall].map(mean)).toEqual([0, 0, 0, 0])
  })

  it('see what is missing: half of the data recalled and covered, all of the samples precise', async () => {
    const near = normals(200, 2, 'near', 0)
    const far = normals(200, 2, 'far', 0, 50)
    const real = rows([...near.data, ...far.data], 2)
    const sets = { real, samples: normals(200, 2, 'other', 0) }
    const { precision, recall } = await precisionAndRecall(onnx(), sets)
    const { density, coverage } = await densityAndCoverage(onnx(), sets)
    expect(mean(precision)).toBeGreaterThan(0.95)
    expect(mean(recall.subarray(0, 200))).toBeGreaterThan(0.95)
    expect(mean(recall.subarray(200))).toBe(0)
    expect(mean(density)).toBeGreaterThan(0.8)
    expect(mean(coverage.subarray(0, 200))).toBeGreaterThan(0.9)
    expect(mean(coverage.subarray(200))).toBe(0)
  })

  it('do not take an outlier among the data for density', async () => {
    // The ball around -1000 holds all samples; precision is fooled, density counts it once.
    const real = rows([-1000, ...Array.from({ length: 20 }, (_, i) => -1 - i / 100)])
    const sets = { real, samples: rows(Array.from({ length: 20 }, (_, i) => -500 + i)) }
    const { precision } = await precisionAndRecall(onnx(), sets)
    const { density } = await densityAndCoverage(onnx(), sets)
    expect(mean(precision)).toBe(1)
    expect(mean(density)).toBeCloseTo(1 / 5, 12)
  })

  it('count copies as within the smallest balls, and so do balls of radius 0', async () => {
    const real = rows([0, 0, 0, 0, 5, 5, 5, 5])
    const sets = { real, samples: rows([0, 0, 0, 0]) }
    const { precision, recall } = await precisionAndRecall(onnx(), sets, { k: 3 })
    expect([...precision]).toEqual([1, 1, 1, 1])
    expect([...recall]).toEqual([1, 1, 1, 1, 0, 0, 0, 0])
    const { coverage, density } = await densityAndCoverage(onnx(), sets, { k: 3 })
    expect([...coverage]).toEqual([1, 1, 1, 1, 0, 0, 0, 0])
    for (const value of density) expect(value).toBeCloseTo(4 / 3, 12)
  })

  it('do not change where everything is moved far away, as far as float32 holds it', async () => {
    const [real, samples] = [normals(80, 4, 'real', 7), normals(80, 4, 'samples', 7)]
    const moved = (x: typeof real) =>
      hostTensor(
        'float32',
        x.shape,
        x.data.map((value) => Math.round(value * 256) / 256 + 4096),
      )
    const still = (x: typeof real) =>
      hostTensor(
        'float32',
        x.shape,
        x.data.map((value) => Math.round(value * 256) / 256),
      )
    const [there, here] = [moved, still].map((by) => ({ real: by(real), samples: by(samples) }))
    expect(await precisionAndRecall(onnx(), there!)).toEqual(
      await precisionAndRecall(onnx(), here!),
    )
    expect(await densityAndCoverage(onnx(), there!)).toEqual(
      await densityAndCoverage(onnx(), here!),
    )
  })

  it('tell how far they are, and stop', async () => {
    const sets = { real: normals(30, 2, 'real', 0), samples: normals(20, 2, 'samples', 0) }
    for (const figures of [precisionAndRecall, densityAndCoverage]) {
      const shares: number[] = []
      await figures(onnx(), sets, { onProgress: (share) => shares.push(share) })
      expect(shares).toEqual([...shares].sort((a, b) => a - b))
      expect(shares.at(-1)).toBeCloseTo(1, 12)
      const signal = AbortSignal.abort(new Error('enough'))
      await expect(figures(onnx(), sets, { signal })).rejects.toThrow('enough')
    }
  })

  it('refuse too few rows, and a k that is none', async () => {
    const sets = { real: normals(4, 2, 'real', 0), samples: normals(2, 2, 'samples', 0) }
    await expect(precisionAndRecall(onnx(), sets)).rejects.toThrow(RangeError)
    await expect(densityAndCoverage(onnx(), sets)).rejects.toThrow(RangeError)
    await expect(densityAndCoverage(onnx(), sets, { k: 0 })).rejects.toThrow('got 0')
    const none = { real: sets.real, samples: rows([], 2) }
    await expect(densityAndCoverage(onnx(), none, { k: 1 })).rejects.toThrow(RangeError)
  })
})
