import { describe, expect, it } from 'vitest'
import { stream } from '../../../src/tensor/random.ts'
import { evenly } from '../../../studio/src/evenly.ts'
import { nearestPlaces, tally } from '../../../studio/src/page/explore/draw/neighbours.ts'
import { blend, twoOfDifferentClasses } from '../../../studio/src/page/explore/interpolate/blend.ts'
import { everyNth, joinedRows } from '../../../studio/src/page/explore/rows.ts'
import { codesAlong, rangeOf, STEPS } from '../../../studio/src/page/explore/traverse/range.ts'

describe('nearest examples', () => {
  it('are those that sorting all distances gives', () => {
    const draws = stream(7, 'codes')
    const codes = Float32Array.from({ length: 600 }, () => draws.normal())
    const code = Float32Array.of(0.3, -0.2, 0.1)
    const distance = (place: number) =>
      code.reduce((sum, value, i) => sum + (codes[3 * place + i]! - value) ** 2, 0)
    const sorted = Array.from({ length: 200 }, (_, place) => place).sort(
      (a, b) => distance(a) - distance(b),
    )
    expect(nearestPlaces(codes, code, 10)).toEqual(sorted.slice(0, 10))
    expect(nearestPlaces(codes, code, 500)).toEqual(sorted)
  })

  it('are counted by class, the most frequent first', () => {
    expect(tally([4, 9, 9, 4, 9, 7])).toEqual([
      { value: 9, count: 3 },
      { value: 4, count: 2 },
      { value: 7, count: 1 },
    ])
  })
})

describe('a traversal', () => {
  const facts = {
    mean: Float32Array.of(0.5, -1),
    deviation: Float32Array.of(2, 0.01),
    active: Uint8Array.of(1, 0),
    order: Int32Array.of(0, 1),
  }

  it('covers three deviations of an active dimension, and of the prior for a dead one', () => {
    expect(rangeOf(facts, 0, 0)).toEqual([-5.5, 6.5])
    expect(rangeOf(facts, 1, -1)).toEqual([-4, 2])
    expect(rangeOf(undefined, 1, 0)).toEqual([-3, 3])
  })

  it('reaches as far as the value that it has', () => {
    expect(rangeOf(facts, 0, 9)).toEqual([-5.5, 9])
    expect(rangeOf(facts, 0, -9)).toEqual([-9, 6.5])
  })

  it('changes one dimension, in even steps from end to end', () => {
    const codes = codesAlong(Float32Array.of(7, 0, 8), 1, [-3, 6])
    expect(codes.length).toBe(3 * STEPS)
    for (let step = 0; step < STEPS; step++) {
      const [first, moved, last] = codes.slice(3 * step, 3 * step + 3)
      expect([first, last]).toEqual([7, 8])
      expect(moved).toBeCloseTo(-3 + (9 * step) / 18, 5)
    }
  })
})

describe('an interpolation', () => {
  it('blends from the first to the second, both included', () => {
    expect([...blend(Float32Array.of(0, 4), Float32Array.of(2, 0), 3)]).toEqual([0, 4, 1, 2, 2, 0])
  })

  it('begins with two examples of different classes', () => {
    const classes = Int32Array.of(3, 3, 3, 8, 1)
    expect(twoOfDifferentClasses({ count: 5, classes })).toEqual([0, 3])
    expect(twoOfDifferentClasses({ count: 5, classes: new Int32Array() })).toEqual([0, 4])
    expect(twoOfDifferentClasses({ count: 3, classes: Int32Array.of(2, 2, 2) })).toEqual([0, 2])
    expect(twoOfDifferentClasses({ count: 1, classes: Int32Array.of(2) })).toBeUndefined()
  })
})

describe('rows', () => {
  it('are taken every so often, the first and the last of nine included', () => {
    const rows = Float32Array.from({ length: 66 }, (_, i) => Math.floor(i / 2))
    const kept = everyNth(rows, 2, 4)
    expect(kept.length).toBe(18)
    expect([kept[0], kept[2], kept[17]]).toEqual([0, 4, 32])
  })

  it('are put one after the other', () => {
    const joined = joinedRows([Float32Array.of(1, 2), Float32Array.of(), Float32Array.of(3)])
    expect([...joined]).toEqual([1, 2, 3])
  })

  it('are chosen at even distances, without repeats', () => {
    expect([...evenly(10, 4)]).toEqual([0, 2, 5, 7])
    expect([...evenly(3, 6)]).toEqual([0, 1, 2])
    expect([...evenly(0, 6)]).toEqual([])
  })
})
