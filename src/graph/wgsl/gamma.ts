import { polygammaShift, SERIES_TERMS } from '../ops/gamma.ts'
import { aroundTwo, digammaSeries, factorial, stirlingTerms } from '../ops/gamma-values.ts'
import { floatLiteral, polynomialText, type WgslFunction } from './wgsl-function.ts'

/** A power with a whole exponent, as text. */
const power = (base: string, exponent: number): string =>
  Array.from({ length: exponent }, () => base).join(' * ')

/** log Γ(2 + t) for |t| <= ½ takes so many coefficients to be exact to rounding in float32. */
const COEFFICIENTS = 13

/**
 * log Γ(x) = P(t) + log f below 4.5, where P is the series around 2, t = x - 2 or a whole number away, and f what the
 * recurrence Γ(x + 1) = x Γ(x) multiplies by, so that the zeros at 1 and 2 are exact; from there on Stirling's series,
 * (x - ½) (log x - 1) - ½ + ½ log 2π + Σ B₂ₖ / (2k (2k - 1) x²ᵏ⁻¹). Abramowitz and Stegun 6.1.33, 6.1.15 and 6.1.40.
 */
export const lgamma: WgslFunction = {
  calls: ['op_log', 'op_nan'],
  code: `fn op_lgamma(x: f32) -> f32 {
  let away = clamp(floor(x + 0.5), 0.0, 4.0);
  let t = x - away;
  let series = ${polynomialText('t', aroundTwo.slice(0, COEFFICIENTS))};
  let below = select(x, x * (x + 1.0), away == 0.0);
  let above = (x - 1.0) * select(1.0, x - 2.0, away == 4.0);
  let large = x >= 4.5;
  let factor = select(select(1.0, above, away > 2.0), below, away < 2.0);
  let logarithm = op_log(select(factor, x, large));
  let inverse = 1.0 / x;
  let square = inverse * inverse;
  let rest = ${polynomialText('square', stirlingTerms(SERIES_TERMS))} * inverse;
  let stirling = (x - 0.5) * (logarithm - 1.0) + (rest + ${floatLiteral(0.5 * Math.log(2 * Math.PI) - 0.5)});
  let y = select(series + select(logarithm, -logarithm, away < 2.0), stirling, large);
  return select(y, op_nan(), x < 0.0);
}`,
}

/**
 * ψ⁽ᵐ⁾(x) = ψ⁽ᵐ⁾(y) + (-1)ᵐ⁺¹ m! Σ 1 / (x + k)ᵐ⁺¹ over n steps, y = x + n below n, the formula of the op's ONNX lowering:
 * Abramowitz and Stegun 6.4.6, 6.3.18 and 6.4.11.
 */
export function polygamma(order: number): WgslFunction {
  const n = polygammaShift(order)
  const { sign, leading, half, terms } = digammaSeries(order, SERIES_TERMS)
  const series =
    order === 0
      ? 'op_log(y) - tail'
      : `${floatLiteral(sign)} * (tail + ${floatLiteral(leading)}) * ${power('inverse', order)}`
  return {
    calls: ['op_infinity', 'op_log', 'op_nan'],
    code: `fn op_polygamma_${order}(x: f32) -> f32 {
  let small = x < ${n}.0;
  let y = select(x, x + ${n}.0, small);
  var below = 0.0;
  for (var k = 0; k < ${n} && small; k++) {
    let step = 1.0 / (x + f32(k));
    below += ${power('step', order + 1)};
  }
  let inverse = 1.0 / y;
  let square = inverse * inverse;
  let tail = inverse * ${floatLiteral(half)} + square * ${polynomialText('square', terms)};
  let value = ${series} + below * ${floatLiteral(sign * factorial(order))};
  let pole = ${floatLiteral(sign)} * op_infinity();
  return select(select(value, pole, x == 0.0), op_nan(), x < 0.0);
}`,
  }
}
