import { describe, expect, it } from 'vitest'
import { discOf, divideByOpacity, numberOfColour, splat } from '../../studio/src/page/map/splat.ts'

const SIDE = 24
const channels = (pixel: number) => [0, 8, 16, 24].map((shift) => (pixel >>> shift) & 0xff)

/** Draws discs `[x, y, colour, opacity of 256]` of a diameter. */
function drawn(diameter: number, discs: readonly (readonly [number, number, string, number])[]) {
  const pixels = new Uint32Array(SIDE * SIDE)
  const disc = discOf(diameter)
  for (const [x, y, colour, opacity] of discs)
    splat(pixels, SIDE, SIDE, disc, x, y, numberOfColour(colour), opacity)
  return pixels
}

describe('points drawn by the processor', () => {
  it('cover the area of their disc, around their middle', () => {
    const pixels = drawn(8, [[12.25, 9.5, '#ffffff', 256]])
    let [area, x, y] = [0, 0, 0]
    pixels.forEach((pixel, i) => {
      const cover = (pixel >>> 24) / 255
      area += cover
      x += cover * ((i % SIDE) + 0.5)
      y += cover * (Math.floor(i / SIDE) + 0.5)
    })
    expect(Math.abs(area / (Math.PI * 16) - 1)).toBeLessThan(0.03)
    expect(x / area).toBeCloseTo(12.25, 1)
    expect(y / area).toBeCloseTo(9.5, 1)
  })

  it('have their colour, and their opacity over nothing', () => {
    const pixels = drawn(8, [[12, 12, '#c86432', 128]])
    divideByOpacity(pixels)
    const [red, green, blue, alpha] = channels(pixels[12 * SIDE + 12]!)
    expect(Math.abs(red! - 200)).toBeLessThanOrEqual(2)
    expect(Math.abs(green! - 100)).toBeLessThanOrEqual(2)
    expect(Math.abs(blue! - 50)).toBeLessThanOrEqual(2)
    expect(Math.abs(alpha! - 128)).toBeLessThanOrEqual(1)
  })

  it('are blended over each other, the last on top', () => {
    const pixels = drawn(8, [
      [12, 12, '#ff0000', 256],
      [12, 12, '#0000ff', 64],
    ])
    const [red, green, blue, alpha] = channels(pixels[12 * SIDE + 12]!)
    expect(Math.abs(red! - 191)).toBeLessThanOrEqual(2)
    expect(green).toBe(0)
    expect(Math.abs(blue! - 64)).toBeLessThanOrEqual(2)
    expect(alpha! >= 253).toBe(true)
  })

  it('are left out where they would reach over the edge', () => {
    expect(drawn(8, [[1, 12, '#ffffff', 256]]).every((pixel) => pixel === 0)).toBe(true)
    expect(drawn(8, [[12, 23, '#ffffff', 256]]).every((pixel) => pixel === 0)).toBe(true)
  })
})
