import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { insideOf, nearest, spread } from '../../studio/src/page/map/picking.ts'

const shown = (count: number) => new Uint8Array(count).fill(1)

describe('the nearest point', () => {
  const positions = new Float32Array([0, 0, 1, 0, 0, 3])
  it('is within reach, and not hidden', () => {
    expect(nearest(positions, shown(3), [0.8, 0.1], 0.5)).toBe(1)
    expect(nearest(positions, Uint8Array.of(1, 0, 1), [0.8, 0.1], 0.5)).toBe(-1)
    expect(nearest(positions, Uint8Array.of(1, 0, 1), [0.8, 0.1], 1)).toBe(0)
    expect(nearest(positions, shown(3), [0, 2], Infinity)).toBe(2)
  })
})

describe('a lasso', () => {
  it('selects what lies inside an outline with a dent, of what is shown', () => {
    // A square of side 4 with a dent from above that reaches (2, 1).
    const outline = [
      [0, 0],
      [4, 0],
      [4, 4],
      [2, 1],
      [0, 4],
    ] as const
    const positions = new Float32Array([1, 1, 2, 3, 2, 0.5, 3.5, 2, 5, 1, -1, 1, 1, 0.2])
    expect([...insideOf(positions, shown(7), outline)]).toEqual([0, 2, 3, 6])
    expect([...insideOf(positions, Uint8Array.of(0, 1, 1, 1, 1, 1, 1), outline)]).toEqual([2, 3, 6])
  })
})

describe('thumbnails', () => {
  const bounds = { left: -1, right: 1, bottom: -1, top: 1 }
  const cloud = fc
    .array(fc.float({ min: -2, max: 2, noNaN: true }), { minLength: 2, maxLength: 200 })
    .map((values) => new Float32Array(values.slice(0, 2 * Math.floor(values.length / 2))))

  it('do not overlap, lie in view, and leave no room for a point that was left out', () => {
    fc.assert(
      fc.property(cloud, (positions) => {
        const count = positions.length / 2
        const found = [...spread(positions, shown(count), bounds, 0.3, 1000)]
        const isNear = (a: number, b: number) =>
          Math.abs(positions[2 * a]! - positions[2 * b]!) < 0.3 &&
          Math.abs(positions[2 * a + 1]! - positions[2 * b + 1]!) < 0.3
        for (let i = 0; i < count; i++) {
          const [x, y] = [positions[2 * i]!, positions[2 * i + 1]!]
          const isInView = Math.abs(x) <= 1 && Math.abs(y) <= 1
          const others = found.filter((other) => other !== i && isNear(i, other)).length
          if (found.includes(i)) expect([isInView, others]).toEqual([true, 0])
          else expect(!isInView || others > 0).toBe(true)
        }
      }),
    )
  })

  it('are at most as many as asked, and none of a hidden point', () => {
    const positions = new Float32Array([-0.9, 0, -0.3, 0, 0.3, 0, 0.9, 0])
    expect([...spread(positions, shown(4), bounds, 0.3, 2)]).toEqual([0, 1])
    expect([...spread(positions, Uint8Array.of(0, 1, 0, 1), bounds, 0.3, 9)]).toEqual([1, 3])
  })
})
