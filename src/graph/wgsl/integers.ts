import type { WgslFunctions } from './wgsl-function.ts'

/** 64-bit integers in two's complement, as pairs of 32-bit halves, the low one first; they wrap around. */
export const integers: WgslFunctions = {
  i64_add: {
    code: `fn i64_add(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let low = a.x + b.x;
  return vec2<u32>(low, a.y + b.y + select(0u, 1u, low < a.x));
}`,
  },
  i64_sub: {
    code: `fn i64_sub(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  return vec2<u32>(a.x - b.x, a.y - b.y - select(0u, 1u, a.x < b.x));
}`,
  },
  i64_neg: {
    calls: ['i64_sub'],
    code: `fn i64_neg(a: vec2<u32>) -> vec2<u32> {
  return i64_sub(vec2<u32>(0u, 0u), a);
}`,
  },
  // All 64 bits of a product, from the four products of 16-bit halves.
  u32_product: {
    code: `fn u32_product(a: u32, b: u32) -> vec2<u32> {
  let a0 = a & 0xffffu;
  let a1 = a >> 16u;
  let b0 = b & 0xffffu;
  let b1 = b >> 16u;
  let low = a0 * b0;
  let middle = a1 * b0 + (low >> 16u);
  let carried = a0 * b1 + (middle & 0xffffu);
  return vec2<u32>((carried << 16u) | (low & 0xffffu), a1 * b1 + (middle >> 16u) + (carried >> 16u));
}`,
  },
  i64_mul: {
    calls: ['u32_product'],
    code: `fn i64_mul(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let low = u32_product(a.x, b.x);
  return vec2<u32>(low.x, low.y + a.x * b.y + a.y * b.x);
}`,
  },
  // A shift of u32 by 32 or more is taken modulo 32.
  i64_shift_right: {
    code: `fn i64_shift_right(a: vec2<u32>, bits: u32) -> vec2<u32> {
  let part = bits & 31u;
  let crossing = select(a.y << (32u - part), 0u, part == 0u);
  let near = vec2<u32>((a.x >> part) | crossing, a.y >> part);
  return select(near, vec2<u32>(near.y, 0u), bits >= 32u);
}`,
  },
  i64_shift_left: {
    code: `fn i64_shift_left(a: vec2<u32>, bits: u32) -> vec2<u32> {
  let part = bits & 31u;
  let crossing = select(a.x >> (32u - part), 0u, part == 0u);
  let near = vec2<u32>(a.x << part, (a.y << part) | crossing);
  return select(near, vec2<u32>(0u, near.x), bits >= 32u);
}`,
  },
  i64_less: {
    code: `fn i64_less(a: vec2<u32>, b: vec2<u32>) -> bool {
  return bitcast<i32>(a.y) < bitcast<i32>(b.y) || (a.y == b.y && a.x < b.x);
}`,
  },
  i64_equal: {
    code: `fn i64_equal(a: vec2<u32>, b: vec2<u32>) -> bool {
  return a.x == b.x && a.y == b.y;
}`,
  },
  // Towards zero. What does not fit, and NaN, becomes -2⁶³, as on x86.
  i64_from_f32: {
    calls: ['i64_neg', 'i64_shift_left'],
    code: `fn i64_from_f32(x: f32) -> vec2<u32> {
  let bits = bitcast<u32>(x);
  let exponent = (bits >> 23u) & 255u;
  let digits = (bits & 0x7fffffu) | 0x800000u;
  let small = vec2<u32>(select(digits >> ((150u - exponent) & 31u), 0u, exponent < 127u), 0u);
  let large = i64_shift_left(vec2<u32>(digits, 0u), (exponent - 150u) & 63u);
  let size = select(large, small, exponent < 150u);
  let whole = select(size, i64_neg(size), (bits >> 31u) == 1u);
  return select(whole, vec2<u32>(0u, 0x80000000u), exponent >= 190u);
}`,
  },
  // To the nearest float, ties to even. A carry out of the digits adds one to the exponent, as it should; `kept` has the
  // leading one, hence 189 and not 190.
  i64_to_f32: {
    calls: ['i64_neg', 'i64_shift_left'],
    code: `fn i64_to_f32(a: vec2<u32>) -> f32 {
  let negative = a.y >> 31u;
  let size = select(a, i64_neg(a), negative == 1u);
  let zeros = select(countLeadingZeros(size.y), 32u + countLeadingZeros(size.x), size.y == 0u);
  let shifted = i64_shift_left(size, zeros & 63u);
  let kept = shifted.y >> 8u;
  let dropped = shifted.y & 255u;
  let above = dropped > 128u || (dropped == 128u && (shifted.x != 0u || (kept & 1u) == 1u));
  let bits = ((189u - zeros) << 23u) + kept + select(0u, 1u, above);
  return bitcast<f32>(select(bits | (negative << 31u), 0u, zeros == 64u));
}`,
  },
}
