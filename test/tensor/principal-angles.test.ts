import { describe, expect, it } from 'vitest'
import { principalAngles } from '../../src/tensor/principal-angles.ts'
import { stream } from '../../src/tensor/random.ts'

const unit = (width: number, components: Readonly<Record<number, number>>) =>
  Float64Array.from({ length: width }, (_, i) => components[i] ?? 0)

const radians = (degrees: number) => (degrees * Math.PI) / 180

/** Planes of [6] whose principal angles are the given ones. */
const planes = (first: number, second: number) => ({
  a: [unit(6, { 0: 1 }), unit(6, { 1: 1 })],
  b: [
    unit(6, { 0: Math.cos(radians(second)), 2: Math.sin(radians(second)) }),
    unit(6, { 1: Math.cos(radians(first)), 3: Math.sin(radians(first)) }),
  ],
})

/** Other vectors that span the same: two mixtures. */
const mixed = ([u, v]: readonly Float64Array[]) => [
  u!.map((value, i) => 3 * value - 2 * v![i]!),
  u!.map((value, i) => 0.5 * value + v![i]!),
]

describe('principal angles', () => {
  it.each([
    [0, 90],
    [10, 60],
    [44.9, 45.1],
    [1e-9, 89.999999999],
    [1e-12, 2e-10],
  ])('of planes made with %f and %f degrees are those', (first, second) => {
    const { a, b } = planes(first, second)
    for (const found of [
      principalAngles(a, b),
      principalAngles(b, a),
      principalAngles(mixed(a), mixed(b)),
    ]) {
      expect(found).toHaveLength(2)
      expect(Math.abs(found[0]! - first)).toBeLessThan(2e-13 + 1e-13 * first)
      expect(Math.abs(found[1]! - second)).toBeLessThan(2e-13 + 1e-13 * second)
    }
  })

  it('between a line and a plane are one, that of the line with its projection', () => {
    const line = [unit(3, { 0: 3, 2: 4 })]
    const plane = [unit(3, { 0: 1 }), unit(3, { 1: 2 })]
    const expected = (Math.acos(0.6) * 180) / Math.PI
    expect(principalAngles(line, plane)).toEqual([expect.closeTo(expected, 12)])
    expect(principalAngles(plane, line)).toEqual([expect.closeTo(expected, 12)])
  })

  it('are all 0 for bases of one subspace, and for the whole space', () => {
    const { normal } = stream(1, 'vectors')
    const vectors = Array.from({ length: 5 }, () => Float64Array.from({ length: 40 }, normal))
    const mixtures = Array.from({ length: 5 }, () => {
      const weights = Array.from({ length: 5 }, normal)
      return Float64Array.from({ length: 40 }, (_, i) =>
        weights.reduce((sum, w, k) => sum + w * vectors[k]![i]!, 0),
      )
    })
    const whole = [0, 1, 2].map((i) => unit(3, { [i]: 1 }))
    for (const angle of principalAngles(vectors, mixtures)) expect(angle).toBeLessThan(1e-11)
    for (const angle of principalAngles(whole, whole)) expect(angle).toBeLessThan(1e-13)
  })

  it('refuse an empty set, vectors of two lengths and more vectors than numbers', () => {
    const pair = [unit(2, { 0: 1 }), unit(2, { 1: 1 })]
    expect(() => principalAngles([], pair)).toThrow(RangeError)
    expect(() => principalAngles(pair, [unit(3, { 0: 1 })])).toThrow(RangeError)
    expect(() => principalAngles(pair, [...pair, unit(2, { 0: 1 })])).toThrow('3 vectors of 2')
  })
})
