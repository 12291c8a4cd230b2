import type { WgslFunctions } from './wgsl-function.ts'

/**
 * What depends on NaN or infinity. WGSL lets a compiler assume that neither occurs (section "Floating point evaluation"),
 * and Metal's fast mathematics does, so these look at the bits. A NaN that is the result is an operand, passed on.
 */
export const special: WgslFunctions = {
  op_isnan: {
    code: `fn op_isnan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}`,
  },
  // A const-expression may be neither; a variable is none.
  op_infinity: {
    code: `fn op_infinity() -> f32 {
  var bits = 0x7f800000u;
  return bitcast<f32>(bits);
}`,
  },
  op_nan: {
    code: `fn op_nan() -> f32 {
  var bits = 0x7fc00000u;
  return bitcast<f32>(bits);
}`,
  },
  op_nonfinite: {
    calls: ['op_nan'],
    code: `fn op_nonfinite(x: f32) -> f32 {
  return select(0.0, op_nan(), (bitcast<u32>(x) & 0x7f800000u) == 0x7f800000u);
}`,
  },
  // The bits of -0 … -infinity are 0x80000000 … 0xff800000; those of NaN and of positive numbers are none of them.
  op_relu: {
    code: `fn op_relu(x: f32) -> f32 {
  return select(x, 0.0, bitcast<u32>(x) - 0x80000000u <= 0x7f800000u);
}`,
  },
  op_sign: {
    calls: ['op_isnan'],
    code: `fn op_sign(x: f32) -> f32 {
  return select(sign(x), x, op_isnan(x));
}`,
  },
  op_max: {
    calls: ['op_isnan'],
    code: `fn op_max(x: f32, y: f32) -> f32 {
  return select(select(max(x, y), y, op_isnan(y)), x, op_isnan(x));
}`,
  },
  op_min: {
    calls: ['op_isnan'],
    code: `fn op_min(x: f32, y: f32) -> f32 {
  return select(select(min(x, y), y, op_isnan(y)), x, op_isnan(x));
}`,
  },
  op_clip: {
    calls: ['op_isnan'],
    code: `fn op_clip(x: f32, low: f32, high: f32) -> f32 {
  return select(min(max(x, low), high), x, op_isnan(x));
}`,
  },
  op_equal: {
    calls: ['op_isnan'],
    code: `fn op_equal(x: f32, y: f32) -> bool {
  return x == y && !op_isnan(x) && !op_isnan(y);
}`,
  },
  op_less: {
    calls: ['op_isnan'],
    code: `fn op_less(x: f32, y: f32) -> bool {
  return x < y && !op_isnan(x) && !op_isnan(y);
}`,
  },
}
