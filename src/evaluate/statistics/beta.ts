import { stirlingRest } from '../../graph/ops/gamma-values.ts'
import { described } from '../../tensor/described.ts'
import { root } from './critical-values.ts'

/**
 * P(X ≤ x) for X with a Beta distribution: the regularised incomplete beta function I_x(a, b), to about 1e-13 relative.
 * By the continued fraction of the NIST Handbook, 8.17.22, in time √max(a, b).
 *
 *     betaProbability(0.5, 2, 2) // 0.5
 *
 * @throws RangeError unless x is from 0 to 1, and a and b are positive and finite
 */
export function betaProbability(x: number, a: number, b: number): number {
  if (!(x >= 0 && x <= 1))
    throw new RangeError(`x: expected a number from 0 to 1, got ${described(x)}`)
  requirePositive(a, 'a')
  requirePositive(b, 'b')
  // The fraction converges fast below the mean; above it, 1 - x has the mirrored distribution.
  return x < (a + 1) / (a + b + 2) ? lowerTail(x, 1 - x, a, b) : 1 - lowerTail(1 - x, x, b, a)
}

/**
 * The x with P(X ≤ x) = p for X with a Beta distribution, by bisection down to neighbouring numbers.
 *
 * @throws RangeError unless p is from 0 to 1, and a and b are positive and finite
 */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(p >= 0 && p <= 1))
    throw new RangeError(`p: expected a probability from 0 to 1, got ${described(p)}`)
  requirePositive(a, 'a')
  requirePositive(b, 'b')
  if (p === 0 || p === 1) return p
  return root((x) => betaProbability(x, a, b) - p, 0, 1)
}

function requirePositive(value: number, name: string): void {
  if (!(value > 0 && value < Infinity))
    throw new RangeError(`${name}: expected a positive number, got ${described(value)}`)
}

/** I_x(a, b) = xᵃ yᵇ / (a B(a, b)) · 1 / (1 + d₁ / (1 + d₂ / (1 + …))), y = 1 - x. */
function lowerTail(x: number, y: number, a: number, b: number): number {
  if (x === 0) return 0
  return Math.exp(logWeight(x, y, a, b)) / (a * continuedFraction(x, a, b))
}

/**
 * log (xᵃ yᵇ / B(a, b)) with y = 1 - x. Stirling's formulas for the three gamma functions cancel on paper, not in rounding:
 * with n = a + b it is a log(x n / a) + b log(y n / b) + ½ log(a b / (2π n)) plus what they leave (Loader 2000).
 */
function logWeight(x: number, y: number, a: number, b: number): number {
  const n = a + b
  const distance = x < y ? x * n - a : b - y * n
  return (
    a * logRatio((x * n) / a, distance / a) +
    b * logRatio((y * n) / b, -distance / b) +
    0.5 * Math.log((a / n) * (b / (2 * Math.PI))) +
    (stirlingRest(n) - stirlingRest(a) - stirlingRest(b))
  )
}

/** The logarithm of a ratio, given its difference from 1 too, which has more digits near 1. */
const logRatio = (ratio: number, above: number): number =>
  Math.abs(above) < 0.5 ? Math.log1p(above) : Math.log(ratio)

/** 1 + d₁ / (1 + d₂ / (1 + …)), by the method of Lentz 1976. */
function continuedFraction(x: number, a: number, b: number): number {
  let [value, c, d] = [1, 1, 0]
  for (let step = 1; ; step++) {
    const m = Math.floor(step / 2)
    const numerator =
      step % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / kept(1 + numerator * d)
    c = kept(1 + numerator / c)
    value *= c * d
    if (Math.abs(c * d - 1) <= 2 * Number.EPSILON) return value
  }
}

/** Not 0, by which the next step divides. */
const kept = (value: number): number => (value === 0 ? Number.MIN_VALUE * 2 ** 60 : value)
