// Elementary functions of sixteen floats, within about two units in the last place over the whole range. They use
// nothing but IEEE addition, multiplication and division, so every processor gives the same bits. Polynomials of exp,
// log and tanh are those of Cephes (Moshier), single precision.
#ifndef LATENTLAB_FUNCTIONS_H
#define LATENTLAB_FUNCTIONS_H
#include "vector.h"

#define INFINITE __builtin_inff()
#define SIGN_BIT INT32_MIN

INLINE vector sign_of(vector x) { return (vector)((bits)x & SIGN_BIT); }
INLINE vector absolute(vector x) { return (vector)((bits)x & INT32_MAX); }
INLINE vector negative(vector x) { return (vector)((bits)x ^ SIGN_BIT); }

/** NaN wherever an operand is; +0 is larger than -0. */
INLINE vector larger(vector a, vector b) {
  vector tied = choose(a == b, (vector)((bits)a & (bits)b), a + b);
  return choose(a > b, a, choose(b > a, b, tied));
}

INLINE vector smaller(vector a, vector b) {
  vector tied = choose(a == b, (vector)((bits)a | (bits)b), a + b);
  return choose(a < b, a, choose(b < a, b, tied));
}

INLINE vector relu(vector x) { return choose(x <= 0.0f, splat(0), x); }

INLINE vector sign(vector x) {
  vector rest = choose(x == 0.0f, sign_of(x), x);
  return choose(x > 0.0f, splat(1), choose(x < 0.0f, splat(-1), rest));
}

INLINE vector floor_of(vector x) {
  bits small = absolute(x) < 8388608.0f;
  vector whole = __builtin_convertvector(__builtin_convertvector(choose(small, x, splat(0)), bits), vector);
  vector below = whole - truth(whole > x);
  return choose(small, (vector)((bits)below | ((bits)x & SIGN_BIT)), x);
}

INLINE vector power_of_two(bits n) { return (vector)((unsigned_bits)(n + 127) << 23); }

INLINE vector exponential(vector x) {
  const vector rounder = splat(12582912.0f); // 1.5 · 2²³: adding it rounds to whole numbers
  x = choose(x > 89.0f, splat(89.0f), choose(x < -88.0f, splat(-88.0f), x));
  vector shifted = x * 1.44269504088896341f + rounder;
  vector n = shifted - rounder;
  vector r = x - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  vector p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  vector y = p * (r * r) + r + 1.0f;
  bits exponent = (bits)((unsigned_bits)shifted - (unsigned_bits)rounder);
  bits half = exponent >> 1; // in two steps, since 2¹²⁸ and 2⁻¹²⁷ are no floats
  return y * power_of_two(half) * power_of_two(exponent - half);
}

INLINE vector logarithm(vector x) {
  bits exponent = (((bits)x >> 23) & 255) - 126;
  vector m = (vector)(((bits)x & 0x007fffff) | 0x3f000000);
  bits low = m < 0.707106781186547524f;
  exponent += low;
  m = m + choose(low, m, splat(0)) - 1.0f;
  vector e = __builtin_convertvector(exponent, vector);
  vector z = m * m;
  vector p = m * 7.0376836292e-2f - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  vector y = p * m * z;
  y = y + e * -2.12194440e-4f;
  y = y - z * 0.5f;
  y = (m + y) + e * 0.693359375f;
  vector special = choose(x == 0.0f, splat(-INFINITE), choose(x < 0.0f, splat(__builtin_nanf("")), x));
  return choose((x > 0.0f) & (x < INFINITE), y, special);
}

/** With w = 1 + x as rounded, log(1 + x) = log w + log(1 + e), e = (x - (w - 1)) / w, and log(1 + e) is e. */
INLINE vector logarithm_of_one_plus(vector x) {
  vector w = x + 1.0f;
  vector lost = (x - (w - 1.0f)) / w;
  vector y = logarithm(w) + choose((w > 0.0f) & (w < INFINITE), lost, splat(0));
  return choose(x == 0.0f, sign_of(x), y);
}

INLINE vector hyperbolic_tangent(vector x) {
  vector size = absolute(x);
  vector z = x * x;
  vector p = z * -5.70498872745e-3f + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  vector near = p * z * x + x;
  vector far = 1.0f - 2.0f / (exponential(size + size) + 1.0f);
  far = (vector)((bits)far | ((bits)x & SIGN_BIT));
  return choose(size < 0.625f, near, choose(x == x, far, x));
}

INLINE vector sigmoid_by(vector x, vector exponential_of_minus_size) {
  vector denominator = exponential_of_minus_size + 1.0f;
  return choose(x < 0.0f, exponential_of_minus_size, splat(1)) / denominator;
}

INLINE vector sigmoid(vector x) { return sigmoid_by(x, exponential(negative(absolute(x)))); }

INLINE vector softplus_by(vector x, vector exponential_of_minus_size) {
  return relu(x) + logarithm_of_one_plus(exponential_of_minus_size);
}

INLINE vector softplus(vector x) { return softplus_by(x, exponential(negative(absolute(x)))); }

INLINE vector error_function(vector x) {
  vector t = absolute(x);
  vector s = x * x;
  vector p = s * -5.96761703e-4f + 4.99119423e-3f;
  p = p * s - 2.67681349e-2f;
  p = p * s + 1.12819925e-1f;
  p = p * s - 3.76125336e-1f;
  p = p * s + 1.28379166e-1f;
  vector near = choose(t < 1e-30f, x * 1.12837917f, p * x + x); // p · x alone would be flushed to zero
  vector u = choose(t > 4.0f, splat(4.0f), t);
  vector q = u * -1.72853470e-5f + 3.83197126e-4f;
  q = q * u - 3.88396438e-3f;
  q = q * u + 2.42546219e-2f;
  q = q * u - 1.06777877e-1f;
  q = q * u - 6.34846687e-1f;
  q = q * u - 1.28717512e-1f;
  q = q * u - u;
  vector far = 1.0f - exponential(q);
  far = (vector)((bits)far | ((bits)x & SIGN_BIT));
  return choose(t < 0.927734375f, near, choose(x == x, far, x));
}
#endif
