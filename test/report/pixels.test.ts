import fc from 'fast-check'
import { decode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import type { Picture } from '../../src/report/picture.ts'
import {
  aroundGrey,
  encodePng,
  imageGrid,
  placeBeside,
  stackPictures,
} from '../../src/report/pixels.ts'
import { UserError } from '../../src/tensor/errors.ts'

/** The bytes as rows, for small grey pictures. */
function rows(picture: Picture): number[][] {
  const stride = picture.width * picture.channels
  return Array.from({ length: picture.height }, (_, row) =>
    Array.from(picture.data.subarray(row * stride, (row + 1) * stride)),
  )
}

describe('imageGrid', () => {
  it('lays examples out row by row with gaps between them and grey in the unused places', () => {
    // Three examples of 2 rows and 1 column: levels 0, 51 | 102, 153 | 204, 255.
    const values = [0, 0.2, 0.4, 0.6, 0.8, 1]
    const grid = imageGrid(values, [2, 1], { columns: 2, scale: 1, gap: 1, gapColour: 7 })
    expect(rows(grid)).toEqual([
      [0, 7, 102],
      [51, 7, 153],
      [7, 7, 7],
      [204, 7, 7],
      [255, 7, 7],
    ])
  })

  it('repeats each pixel in a square of `scale`, and not the gap', () => {
    const grid = imageGrid([0, 1, 1, 0], [1, 1, 2], { columns: 2, scale: 2, gap: 1, gapColour: 9 })
    const line = [0, 0, 255, 255, 9, 255, 255, 0, 0]
    expect(rows(grid)).toEqual([line, line])
  })

  it('interleaves the channel planes of a colour image', () => {
    // [3, 1, 2]: red plane, green plane, blue plane.
    const grid = imageGrid([1, 0, 0, 1, 0, 0.2], [3, 1, 2], { columns: 1, scale: 1 })
    expect(grid.channels).toBe(3)
    expect(rows(grid)).toEqual([[255, 0, 0, 0, 255, 51]])
  })

  it('has every pixel of every example where row, column and scale put it', () => {
    const small = fc.integer({ min: 1, max: 4 })
    const property = fc.property(
      fc.record({ channels: fc.constantFrom(1, 3), height: small, width: small, n: small }),
      fc.record({ columns: small, scale: small, gap: fc.integer({ min: 0, max: 3 }) }),
      ({ channels, height, width, n }, options) => {
        const size = channels * height * width
        const values = Array.from({ length: n * size }, (_, i) => ((i * 37) % 256) / 255)
        const grid = imageGrid(values, [channels, height, width], options)
        const columns = Math.min(options.columns, n)
        const step = (side: number) => side * options.scale + options.gap
        expect(grid.width).toBe(columns * step(width) - options.gap)
        expect(grid.height).toBe(Math.ceil(n / columns) * step(height) - options.gap)
        for (let i = 0; i < n * size; i++) {
          const [example, rest] = [Math.floor(i / size), i % size]
          const [channel, pixel] = [Math.floor(rest / (height * width)), rest % (height * width)]
          const last = options.scale - 1
          const y = Math.floor(example / columns) * step(height)
          const x = (example % columns) * step(width)
          const row = y + Math.floor(pixel / width) * options.scale + last
          const column = x + (pixel % width) * options.scale + last
          expect(grid.data[(row * grid.width + column) * channels + channel]).toBe((i * 37) % 256)
        }
      },
    )
    fc.assert(property, { numRuns: 60 })
  })

  it('clamps what lies outside 0 and 1 and rounds the rest to the nearest level', () => {
    const grid = imageGrid([-3, 2, 0.501, 0.4999], [1, 4], { columns: 1, scale: 1 })
    expect(rows(grid)).toEqual([[0, 255, 128, 127]])
  })

  it('paints magenta where a grey value is not finite, and keeps the others grey', () => {
    const grid = imageGrid([Number.NaN, 0.2, Number.POSITIVE_INFINITY], [1, 3], {
      columns: 1,
      scale: 1,
    })
    expect(grid.channels).toBe(3)
    expect(rows(grid)).toEqual([[255, 0, 255, 51, 51, 51, 255, 0, 255]])
  })

  it('draws only the first `count` examples', () => {
    const grid = imageGrid([0, 0.2, 0.4], [1, 1], { columns: 5, count: 2, scale: 1, gap: 0 })
    expect(rows(grid)).toEqual([[0, 51]])
  })

  it('enlarges MNIST digits twice, small images more, and never beyond the page', () => {
    const width = (shape: number[], columns: number) =>
      imageGrid(new Float32Array(columns * shape[0]! * shape[1]!), shape, { columns }).width
    expect(width([28, 28], 16)).toBe(16 * 56 + 15)
    expect(width([28, 28], 20)).toBe(20 * 28 + 19)
    expect(width([8, 8], 1)).toBe(64)
    expect(width([200, 200], 1)).toBe(200)
  })

  it('refuses shapes that are no images and values that are no whole number of examples', () => {
    expect(() => imageGrid([0, 0], [2], { columns: 1 })).toThrow(UserError)
    expect(() => imageGrid([0, 0], [2, 1, 1], { columns: 1 })).toThrow(/1 or 3 channels/)
    expect(() => imageGrid([0, 0, 0], [1, 2], { columns: 1 })).toThrow(RangeError)
    expect(() => imageGrid([], [1, 2], { columns: 1 })).toThrow(RangeError)
    expect(() => imageGrid([0], [1, 1], { columns: 0 })).toThrow(/columns is 0/)
  })
})

describe('stackPictures', () => {
  it('puts pictures under each other, fills narrow ones up and turns grey into RGB beside RGB', () => {
    const grey: Picture = { width: 1, height: 1, channels: 1, data: Uint8Array.of(50) }
    const colour: Picture = {
      width: 2,
      height: 1,
      channels: 3,
      data: Uint8Array.of(1, 2, 3, 4, 5, 6),
    }
    const stack = stackPictures([grey, colour], { gap: 1, gapColour: 8 })
    expect(rows(stack)).toEqual([
      [50, 50, 50, 8, 8, 8],
      [8, 8, 8, 8, 8, 8],
      [1, 2, 3, 4, 5, 6],
    ])
  })
})

describe('encodePng', () => {
  it.each([1, 3] as const)(
    'decodes back to the same %i-channel pixels, for odd sizes too',
    (channels) => {
      const data = Uint8Array.from({ length: 7 * 5 * channels }, (_, i) => (i * 89) % 256)
      const decoded = decode(encodePng({ width: 7, height: 5, channels, data }))
      expect([decoded.width, decoded.height, decoded.channels, decoded.depth]).toEqual([
        7,
        5,
        channels,
        8,
      ])
      expect(Array.from(decoded.data)).toEqual(Array.from(data))
    },
  )
})

describe('placeBeside', () => {
  const grey = (values: number[], height: number) =>
    imageGrid(values, [height, values.length / height], { columns: 1, scale: 1 })

  it('sets pictures beside each other and fills up the lower one below', () => {
    const row = placeBeside([grey([1, 1], 2), grey([0.2, 0.4], 1)], { gap: 1, gapColour: 9 })
    expect(rows(row)).toEqual([
      [255, 9, 51, 102],
      [255, 9, 9, 9],
    ])
  })

  it('makes grey pictures RGB beside one in colour', () => {
    const colour = imageGrid([1, 0, 0], [3, 1, 1], { columns: 1, scale: 1 })
    const row = placeBeside([grey([0.2], 1), colour], { gap: 0 })
    expect(rows(row)).toEqual([[51, 51, 51, 255, 0, 0]])
  })

  it('refuses to place nothing', () => {
    expect(() => placeBeside([])).toThrow(RangeError)
  })
})

describe('aroundGrey', () => {
  it('makes 0 the middle grey and the largest magnitude of each example black or white', () => {
    const levels = aroundGrey([0, 1, -2, 0, 30, 10], 3)
    expect([...levels]).toEqual([0.5, 0.75, 0, 0.5, 1, Math.fround(0.5 + 1 / 6)])
  })

  it('leaves an example of zeros grey', () => {
    expect([...aroundGrey([0, 0, 5, 0], 2)]).toEqual([0.5, 0.5, 1, 0.5])
  })
})
