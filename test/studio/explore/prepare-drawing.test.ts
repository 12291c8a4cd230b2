import { describe, expect, it } from 'vitest'
import {
  type Field,
  prepareDrawing,
  scaledField,
} from '../../../studio/src/page/explore/prepare-drawing.ts'

const SIZE = { width: 28, height: 28 }

/** A field with the ink of a function of the place. */
function field(width: number, height: number, ink: (x: number, y: number) => number): Field {
  const values = Float32Array.from({ length: width * height }, (_, i) =>
    ink(i % width, Math.floor(i / width)),
  )
  return { width, height, values }
}

/** A seven: a bar across and a slanting leg, of strokes `pen` wide, in a box of 100 × 150 at (x, y). */
const seven = (left: number, top: number, scale = 1) =>
  field(448, 448, (x, y) => {
    const [u, v] = [(x - left) / scale, (y - top) / scale]
    if (u < 0 || v < 0 || u >= 100 || v >= 150) return 0
    return v < 16 || Math.abs(u - (84 - 0.5 * v)) < 8 ? 1 : 0
  })

const boxOf = (values: Float32Array) => {
  const places = [...values.keys()].filter((i) => values[i]! > 0)
  const [xs, ys] = [places.map((i) => i % 28), places.map((i) => Math.floor(i / 28))]
  return {
    width: Math.max(...xs) - Math.min(...xs) + 1,
    height: Math.max(...ys) - Math.min(...ys) + 1,
  }
}

/** In pixels from the left and the top edge. */
const centreOf = (values: Float32Array) => {
  const mass = values.reduce((a, b) => a + b, 0)
  const moment = (along: (i: number) => number) =>
    values.reduce((sum, value, i) => sum + value * (along(i) + 0.5), 0) / mass
  return { x: moment((i) => i % 28), y: moment((i) => Math.floor(i / 28)) }
}

describe('a drawing is prepared as the digits of MNIST were', () => {
  it('fits the ink into 20 pixels, with its shape kept', () => {
    const { width, height } = boxOf(prepareDrawing(seven(40, 30), SIZE))
    expect(height).toBe(20)
    // 100 of 150 is 13.33 of 20 pixels, which touch at most 15.
    expect(width).toBeGreaterThanOrEqual(14)
    expect(width).toBeLessThanOrEqual(15)
  })

  it('puts the centre of mass within half a pixel of the centre, wherever the ink was', () => {
    for (const [left, top] of [
      [0, 0],
      [130, 200],
      [300, 10],
    ] as const) {
      const { x, y } = centreOf(prepareDrawing(seven(left, top), SIZE))
      expect(Math.abs(x - 14)).toBeLessThanOrEqual(0.5)
      expect(Math.abs(y - 14)).toBeLessThanOrEqual(0.5)
    }
  })

  it('centres by mass, not by the box', () => {
    // A blot at the left end of a thin line: the mass is far left of the middle of the box.
    const blot = field(280, 280, (x, y) =>
      (x < 40 && y < 60) || (x < 200 && Math.abs(y - 30) < 6) ? 1 : 0,
    )
    const prepared = prepareDrawing(blot, SIZE)
    const columns = [...prepared.keys()].filter((i) => prepared[i]! > 0).map((i) => i % 28)
    expect(Math.abs(centreOf(prepared).x - 14)).toBeLessThanOrEqual(0.5)
    expect((Math.min(...columns) + Math.max(...columns) + 1) / 2).toBeGreaterThan(16)
  })

  it('gives the same picture of the same shape at twice the size', () => {
    const small = prepareDrawing(seven(20, 20), SIZE)
    const large = prepareDrawing(seven(50, 60, 2), SIZE)
    for (const [i, value] of small.entries()) expect(Math.abs(value - large[i]!)).toBeLessThan(0.2)
    const mean = small.reduce((sum, value, i) => sum + Math.abs(value - large[i]!), 0) / 784
    expect(mean).toBeLessThan(0.01)
  })

  it('is linear in the ink, and keeps its mass', () => {
    const drawn = seven(40, 30)
    const full = prepareDrawing(drawn, SIZE)
    const half = prepareDrawing({ ...drawn, values: drawn.values.map((v) => v / 2) }, SIZE)
    for (const [i, value] of full.entries()) expect(half[i]).toBeCloseTo(value / 2, 6)
    const scale = 20 / 150
    const mass = drawn.values.reduce((a, b) => a + b, 0) * scale ** 2
    expect(full.reduce((a, b) => a + b, 0)).toBeCloseTo(mass, 2)
    expect(Math.max(...full)).toBeLessThanOrEqual(1 + 1e-6)
  })

  it('leaves a picture that was prepared before as it is', () => {
    const prepared = prepareDrawing(seven(40, 30), SIZE)
    const enlarged = field(
      224,
      224,
      (x, y) => prepared[Math.floor(y / 8) * 28 + Math.floor(x / 8)]!,
    )
    for (const [i, value] of prepareDrawing(enlarged, SIZE).entries())
      expect(value).toBeCloseTo(prepared[i]!, 6)
  })

  it('takes 5 / 7 of fields of other sizes, by the side that fills up first', () => {
    const wide = field(100, 100, (x, y) => (x >= 10 && x < 90 && y >= 40 && y < 50 ? 1 : 0))
    const prepared = prepareDrawing(wide, { width: 56, height: 14 })
    const columns = [...prepared.keys()].filter((i) => prepared[i]! > 0).map((i) => i % 56)
    expect(Math.max(...columns) - Math.min(...columns) + 1).toBe(40)
    expect(prepared.reduce((a, b) => a + b, 0)).toBeCloseTo(40 * 5, 3)
  })

  it('makes nothing of nothing, and one grey box of one dot', () => {
    expect(
      prepareDrawing(
        field(224, 224, () => 0),
        SIZE,
      ),
    ).toEqual(new Float32Array(784))
    const dot = prepareDrawing(
      field(224, 224, (x, y) => (x === 3 && y === 5 ? 0.5 : 0)),
      SIZE,
    )
    expect(boxOf(dot)).toEqual({ width: 20, height: 20 })
    expect(dot.reduce((a, b) => a + b, 0)).toBeCloseTo(400 * 0.5, 3)
  })

  it('keeps ink inside the field where its mass is at one end', () => {
    // Nearly all of the mass is at the left edge of the box.
    const lopsided = field(400, 400, (x, y) =>
      x < 10 && y < 10 ? 1 : y === 5 && x < 390 ? 0.001 : 0,
    )
    const prepared = prepareDrawing(lopsided, SIZE)
    const mass = lopsided.values.reduce((a, b) => a + b, 0) * (20 / 390) ** 2
    expect(prepared.reduce((a, b) => a + b, 0)).toBeCloseTo(mass, 4)
  })
})

describe('a field in another size', () => {
  it('has the means of what its pixels cover, also in part', () => {
    const scaled = scaledField(
      field(3, 1, (x) => x),
      { width: 2, height: 1 },
    )
    // Pixels of 1.5: (0 + ½ · 1) / 1.5 and (½ · 1 + 2) / 1.5.
    expect(scaled[0]).toBeCloseTo(1 / 3, 6)
    expect(scaled[1]).toBeCloseTo(5 / 3, 6)
  })
})
