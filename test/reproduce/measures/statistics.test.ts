import { describe, expect, it } from 'vitest'
import {
  logMeanExp,
  quantiles,
  ratioOfMeans,
  runningMeans,
} from '../../../src/reproduce/measures/statistics.ts'
import { stream } from '../../../src/tensor/random.ts'

describe('a ratio of means', () => {
  it('has the error that it varies by', () => {
    const ratios = Array.from({ length: 300 }, (_, repetition) => {
      const { normal } = stream(4, 'pairs', repetition)
      const b = Float64Array.from({ length: 100 }, () => 5 + normal())
      return ratioOfMeans(
        b.map((value) => 0.8 * value + 0.5 * normal()),
        b,
      )
    })
    const mean = ratios.reduce((sum, { value }) => sum + value, 0) / 300
    const spread = Math.sqrt(ratios.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / 300)
    const stated = ratios.reduce((sum, { error }) => sum + error, 0) / 300
    expect(mean).toBeCloseTo(0.8, 2)
    expect(Math.abs(stated / spread - 1)).toBeLessThan(0.15)
  })

  it('and quantiles are at the middles of equal shares', () => {
    expect(quantiles([4, 1, 3, 2], 2)).toEqual(Float64Array.of(2, 4))
    expect(quantiles([4, 1, 3, 2], 4)).toEqual(Float64Array.of(1, 2, 3, 4))
  })
})

describe('the log of a mean', () => {
  it('does not overflow, and knows its standard error', () => {
    expect(logMeanExp([1000, 1000 + Math.log(3)]).value).toBeCloseTo(1000 + Math.log(2), 10)
    // Weights 1 and 3: mean 2, standard error 1.
    expect(logMeanExp([1000, 1000 + Math.log(3)]).error).toBeCloseTo(0.5, 10)
  })
})

describe('quantiles', () => {
  it('are the values in order, thinned evenly', () => {
    expect(Array.from(quantiles([3, 1, 2]))).toEqual([1, 2, 3])
    const many = Float64Array.from({ length: 1000 }, (_, i) => 999 - i)
    expect(Array.from(quantiles(many, 4))).toEqual([125, 375, 625, 875])
  })
})

describe('running means', () => {
  it('averages the first values, and in the end all of them', () => {
    const points = runningMeans([1, 3, 5, 7])
    expect(points[0]).toEqual({ x: 1, y: 1 })
    expect(points[1]).toEqual({ x: 2, y: 2 })
    expect(points.at(-1)).toEqual({ x: 4, y: 4 })
    expect(runningMeans(new Float64Array(20_000)).length).toBeLessThan(40)
  })
})
