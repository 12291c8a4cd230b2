import { describe, expect, it } from 'vitest'
import { gridPixels, heatOf, heatPixels } from '../../../studio/src/page/pixels.ts'

const pixel = (
  { data, width }: { data: Uint8ClampedArray; width: number },
  x: number,
  y: number,
): number[] => [...data.slice(4 * (y * width + x), 4 * (y * width + x) + 4)]

describe('pixels of pictures', () => {
  it('places pictures row by row, with clear pixels between them', () => {
    const values = Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
    const grid = gridPixels(values, { width: 2, height: 1, channels: 1 }, { columns: 2, gap: 1 })
    expect([grid.width, grid.height]).toEqual([5, 3])
    expect(pixel(grid, 0, 0)).toEqual([26, 26, 26, 255])
    expect(pixel(grid, 1, 0)).toEqual([51, 51, 51, 255])
    expect(pixel(grid, 2, 0)).toEqual([0, 0, 0, 0])
    expect(pixel(grid, 3, 0)).toEqual([77, 77, 77, 255])
    expect(pixel(grid, 0, 2)).toEqual([128, 128, 128, 255])
    expect(pixel(grid, 3, 2)).toEqual([0, 0, 0, 0])
  })

  it('takes colours channel by channel, and clamps what lies outside of 0 to 1', () => {
    const values = Float32Array.of(1, 0, 0.5, 2, -1, 0.2)
    const grid = gridPixels(values, { width: 2, height: 1, channels: 3 }, { columns: 1, gap: 0 })
    expect(pixel(grid, 0, 0)).toEqual([255, 128, 0, 255])
    expect(pixel(grid, 1, 0)).toEqual([0, 255, 51, 255])
  })
})

describe('heat', () => {
  it('is summed over channels, relative to the largest, and nothing for what lowers the score', () => {
    const shares = Float32Array.of(1, -5, 0.5, 3, 1, 0)
    const heat = heatOf(shares, { width: 3, height: 1, channels: 2 })
    expect([...heat]).toEqual([1, 0.25, 0.125])
  })

  it('is 0 everywhere where nothing adds to the score', () => {
    const heat = heatOf(Float32Array.of(0, -1), { width: 2, height: 1, channels: 1 })
    expect([...heat]).toEqual([0, 0])
  })

  it('replaces the dimmed picture by the colour, in proportion', () => {
    const shape = { width: 3, height: 1, channels: 1 }
    const values = Float32Array.of(1, 1, 0)
    const pixels = heatPixels(values, Float32Array.of(0, 1, 0.5), shape, [200, 100, 40])
    const dimmed = Math.round(0.55 * 255)
    expect(pixel(pixels, 0, 0)).toEqual([dimmed, dimmed, dimmed, 255])
    expect(pixel(pixels, 1, 0)).toEqual([200, 100, 40, 255])
    expect(pixel(pixels, 2, 0)).toEqual([100, 50, 20, 255])
  })
})
