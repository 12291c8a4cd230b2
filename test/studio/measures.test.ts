import { describe, expect, it } from 'vitest'
import { stream } from '../../src/tensor/random.ts'
import { measured } from '../../studio/src/session/measures.ts'
import { umapOf } from '../../studio/src/session/umap.ts'

const SIZE = 28
const shape = { width: SIZE, height: SIZE, channels: 1 }

/** A picture whose ink is where a function says, at the middle of each pixel; the brighter, the more of it is covered. */
function drawn(isInk: (x: number, y: number) => boolean, samples = 1): Float32Array {
  return Float32Array.from({ length: SIZE * SIZE }, (_, i) => {
    const [x, y] = [i % SIZE, Math.floor(i / SIZE)]
    let covered = 0
    for (let a = 0; a < samples; a++)
      for (let b = 0; b < samples; b++)
        if (isInk(x + (a + 0.5) / samples, y + (b + 0.5) / samples)) covered++
    return covered / samples ** 2
  })
}

/** A bar of so many pixels across, from y = 4 to 24, whose top leans to the right by so many degrees. */
const bar = (width: number, degrees = 0, samples = 8) =>
  drawn((x, y) => {
    const middle = SIZE / 2 - (y - SIZE / 2) * Math.tan((degrees * Math.PI) / 180)
    return y > 4 && y < 24 && Math.abs(x - middle) < width / 2
  }, samples)

const of = (picture: Float32Array) => measured(picture, shape)[0]!

describe('measures of pictures', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])(
    'find an upright bar of %i pixels as thick and as wide',
    (width) => {
      // An odd number of pixels has a pixel in its middle.
      const picture = drawn(
        (x, y) => y > 4 && y < 24 && Math.abs(x - SIZE / 2 - (width % 2) / 2) < width / 2,
      )
      const { thickness, width: across, slant } = of(picture)
      expect(Math.abs(thickness - width)).toBeLessThan(0.1)
      expect(across).toBe(width)
      expect(slant).toBeCloseTo(0, 9)
    },
  )

  it.each([-40, -25, -10, 5, 20, 35])(
    'find a bar that leans by %i degrees, to the right where positive',
    (degrees) => {
      const { slant, thickness } = of(bar(4, degrees))
      expect(Math.abs(slant - degrees)).toBeLessThan(1)
      // Across the bar it is thinner than along a row.
      expect(Math.abs(thickness - 4 * Math.cos((degrees * Math.PI) / 180))).toBeLessThan(0.5)
    },
  )

  it('grow with the bar, whatever its slant', () => {
    for (const degrees of [0, 15, 30]) {
      const found = [2, 4, 6, 8].map((width) => of(bar(width, degrees)).thickness)
      expect(found).toEqual(found.toSorted((a, b) => a - b))
      expect(new Set(found).size).toBe(4)
    }
  })

  it('find the width of two bars from the left of one to the right of the other', () => {
    const { width, thickness } = of(
      drawn((x, y) => y > 4 && y < 24 && ((x > 3 && x < 6) || (x > 20 && x < 24))),
    )
    expect(width).toBe(21)
    expect(Math.abs(thickness - 3.5)).toBeLessThan(0.2)
  })

  it('of several pictures and channels are those of each, by its brightest channel', () => {
    const [thin, thick] = [bar(2), bar(6)]
    const dark = new Float32Array(SIZE * SIZE)
    const two = Float32Array.from([...dark, ...thin, ...dark, ...thick, ...dark, ...dark])
    expect(measured(two, { ...shape, channels: 3 })).toEqual([of(thin), of(thick)])
  })

  it('of a picture without ink are 0', () => {
    expect(of(new Float32Array(SIZE * SIZE))).toEqual({ thickness: 0, slant: 0, width: 0 })
  })

  it('do not depend on how bright the ink is', () => {
    const faint = bar(4, 20).map((value) => value * 0.3)
    expect(of(faint).thickness).toBeCloseTo(of(bar(4, 20)).thickness, 9)
    expect(of(faint).slant).toBeCloseTo(of(bar(4, 20)).slant, 4)
  })
})

describe('UMAP', () => {
  const { normal } = stream(1, 'two blobs')
  const blobs = Array.from({ length: 80 }, (_, i) =>
    Array.from({ length: 5 }, () => normal() + (i < 40 ? -20 : 20)),
  )

  it('gives the same places again, and sets two far groups apart', async () => {
    const shares: number[] = []
    const places = await umapOf(blobs, (share) => shares.push(share))
    expect(await umapOf(blobs, () => {})).toEqual(places)
    expect(shares.at(-1)).toBe(1)
    const at = (i: number) => [places[2 * i]!, places[2 * i + 1]!] as const
    const apart = (i: number, j: number) => Math.hypot(at(i)[0] - at(j)[0], at(i)[1] - at(j)[1])
    // Each point's nearest is of its own group.
    for (let i = 0; i < 80; i++) {
      const others = [...blobs.keys()].filter((j) => j !== i)
      const nearest = others.reduce((a, b) => (apart(i, a) < apart(i, b) ? a : b))
      expect(nearest < 40).toBe(i < 40)
    }
    const middle = (from: number) =>
      [0, 1].map(
        (d) => Array.from({ length: 40 }, (_, i) => at(from + i)[d]!).reduce((a, b) => a + b) / 40,
      )
    const [a, b] = [middle(0), middle(40)] as [number[], number[]]
    const spread = Math.max(
      ...Array.from({ length: 40 }, (_, i) => Math.hypot(at(i)[0] - a[0]!, at(i)[1] - a[1]!)),
    )
    expect(Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!)).toBeGreaterThan(spread)
  })

  it.each([1, 2, 3, 4])('places %i points', async (count) => {
    const places = await umapOf(blobs.slice(0, count), () => {})
    expect(places).toHaveLength(2 * count)
    expect(places.every(Number.isFinite)).toBe(true)
  })
})
