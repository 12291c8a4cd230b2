import { describe, expect, it } from 'vitest'
import {
  axisOf,
  countAbove,
  histogram,
} from '../../../studio/src/page/explore/anomalies/histogram.ts'
import { nextSize } from '../../../studio/src/page/explore/anomalies/slices.ts'
import { runsOf } from '../../../studio/src/page/explore/runs.ts'
import { extentOf, linePath } from '../../../studio/src/page/parts/line-path.ts'
import { acrossOf, placeByKey } from '../../../studio/src/page/parts/tab-keys.ts'

describe('a histogram of scores', () => {
  it('has shares that add up to 1, with what is outside at the ends', () => {
    const shares = histogram(Float32Array.of(-5, 0, 1, 1.5, 3.9, 4, 99, 2), 0, 4, 4)
    expect(shares).toEqual([2 / 8, 2 / 8, 1 / 8, 3 / 8])
  })

  it('has an axis that holds the threshold, and leaves out the last half per cent', () => {
    const normal = Float32Array.from({ length: 1000 }, (_, i) => i)
    expect(axisOf(normal, new Float32Array(), 500)).toEqual([0, 995])
    expect(axisOf(normal, new Float32Array(), 2000)).toEqual([0, 2000])
    expect(axisOf(normal, new Float32Array(), -3)).toEqual([-3, 995])
    expect(axisOf(new Float32Array(), new Float32Array(), 7)).toEqual([6, 8])
  })

  it('counts alarms strictly above the threshold', () => {
    expect(countAbove([1, 2, 2, 3], 2)).toBe(1)
    expect(countAbove([1, 2, 2, 3], 0)).toBe(4)
    expect(countAbove([1, 2, 2, 3], 3)).toBe(0)
  })
})

describe('slices of a long calculation', () => {
  it('grow and shrink by two at most, towards 0.15 s', () => {
    expect(nextSize(16, 0.01)).toBe(32)
    expect(nextSize(16, 0.15)).toBe(16)
    expect(nextSize(16, 0.2)).toBe(12)
    expect(nextSize(16, 9)).toBe(8)
    expect(nextSize(1, 9)).toBe(1)
  })
})

describe('a small line', () => {
  it('has its highest value at the top, and breaks at gaps', () => {
    const { path, y } = linePath([0, 10, Number.NaN, 5], 0, 10)
    expect(path).toBe('M0,27L33.33,3M100,15')
    expect(y(10)).toBeLessThan(y(0))
  })

  it('runs through the middle where all values are equal', () => {
    expect(linePath([4, 4], 4, 4).path).toBe('M0,15L100,15')
  })

  it('knows the extent of what is there', () => {
    expect(extentOf([3, Number.NaN, -1])).toEqual([-1, 3])
    expect(extentOf([Number.NaN])).toEqual([Number.NaN, Number.NaN])
  })
})

describe('runs of equal values', () => {
  it('are as long as the value stays', () => {
    expect(runsOf(['a', 'a', 'b', 'a'])).toEqual([
      { value: 'a', from: 0, length: 2 },
      { value: 'b', from: 2, length: 1 },
      { value: 'a', from: 3, length: 1 },
    ])
  })
})

describe('rows of tabs', () => {
  it('are about equally long, of four at most', () => {
    expect([1, 4, 5, 6, 7, 8, 9].map(acrossOf)).toEqual([1, 4, 3, 3, 4, 4, 3])
  })
})

describe('keys of tabs', () => {
  it('go round at both ends, and to the first and last', () => {
    expect(placeByKey('ArrowRight', 2, 3)).toBe(0)
    expect(placeByKey('ArrowLeft', 0, 3)).toBe(2)
    expect(placeByKey('ArrowLeft', 2, 3)).toBe(1)
    expect(placeByKey('Home', 2, 3)).toBe(0)
    expect(placeByKey('End', 0, 3)).toBe(2)
    expect(placeByKey('Enter', 1, 3)).toBeUndefined()
  })
})
