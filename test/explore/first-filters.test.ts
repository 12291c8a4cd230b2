import { describe, expect, it } from 'vitest'
import { firstFilters } from '../../src/explore/first-filters.ts'
import { hostTensor } from '../../src/tensor/host.ts'

const model = (exampleShape: readonly number[]) => ({
  info: { exampleShape, dimension: exampleShape.reduce((a, b) => a * b) },
})
const weight = (shape: readonly number[], values: readonly number[]) => ({
  'encoder.0.weight': hostTensor('float32', shape, Float32Array.from(values)),
})

describe('the filters of a first layer', () => {
  it('are the columns of a dense weight, the largest norm first', () => {
    // Units (1, 0), (0, -3) and (2, 0) over images of two pixels.
    const found = firstFilters(model([1, 1, 2]), weight([2, 3], [1, 0, 2, 0, -3, 0]), 2)!
    expect(found.filters.shape).toEqual([2, 1, 1, 2])
    expect([...found.filters.data]).toEqual([0, -3, 2, 0])
    expect(found.units).toBe(3)
    expect(found.convolutional).toBe(false)
  })

  it('leave out the weights of the one-hot class behind an example', () => {
    const found = firstFilters(model([1, 2]), weight([4, 1], [5, 6, 70, 80]), 9)!
    expect([...found.filters.data]).toEqual([5, 6])
  })

  it('are the windows of a convolution, without those of conditions', () => {
    // Two units over one channel and one condition, windows of 1 × 2.
    const values = [1, 2, 90, 90, 3, 4, 0, 0]
    const found = firstFilters(model([1, 8, 8]), weight([2, 2, 1, 2], values), 9)!
    expect(found.filters.shape).toEqual([2, 1, 1, 2])
    expect([...found.filters.data]).toEqual([3, 4, 1, 2])
    expect(found.convolutional).toBe(true)
  })

  it('are none of a table, and none of a model without such a layer', () => {
    expect(firstFilters(model([7]), weight([7, 1], [1, 2, 3, 4, 5, 6, 7]), 9)).toBeUndefined()
    expect(firstFilters(model([1, 2, 2]), {}, 9)).toBeUndefined()
  })
})
