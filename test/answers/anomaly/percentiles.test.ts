import { describe, expect, it } from 'vitest'
import { percentiles } from '../../../src/answers/anomaly/percentiles.ts'
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
