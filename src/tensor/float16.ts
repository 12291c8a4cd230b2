/**
 * IEEE 754 binary16 by its 16 bits: 1 of sign, 5 of exponent, 10 of fraction. The largest finite value is 65504, the
 * smallest normal one 2^-14, the smallest of all 2^-24.
 */

/** The value of 16 bits. */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** The 16 bits nearest to a float32 value, to even bits between two; infinity from 65520 on. */
export function toFloat16(value: number): number {
  return roundedBits(new Uint32Array(Float32Array.of(value).buffer)[0]!)
}

/** The 16 bits nearest to each value. */
export function toFloat16s(values: Float32Array): Uint16Array {
  const aligned = new Uint32Array(values.buffer, values.byteOffset, values.length)
  return Uint16Array.from(aligned, roundedBits)
}

/** From the bits of a float32. What carries out of the fraction raises the exponent, as it should. */
function roundedBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000
  const size = bits & 0x7fffffff
  if (size > 0x7f800000) return sign | 0x7e00
  if (size >= 0x47800000) return sign | 0x7c00
  if (size >= 0x38800000) return sign | shifted(size - 0x38000000, 13)
  // Below 2^-14 the exponent is fixed; half of 2^-24 and less is 0.
  if (size <= 0x33000000) return sign
  return sign | shifted((size & 0x7fffff) | 0x800000, 126 - (size >>> 23))
}

/** Divided by 2^count, rounded to even. */
const shifted = (whole: number, count: number): number =>
  (whole + (1 << (count - 1)) - 1 + ((whole >>> count) & 1)) >>> count
