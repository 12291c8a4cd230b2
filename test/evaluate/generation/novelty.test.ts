import { describe, expect, it } from 'vitest'
import { nearerThanTest, novelty } from '../../../src/evaluate/generation/novelty.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'
import { onnx } from '../../train/onnx.ts'

const rows = (values: readonly number[], width: number) =>
  hostTensor('float32', [values.length / width, width], Float32Array.from(values))

const normals = (n: number, width: number, name: string, spread = 1) => {
  const { normal } = stream(0, name)
  return rows(
    Array.from({ length: n * width }, () => spread * normal()),
    width,
  )
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('novelty', () => {
  it('is the distance to the nearest training example', async () => {
    const training = rows([0, 0, 10, 0, 0, 10], 2)
    const samples = rows([3, 4, 10, 1, -5, 22], 2)
    const test = rows([0, 7], 2)
    const found = await novelty(onnx(), { samples, test, training })
    expect([...found.samples]).toEqual([5, 1, 13])
    expect([...found.nearest]).toEqual([0, 1, 2])
    expect([...found.test]).toEqual([3])
  })

  it('of copies is 0, and they are nearer than all test examples', async () => {
    const training = normals(50, 6, 'training')
    const samples = rows([...training.data.subarray(60, 120)], 6)
    const found = await novelty(onnx(), { samples, test: normals(40, 6, 'test'), training })
    expect([...found.samples]).toEqual(new Array(10).fill(0))
    expect([...found.nearest]).toEqual(Array.from({ length: 10 }, (_, i) => 10 + i))
    expect([...nearerThanTest(found)]).toEqual(new Array(10).fill(1))
  })

  it('of fresh draws is that of test examples, and of draws from elsewhere greater', async () => {
    const sets = { test: normals(800, 4, 'test'), training: normals(400, 4, 'training') }
    const fresh = await novelty(onnx(), { ...sets, samples: normals(800, 4, 'samples') })
    // The variance of a Mann-Whitney share of m and n draws is (m + n + 1) / 12 m n.
    const error = Math.sqrt(1601 / (12 * 800 * 800))
    expect(Math.abs(mean(nearerThanTest(fresh)) - 0.5)).toBeLessThan(4 * error)
    const wide = await novelty(onnx(), { ...sets, samples: normals(800, 4, 'samples', 3) })
    expect(mean(nearerThanTest(wide))).toBeLessThan(0.1)
  })

  it('counts test examples that are equally far by half', () => {
    const test = Float64Array.of(3, 1, 2, 2)
    expect([...nearerThanTest({ test, samples: Float64Array.of(0, 1, 2, 2.5, 4) })]).toEqual([
      1, 0.875, 0.5, 0.25, 0,
    ])
    expect(() => nearerThanTest({ test: new Float64Array(0), samples: test })).toThrow(RangeError)
  })

  it('tells how far it is, and stops', async () => {
    const sets = {
      samples: normals(30, 2, 'samples'),
      test: normals(10, 2, 'test'),
      training: normals(20, 2, 'training'),
    }
    const shares: number[] = []
    await novelty(onnx(), sets, { onProgress: (share) => shares.push(share) })
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(shares.at(-1)).toBeCloseTo(1, 12)
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(novelty(onnx(), sets, { signal })).rejects.toThrow('enough')
  })

  it('needs training examples', async () => {
    const x = normals(3, 2, 'samples')
    const training = rows([], 2)
    await expect(novelty(onnx(), { samples: x, test: x, training })).rejects.toThrow(RangeError)
  })
})
