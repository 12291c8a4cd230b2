import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  boundsOf,
  boundsOfPositions,
  dragged,
  fitted,
  pixelOf,
  placeAt,
  ticksOf,
  zoomed,
} from '../../studio/src/page/map/view.ts'

const size = { width: 640, height: 480 }
const number = fc.double({ min: -50, max: 50, noNaN: true })
const view = fc.record({
  x: number,
  y: number,
  unit: fc.double({ min: 0.1, max: 500, noNaN: true }),
})
const pixel = fc.tuple(
  fc.double({ min: 0, max: 640, noNaN: true }),
  fc.double({ min: 0, max: 480, noNaN: true }),
)

describe('the window onto the plane', () => {
  it('has its place in the middle, and up is positive', () => {
    const from = { x: 2, y: -1, unit: 80 }
    expect(pixelOf(from, size, [2, -1])).toEqual([320, 240])
    expect(pixelOf(from, size, [3, 0])).toEqual([400, 160])
    expect(boundsOf(from, size)).toEqual({ left: -2, right: 6, bottom: -4, top: 2 })
  })

  it('gives back the place of a pixel', () => {
    fc.assert(
      fc.property(view, pixel, (from, at) => {
        const [a, b] = pixelOf(from, size, placeAt(from, size, at))
        expect(a).toBeCloseTo(at[0], 6)
        expect(b).toBeCloseTo(at[1], 6)
      }),
    )
  })

  it('keeps what lies under the pointer when it zooms', () => {
    fc.assert(
      fc.property(view, pixel, fc.double({ min: 0.5, max: 2, noNaN: true }), (from, at, factor) => {
        const place = placeAt(from, size, at)
        const [a, b] = pixelOf(zoomed(from, size, factor, at), size, place)
        expect(a).toBeCloseTo(at[0], 6)
        expect(b).toBeCloseTo(at[1], 6)
      }),
    )
  })

  it('moves its content by as many pixels as it was dragged', () => {
    const from = { x: 2, y: -1, unit: 100 }
    const [a, b] = pixelOf(dragged(from, 30, -20), size, [2, -1])
    expect([a, b].map(Math.round)).toEqual([350, 220])
  })

  it('fits points within its margins, the longer side exactly', () => {
    const bounds = boundsOfPositions(new Float32Array([-1, 0, 3, 0, 1, 2, Number.NaN, 9]))
    expect(bounds).toEqual({ left: -1, right: 3, bottom: 0, top: 2 })
    const all = fitted(bounds, size, 40)
    expect(all).toEqual({ x: 1, y: 1, unit: 140 })
    expect(pixelOf(all, size, [3, 1])[0]).toBe(600)
  })
})

describe('ticks', () => {
  it('are round numbers as far apart as asked, with the decimals that tell them apart', () => {
    expect(ticksOf(-3.2, 3.2, 100, 64)).toEqual({ values: [-3, -2, -1, 0, 1, 2, 3], digits: 0 })
    const fine = ticksOf(0.11, 0.32, 2000, 64)
    expect(fine.digits).toBe(2)
    expect(fine.values.map((value) => value.toFixed(fine.digits))).toEqual([
      '0.15',
      '0.20',
      '0.25',
      '0.30',
    ])
  })

  it('are never nearer than asked, and never five times as far', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e5, noNaN: true }), (unit) => {
        const { values } = ticksOf(0, 1000 / unit, unit, 50)
        const apart = (values[1]! - values[0]!) * unit
        expect(apart).toBeGreaterThanOrEqual(50 * (1 - 1e-6))
        expect(apart).toBeLessThan(2.5 * 50 * (1 + 1e-6))
      }),
    )
  })
})
