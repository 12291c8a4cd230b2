import { describe, expect, it } from 'vitest'
import { splitValues } from '../../src/data/rows.ts'
import { nearestExamples } from '../../src/explore/nearest.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import { tinyData } from '../app/tiny-run.ts'

describe('the nearest examples', () => {
  it('are those of least squared distance, found by looking at all', () => {
    const data = tinyData({
      shape: [1, 9, 11],
      sizes: { train: 40, validation: 5, test: 3 },
    })
    const { uniform } = stream(1, 'queries')
    const x = hostTensor('float32', [6, 99], Float32Array.from({ length: 6 * 99 }, uniform))
    const all = splitValues(
      data,
      'train',
      Array.from({ length: 40 }, (_, i) => i),
    )
    const { indices, distances } = nearestExamples(data, 'train', x)
    for (let i = 0; i < 6; i++) {
      const squared = Array.from({ length: 40 }, (_, j) => {
        let sum = 0
        for (let d = 0; d < 99; d++) sum += (x.data[i * 99 + d]! - all.data[j * 99 + d]!) ** 2
        return sum
      })
      expect(distances[i]).toBeCloseTo(Math.min(...squared), 9)
      expect(indices[i]).toBe(squared.indexOf(Math.min(...squared)))
    }
  })

  it('finds an example itself, at distance 0 and within its split', () => {
    const data = tinyData({ shape: [7] })
    const { indices, distances } = nearestExamples(data, 'test', splitValues(data, 'test', [3, 11]))
    expect([...indices]).toEqual([3, 11])
    expect([...distances]).toEqual([0, 0])
  })

  it('refuses an empty split and examples of another width', () => {
    const data = tinyData({ shape: [7], sizes: { train: 2, validation: 0, test: 1 } })
    const x = splitValues(data, 'test', [0])
    expect(() => nearestExamples(data, 'validation', x)).toThrow(RangeError)
    const narrow = hostTensor('float32', [1, 6], new Float32Array(6))
    expect(() => nearestExamples(data, 'train', narrow)).toThrow(RangeError)
  })
})
