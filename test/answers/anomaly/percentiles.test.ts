import { describe, expect, it } from 'vitest'
import { meanPercentile, percentiles } from '../../../src/answers/anomaly/percentiles.ts'
import { stream } from '../../../src/tensor/random.ts'

describe('the percentile of a score', () => {
  it('counts calibration scores below it, and half of those equal to it', () => {
    const found = percentiles([0, 1, 2, 2.5, 3, 9, Infinity, -Infinity], [1, 2, 2, 3])
    expect([...found]).toEqual([0, 12.5, 50, 75, 87.5, 100, 100, 0])
  })

  it('is 50 on average over the calibration scores, whatever their ties', () => {
    const { integer } = stream(1, 'scores')
    const scores = Float64Array.from({ length: 501 }, () => integer(40)).sort()
    const found = percentiles(scores, scores)
    expect(found.reduce((sum, one) => sum + one, 0) / 501).toBeCloseTo(50, 10)
    expect([...found]).toEqual([...found].sort((a, b) => a - b))
  })

  it('is refused without calibration scores in order', () => {
    expect(() => percentiles([1], [])).toThrow('calibration: expected 1 score or more, got none')
    expect(() => percentiles([1], [2, 1])).toThrow('ascending order')
    expect(() => percentiles([Number.NaN], [1, 2])).toThrow('scores: value 0')
  })
})

describe('the mean of percentiles', () => {
  it('counts each score the same', () => {
    expect([...meanPercentile([Float64Array.of(10, 100), [20, 50], [60, 0]])]).toEqual([30, 50])
  })

  it('is refused without scores, and of lists of different lengths', () => {
    expect(() => meanPercentile([])).toThrow('percentiles: expected 1 list or more, got none')
    expect(() => meanPercentile([[1, 2], [1]])).toThrow(
      'percentiles: expected lists of 2 each, got 1',
    )
    expect(() => meanPercentile([[Number.NaN]])).toThrow('percentiles: value 0')
  })
})
