import { describe, expect, it } from 'vitest'
import { binarised, sampledIndices } from '../../../src/reproduce/measures/samples.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { tinyData } from '../../app/tiny-run.ts'

describe('a sample of a split', () => {
  it('has every index at most once, in no order of the file, fewer being the first of more', () => {
    const data = tinyData({ shape: [1], sizes: { train: 10, validation: 0, test: 1000 } })
    const all = sampledIndices(data, 'test', 5000)
    expect(new Set(all).size).toBe(1000)
    expect(Math.max(...all)).toBe(999)
    const some = sampledIndices(data, 'test', 200)
    expect(some).toEqual(all.subarray(0, 200))
    // Standard deviation of a share drawn without replacement: √(200 · ¼ · 800 / 999) = 6.3.
    const early = some.filter((place) => place < 500).length
    expect(Math.abs(early - 100)).toBeLessThan(26)
  })
})

describe('binarised examples', () => {
  it('are drawn with their grey values as probabilities, as a function of the seed', () => {
    const grey = hostTensor('float32', [100, 100], new Float32Array(10_000).fill(0.3))
    const bits = binarised(grey, 7)
    const share = bits.data.reduce((sum, bit) => sum + bit, 0) / 10_000
    expect(Math.abs(share - 0.3)).toBeLessThan(4 * Math.sqrt(0.21 / 10_000))
    expect(new Set(bits.data)).toEqual(new Set([0, 1]))
    expect(binarised(grey, 7).data).toEqual(bits.data)
    expect(binarised(grey, 8).data).not.toEqual(bits.data)
  })
})
