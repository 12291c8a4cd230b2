import { describe, expect, it } from 'vitest'
import { type Fit, fitted, type Size } from '../../../src/data/pictures/fit.ts'
import { eightBits, inGrey, isGrey, over, type Rgb } from '../../../src/data/pictures/raster.ts'
import { pixels, raster } from './files.ts'

const white: Rgb = [255, 255, 255]
const resized = (image: ReturnType<typeof raster>, size: Size, how: Fit, ground: Rgb = white) =>
  Array.from(fitted(image, size, how, ground).data)

describe('a picture in another size', () => {
  it('stays as it is in its own size', () => {
    const image = raster(3, 2, [...pixels(6)])
    for (const how of ['crop', 'pad', 'stretch'] as const)
      expect(resized(image, [3, 2], how)).toEqual([...pixels(6)])
  })

  it('weights pixels by a triangle as wide as two of the new ones', () => {
    // At half the size, pixels 0 to 2 (of 0 to 3) are 0.5, 0.5 and 1.5 from the centre 1, of a reach of 2.
    const [a, b] = [
      (0.75 * 0 + 0.75 * 100 + 0.25 * 200) / 1.75,
      (0.25 * 100 + 0.75 * 200 + 0.75 * 40) / 1.75,
    ]
    expect(resized(raster(4, 1, [0, 100, 200, 40]), [2, 1], 'stretch')).toEqual([
      Math.round(a),
      Math.round(b),
    ])
    expect(resized(raster(1, 4, [0, 100, 200, 40]), [1, 2], 'stretch')).toEqual([
      Math.round(a),
      Math.round(b),
    ])
  })

  it('interpolates where it grows', () => {
    // Centres of the new pixels are at 0.25, 0.75, 1.25 and 1.75 pixels of the old.
    expect(resized(raster(2, 1, [0, 100]), [4, 1], 'stretch')).toEqual([0, 25, 75, 100])
  })

  it('keeps one colour one colour', () => {
    for (const value of [0, 1, 127, 254, 255])
      expect(new Set(resized(raster(7, 5, Array(35).fill(value)), [3, 3], 'crop'))).toEqual(
        new Set([value]),
      )
  })

  it('crops from the centre', () => {
    // Of 6 by 2, the middle 2 by 2.
    const image = raster(6, 2, [0, 0, 10, 20, 0, 0, 0, 0, 30, 40, 0, 0])
    expect(resized(image, [2, 2], 'crop')).toEqual([10, 20, 30, 40])
    const upright = raster(2, 6, [0, 0, 0, 0, 10, 20, 30, 40, 0, 0, 0, 0])
    expect(resized(upright, [2, 2], 'crop')).toEqual([10, 20, 30, 40])
  })

  it('pads with ground, the larger margin below and on the right', () => {
    expect(resized(raster(3, 1, [1, 2, 3]), [3, 4], 'pad')).toEqual([
      255, 255, 255, 1, 2, 3, 255, 255, 255, 255, 255, 255,
    ])
    const red = resized(raster(1, 2, [1, 2, 3, 4, 5, 6], 3), [2, 2], 'pad', [200, 0, 7])
    expect(red).toEqual([1, 2, 3, 200, 0, 7, 4, 5, 6, 200, 0, 7])
  })

  it('keeps channels apart', () => {
    const image = raster(2, 1, [0, 10, 20, 100, 110, 120], 3)
    expect(resized(image, [1, 1], 'stretch')).toEqual([50, 60, 70])
  })
})

describe('values of pixels', () => {
  it('of 16 bits are divided by 257 and rounded', () => {
    expect([...eightBits(Uint16Array.of(0, 128, 129, 256, 257, 385, 386, 32768, 65535))]).toEqual([
      0, 0, 1, 1, 1, 1, 2, 128, 255,
    ])
  })

  it('are laid over the ground by their opacity', () => {
    const rgba = {
      width: 3,
      height: 1,
      channels: 4,
      data: Uint8Array.of(10, 20, 30, 0, 10, 20, 30, 255, 10, 20, 30, 51),
    } as const
    expect([...over(rgba, [255, 0, 100]).data]).toEqual([255, 0, 100, 10, 20, 30, 206, 4, 86])
    const greyAlpha = { width: 1, height: 1, channels: 2, data: Uint8Array.of(100, 51) } as const
    expect(over(greyAlpha, white)).toEqual({
      width: 1,
      height: 1,
      channels: 1,
      data: Uint8Array.of(224),
    })
    expect([...over(greyAlpha, [255, 0, 0]).data]).toEqual([224, 20, 20])
  })

  it('are grey by the weights of BT.601, and grey ones stay', () => {
    const image = raster(5, 1, [255, 0, 0, 0, 255, 0, 0, 0, 255, 77, 77, 77, 1, 2, 3], 3)
    expect([...inGrey(image).data]).toEqual([76, 150, 29, 77, 2])
    expect([
      isGrey(image),
      isGrey(raster(1, 1, [9, 9, 9], 3)),
      isGrey(raster(1, 1, [9, 8, 9], 3)),
    ]).toEqual([false, true, false])
  })
})
