import { describe, expect, it } from 'vitest'
import {
  aligned,
  epochsShown,
  steadyRange,
  valueAt,
  valuesRange,
} from '../../studio/src/page/train/curve-range.ts'

const nothing = { x: [], y: [] }

describe('the range of a curve', () => {
  it('leaves out the first moments of training, and no validation', () => {
    const x = Array.from({ length: 101 }, (_, i) => i / 100)
    const y = x.map((at) => (at < 0.05 ? 1000 : 10 - at))
    expect(valuesRange({ train: { x, y }, validation: nothing })).toEqual([9, 9.95])
    const validation = { x: [0.01], y: [50] }
    expect(valuesRange({ train: { x, y }, validation })).toEqual([9, 50])
  })

  it('takes all of a few points, and is undefined without any', () => {
    expect(valuesRange({ train: { x: [1, 2], y: [5, 3] }, validation: nothing })).toEqual([3, 5])
    expect(valuesRange({ train: nothing, validation: nothing })).toBeUndefined()
  })

  it('stays while the values suit it', () => {
    const range = steadyRange(undefined, [0, 100])
    expect(range).toEqual([-12, 112])
    expect(steadyRange(range, [5, 90])).toBe(range)
    expect(steadyRange(range, [60, 80])).toEqual([57.6, 82.4])
    expect(steadyRange(range, [0, 113])[1]).toBeGreaterThan(113)
  })

  it('has room around a value that does not change', () => {
    expect(steadyRange(undefined, [50, 50])[1]).toBeGreaterThan(50)
    expect(steadyRange(undefined, [0, 0])[0]).toBeLessThan(0)
  })
})

describe('the axis of epochs', () => {
  it('grows in round numbers up to the end of the training', () => {
    expect([0.2, 1, 1.1, 4, 6, 9, 12, 21].map((at) => epochsShown(at, 40))).toEqual([
      1, 1, 2, 5, 8, 10, 20, 30,
    ])
    expect(epochsShown(31, 40)).toBe(40)
    expect(epochsShown(0.5, 1)).toBe(1)
    expect(epochsShown(14, 12)).toBe(14)
  })
})

describe('lines', () => {
  it('has the value of the last point at or before a place', () => {
    const line = { x: [1, 2, 4], y: [10, 20, 40] }
    expect([0.5, 1, 1.9, 2, 3.9, 9].map((at) => valueAt(line, at))).toEqual([
      undefined,
      10,
      10,
      20,
      20,
      40,
    ])
  })

  it('share an axis, with null where a line has no point', () => {
    const lines = {
      train: { x: [0.5, 1, 1.5], y: [1, 2, 3] },
      validation: { x: [1, 2], y: [7, 8] },
    }
    expect(aligned(lines)).toEqual([
      [0.5, 1, 1.5, 2],
      [1, 2, 3, null],
      [null, 7, null, 8],
    ])
  })
})
