import { polynomialText, type WgslFunctions } from './wgsl-function.ts'

/** log 2 in two parts, the first with so few digits that its product with an exponent is exact (Cephes). */
const LOG2_HIGH = '0.693359375f'
const LOG2_LOW = '-2.12194440e-4f'

/** The polynomials of exp, log and tanh are those of Cephes (Moshier), single precision: `expf`, `logf`, `tanhf`. */
export const exponential: WgslFunctions = {
  // 2ⁿ exp r for |r| <= log 2 / 2. 2ⁿ comes in two factors, since 2¹²⁸ and 2⁻¹²⁷ are no floats.
  exp_by_parts: {
    code: `fn exp_by_parts(n: f32, r: f32) -> f32 {
  let p = ${polynomialText(
    'r',
    [
      5.0000001201e-1, 1.6666665459e-1, 4.1665795894e-2, 8.3334519073e-3, 1.3981999507e-3,
      1.98756915e-4,
    ],
  )};
  let exponent = i32(n);
  let half = exponent >> 1u;
  let first = bitcast<f32>((half + 127) << 23u);
  let second = bitcast<f32>((exponent - half + 127) << 23u);
  return (p * (r * r) + r + 1.0) * first * second;
}`,
  },
  // By fma, because a compiler with fast mathematics would otherwise add both parts of log 2 up first.
  op_exp: {
    calls: ['exp_by_parts', 'op_infinity', 'op_isnan'],
    code: `fn op_exp(x: f32) -> f32 {
  let inside = clamp(x, -105.0, 89.0);
  let n = floor(inside * 1.44269504 + 0.5);
  let r = fma(-n, ${LOG2_LOW}, fma(-n, ${LOG2_HIGH}, inside));
  let y = select(exp_by_parts(n, r), op_infinity(), x > 88.7228394);
  return select(y, x, op_isnan(x));
}`,
  },
  // log(1 + m) - m for m between √½ - 1 and √2 - 1.
  log_rest: {
    code: `fn log_rest(m: f32) -> f32 {
  let z = m * m;
  let p = ${polynomialText(
    'm',
    [
      3.3333331174e-1, -2.4999993993e-1, 2.0000714765e-1, -1.6668057665e-1, 1.4249322787e-1,
      -1.2420140846e-1, 1.167699874e-1, -1.151461031e-1, 7.0376836292e-2,
    ],
  )};
  return p * m * z - z * 0.5;
}`,
  },
  // |x| = 2ᵉ (1 + m) for a finite x that is no denormal, both parts exact.
  float_parts: {
    code: `struct FloatParts { e: f32, m: f32 }

fn float_parts(x: f32) -> FloatParts {
  let bits = bitcast<u32>(x);
  let half = bitcast<f32>((bits & 0x007fffffu) | 0x3f000000u);
  let low = half < 0.707106781;
  let e = f32(i32((bits >> 23u) & 255u) - select(126, 127, low));
  return FloatParts(e, select(half - 1.0, (half - 0.5) * 2.0, low));
}`,
  },
  // A denormal counts as zero.
  op_log: {
    calls: ['float_parts', 'log_rest', 'op_infinity', 'op_nan', 'op_isnan'],
    code: `fn op_log(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let parts = float_parts(x);
  let y = (parts.m + (log_rest(parts.m) + parts.e * ${LOG2_LOW})) + parts.e * ${LOG2_HIGH};
  let outside = select(op_nan(), x, op_isnan(x) || bits == 0x7f800000u);
  let special = select(outside, -op_infinity(), (bits & 0x7fffffffu) < 0x00800000u);
  return select(special, y, bits - 0x00800000u < 0x7f000000u);
}`,
  },
  // Further from zero, the rounding of 1 + x is small beside the logarithm.
  op_log1p: {
    calls: ['log_rest', 'op_log'],
    code: `fn op_log1p(x: f32) -> f32 {
  let near = x > -0.292893f && x < 0.414213f;
  return select(op_log(1.0 + x), x + log_rest(x), near);
}`,
  },
  // One step of Newton's method on the device's own root, by the remainder, for which rounding errors matter little.
  // The argument is brought near 1 so that nothing overflows or is flushed to zero.
  op_sqrt: {
    calls: ['op_infinity', 'op_nan', 'op_isnan'],
    code: `fn op_sqrt(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let tiny = x < 5.42101086e-20f;
  let huge = x > 1.84467441e19f;
  let scaled = x * select(select(1.0, 5.42101086e-20f, huge), 1.84467441e19f, tiny);
  let root = sqrt(scaled);
  let better = root + 0.5 * (scaled - root * root) / root;
  let y = better * select(select(1.0, 4.2949673e9f, huge), 2.32830644e-10f, tiny);
  let outside = select(op_nan(), x, op_isnan(x) || bits == 0x7f800000u);
  let special = select(outside, 0.0, (bits & 0x7fffffffu) < 0x00800000u);
  return select(special, y, bits - 0x00800000u < 0x7f000000u);
}`,
  },
  op_tanh: {
    calls: ['op_exp', 'op_isnan'],
    code: `fn op_tanh(x: f32) -> f32 {
  let size = min(abs(x), 10.0);
  let z = size * size;
  let p = ${polynomialText(
    'z',
    [-3.33332819422e-1, 1.33314422036e-1, -5.37397155531e-2, 2.06390887954e-2, -5.70498872745e-3],
  )};
  let near = p * z * x + x;
  let far = sign(x) * (1.0 - 2.0 / (op_exp(size + size) + 1.0));
  return select(select(far, near, size < 0.625), x, op_isnan(x));
}`,
  },
  // Divided by no more than 2.
  op_sigmoid: {
    calls: ['op_exp'],
    code: `fn op_sigmoid(x: f32) -> f32 {
  let e = op_exp(-abs(x));
  return select(1.0, e, x < 0.0) / (1.0 + e);
}`,
  },
  // max(x, 0) + log(1 + exp(-|x|)).
  op_softplus: {
    calls: ['op_exp', 'op_log1p', 'op_relu'],
    code: `fn op_softplus(x: f32) -> f32 {
  return op_relu(x) + op_log1p(op_exp(-abs(x)));
}`,
  },
  // x + x p(x²), and 1 - exp(q(|x|)) further out; Juffa's minimax polynomials, those of native/functions.h.
  op_erf: {
    calls: ['op_exp', 'op_isnan'],
    code: `fn op_erf(x: f32) -> f32 {
  let t = min(abs(x), 4.0);
  let s = t * t;
  let p = ${polynomialText(
    's',
    [1.28379166e-1, -3.76125336e-1, 1.12819925e-1, -2.67681349e-2, 4.99119423e-3, -5.96761703e-4],
  )};
  let near = select(p * x + x, x * 1.12837917, t < 1e-30); // p * x alone would be flushed to zero
  let q = ${polynomialText(
    't',
    [
      0, -1.28717512e-1, -6.34846687e-1, -1.06777877e-1, 2.42546219e-2, -3.88396438e-3,
      3.83197126e-4, -1.7285347e-5,
    ],
  )};
  let far = sign(x) * (1.0 - op_exp(q - t));
  return select(select(far, near, t < 0.927734375), x, op_isnan(x));
}`,
  },
  // Half of a float's digits, so that the product of two is exact.
  upper_half: {
    code: `fn upper_half(x: f32) -> f32 {
  return bitcast<f32>(bitcast<u32>(x) & 0xfffff000u);
}`,
  },
  // y log |x| = n log 2 + r, where the large terms of r cancel without rounding, since they are products of upper halves.
  // As one float, y log |x| would have an absolute error, and the result that as its relative one.
  power_of_size: {
    calls: ['float_parts', 'log_rest', 'exp_by_parts', 'upper_half', 'op_infinity'],
    code: `fn power_of_size(x: f32, y: f32) -> f32 {
  let parts = float_parts(x);
  let rest = log_rest(parts.m);
  let doublings = y * (parts.e + (parts.m + rest) * 1.44269504);
  let n = clamp(floor(doublings + 0.5), -151.0, 129.0);
  let upper_y = upper_half(y);
  let upper_m = upper_half(parts.m);
  let upper_rest = upper_half(rest);
  let lower_y = y - upper_y;
  let left = upper_y * parts.e - n;
  let large = fma(left, ${LOG2_HIGH}, upper_y * upper_m) + upper_y * upper_rest;
  let small = fma(left, ${LOG2_LOW}, upper_y * ((parts.m - upper_m) + (rest - upper_rest)));
  let r = large + (small + lower_y * (parts.e * 0.693147181 + (parts.m + rest)));
  let above = select(0.0, op_infinity(), doublings > 0.0);
  return select(exp_by_parts(n, r), above, abs(doublings + 11.0) > 140.0);
}`,
  },
  // Negative for a negative x and an odd y, zeros and infinities included, as Math.pow.
  op_pow: {
    calls: ['power_of_size', 'op_infinity', 'op_isnan', 'op_nan'],
    code: `fn op_pow(x: f32, y: f32) -> f32 {
  let bits = bitcast<u32>(x) & 0x7fffffffu;
  let zero = bits < 0x00800000u;
  let special = zero || bits == 0x7f800000u;
  let size = select(power_of_size(x, y), select(0.0, op_infinity(), (y < 0.0) == zero), special);
  let whole = floor(y) == y;
  let odd = whole && floor(y * 0.5) * 2.0 != y;
  let negative = select(select(op_nan(), size, special), select(size, -size, odd), whole);
  let value = select(size, negative, (bitcast<u32>(x) >> 31u) == 1u);
  return select(select(value, x + y, op_isnan(x) || op_isnan(y)), 1.0, y == 0.0);
}`,
  },
}
