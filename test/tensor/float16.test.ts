import { describe, expect, it } from 'vitest'
import { fromFloat16, toFloat16, toFloat16s } from '../../src/tensor/float16.ts'

const INFINITY = 0x7c00

describe('float16', () => {
  it('has the values of IEEE 754', () => {
    const known: [bits: number, value: number][] = [
      [0x0000, 0],
      [0x8000, -0],
      [0x0001, 2 ** -24],
      [0x03ff, 2 ** -14 - 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3555, 0.333251953125],
      [0x3c00, 1],
      [0xc100, -2.5],
      [0x7bff, 65504],
      [0x7c00, Number.POSITIVE_INFINITY],
      [0xfc00, Number.NEGATIVE_INFINITY],
      [0x7e00, Number.NaN],
    ]
    for (const [bits, value] of known) expect(fromFloat16(bits), bits.toString(16)).toBe(value)
  })

  it('comes back from the value of each of its 65536 patterns', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits)
    const values = Float32Array.from(all, fromFloat16)
    const isNaN16 = (bits: number) => (bits & 0x7fff) > INFINITY
    const wrong = toFloat16s(values).filter((bits, at) =>
      isNaN16(at) ? !isNaN16(bits) : bits !== at,
    )
    expect(Array.from(wrong)).toEqual([])
    expect(values.filter(Number.isNaN)).toHaveLength(2 * 1023)
  })

  it('rounds to the nearest, and to even bits halfway, also below the normal numbers and at infinity', () => {
    for (let bits = 0; bits < INFINITY; bits++) {
      const low = fromFloat16(bits)
      // The step to infinity is as wide as the one before it.
      const high = bits + 1 === INFINITY ? 65536 : fromFloat16(bits + 1)
      const middle = (low + high) / 2
      const even = bits % 2 === 0 ? bits : bits + 1
      const [below, above] = [next(middle, -1), next(middle, 1)]
      const got = [below, middle, above].map(toFloat16)
      if (got[0] !== bits || got[1] !== even || got[2] !== bits + 1)
        expect(got, `between ${low} and ${high}`).toEqual([bits, even, bits + 1])
      if (toFloat16(-middle) !== even + 0x8000)
        expect(toFloat16(-middle), `-${middle}`).toBe(even + 0x8000)
    }
  })

  it('is infinite beyond its range, and keeps the sign of 0', () => {
    expect([65519.99, 65520, 1e38, -65520, -1e-30, 1e-30].map(toFloat16)).toEqual([
      0x7bff, 0x7c00, 0x7c00, 0xfc00, 0x8000, 0x0000,
    ])
  })
})

/** The float32 beside a positive one. */
function next(value: number, direction: 1 | -1): number {
  const floats = Float32Array.of(value)
  new Uint32Array(floats.buffer)[0]! += direction
  return floats[0]!
}
