import { describe, expect, it } from 'vitest'
import { digitsOf, rangeOf } from '../../studio/src/page/map/number-range.ts'
import { isInk, valuesOfBytes, writePicture } from '../../studio/src/page/map/picture-pixels.ts'
import { styleOf } from '../../studio/src/page/map/point-layer.ts'

describe('the scale of numbers', () => {
  it('reaches from the least to the largest', () => {
    const range = rangeOf(new Float32Array([3, Number.NaN, -1, 2, 10]))
    expect(range).toEqual({ low: -1, high: 10, below: false, above: false })
  })

  it('leaves out a long tail, and says on which side', () => {
    const values = Float32Array.from({ length: 1001 }, (_, i) => i / 1000)
    values[1000] = 50
    const { low, high, below, above } = rangeOf(values)
    expect(low).toBeCloseTo(0.01, 6)
    expect(high).toBeCloseTo(0.99, 6)
    expect([below, above]).toEqual([true, true])
  })

  it('has the decimals that tell its ends apart', () => {
    expect(digitsOf(0, 250)).toBe(0)
    expect(digitsOf(0, 3)).toBe(2)
    expect(digitsOf(0.1, 0.12)).toBe(4)
  })
})

describe('pictures', () => {
  const shape = { width: 2, height: 1, channels: 3 }
  it('are written from planes of red, green and blue', () => {
    const pixels = new Uint8ClampedArray(8)
    writePicture(pixels, new Float32Array([9, 1, 0, 0, 0.5, 0, 2]), 1, shape)
    expect([...pixels]).toEqual([255, 0, 0, 255, 0, 128, 255, 255])
  })

  it('of ink have as much of it as their values say, on nothing', () => {
    const pixels = new Uint8ClampedArray(8)
    writePicture(pixels, new Float32Array([1, 0.2]), 0, { ...shape, channels: 1 }, [10, 20, 30])
    expect([...pixels]).toEqual([10, 20, 30, 255, 10, 20, 30, 51])
  })

  it('come back from bytes that hold their channels side by side', () => {
    const values = valuesOfBytes(Uint8Array.of(255, 0, 51, 0, 255, 102), shape)
    expect([...values].map((value) => +value.toFixed(3))).toEqual([1, 0, 0, 1, 0.2, 0.4])
  })

  it('are ink where their borders are empty', () => {
    const grey = { width: 3, height: 3, channels: 1 }
    const stroke = new Float32Array([0, 0, 0, 0, 1, 0, 0, 0, 0])
    expect(isInk(stroke, grey)).toBe(true)
    expect(
      isInk(
        stroke.map((value) => 1 - value),
        grey,
      ),
    ).toBe(false)
    expect(isInk(new Float32Array(27), { ...grey, channels: 3 })).toBe(false)
  })
})

describe('points', () => {
  const size = { width: 700, height: 600 }
  it('are smaller and fainter the more there are, and larger and bolder the nearer one is', () => {
    const few = styleOf(500, 1, size, false)
    const many = styleOf(100_000, 1, size, false)
    const near = styleOf(100_000, 20, size, false)
    expect(few.diameter).toBe(6)
    expect(many.diameter).toBe(2)
    expect(many.opacity).toBeLessThan(few.opacity)
    expect(near.diameter).toBe(5)
    expect(near.opacity).toBeGreaterThan(many.opacity)
  })
})
