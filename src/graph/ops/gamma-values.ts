/** B₂, B₄, … : Bernoulli numbers. */
const BERNOULLI = [
  1 / 6,
  -1 / 30,
  1 / 42,
  -1 / 30,
  5 / 66,
  -691 / 2730,
  7 / 6,
  -3617 / 510,
  43867 / 798,
  -174611 / 330,
]

/** From here on, ten terms of Stirling's series are exact to rounding. */
const LARGE = 12

/** B₂ₖ / (2k (2k - 1)), k = 1, 2, …: the series of log Γ in 1 / x. */
export const stirlingTerms = (count: number): number[] =>
  BERNOULLI.slice(0, count).map((b, i) => b / ((2 * i + 2) * (2 * i + 1)))

/** log Γ(x) - ((x - ½) log x - x + ½ log 2π), to rounding from `LARGE` on. */
const stirlingSeries = (x: number): number => polynomial(1 / (x * x), stirlingTerms(10)) / x

/** c[0] + c[1] x + c[2] x² + … */
const polynomial = (x: number, coefficients: readonly number[]) =>
  coefficients.reduceRight((sum, c) => sum * x + c, 0)

/** ζ(k) - 1, by Euler and Maclaurin's formula. */
function zetaMinusOne(k: number): number {
  const n = 16
  let sum = n ** (1 - k) / (k - 1) + n ** -k / 2
  let rising = k
  for (let j = 0; j < 6; j++) {
    sum += (BERNOULLI[j]! / factorial(2 * j + 2)) * rising * n ** (-k - 2 * j - 1)
    rising *= (k + 2 * j + 1) * (k + 2 * j + 2)
  }
  for (let i = n - 1; i >= 2; i--) sum += i ** -k
  return sum
}

export function factorial(n: number): number {
  let product = 1
  for (let i = 2; i <= n; i++) product *= i
  return product
}

const EULER = 0.5772156649015329

/** Coefficients of log Γ(2 + t): Abramowitz and Stegun 6.1.33. */
export const aroundTwo: readonly number[] = [
  0,
  1 - EULER,
  ...Array.from({ length: 34 }, (_, i) => ((-1) ** i * zetaMinusOne(i + 2)) / (i + 2)),
]

/**
 * log Γ(x) for x > 0, to about 1e-15 relative, near its zeros at 1 and 2 too: a Maclaurin series between ½ and 5/2, the
 * recurrence beside it, Stirling's series from 12 on. NaN below 0.
 */
export function lgamma(x: number): number {
  if (!(x > 0)) return x === 0 ? Infinity : Number.NaN
  if (x === Infinity) return x
  if (x < 0.5) return lgamma(1 + x) - Math.log(x)
  if (x < 1.5) return polynomial(x - 1, aroundTwo) - Math.log1p(x - 1)
  if (x <= 2.5) return polynomial(x - 2, aroundTwo)
  if (x >= LARGE) {
    return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + stirlingSeries(x)
  }
  let product = 1
  let y = x
  while (y > 2.5) {
    y -= 1
    product *= y
  }
  return polynomial(y - 2, aroundTwo) + Math.log(product)
}

/**
 * log Γ(x) - ((x - ½) log x - x + ½ log 2π) for x > 0: what Stirling's formula leaves. Where x is large, it keeps the digits
 * that log Γ(x) itself has no room for.
 */
export const stirlingRest = (x: number): number =>
  x >= LARGE
    ? stirlingSeries(x)
    : lgamma(x) - ((x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI))

/**
 * The asymptotic series of ψ⁽ᵐ⁾(y) = sign · (leading + half / y + Σ terms[k] / y²ᵏ⁺²) / yᵐ; of ψ(y) = log y - (half / y +
 * Σ …) for m = 0. Abramowitz and Stegun 6.3.18 and 6.4.11.
 */
export function digammaSeries(order: number, count: number) {
  return {
    sign: order % 2 === 0 ? -1 : 1,
    leading: order === 0 ? 0 : factorial(order - 1),
    half: factorial(order) / 2,
    terms: BERNOULLI.slice(0, count).map(
      (b, i) => (b * factorial(2 * i + 1 + order)) / factorial(2 * i + 2),
    ),
  }
}

/** ψ⁽ᵐ⁾(x), the derivative of order m + 1 of log Γ, for x > 0, to about 1e-15 of its largest term. NaN below 0. */
export function polygamma(order: number, x: number): number {
  if (!(x > 0)) return x === 0 ? (order % 2 === 0 ? -Infinity : Infinity) : Number.NaN
  const { sign, leading, half, terms } = digammaSeries(order, 10)
  let y = x
  let below = 0
  for (; y < LARGE + 2 * order; y++) below += y ** (-order - 1)
  const tail = half / y + polynomial(1 / (y * y), terms) / (y * y)
  const series = order === 0 ? Math.log(y) - tail : (sign * (leading + tail)) / y ** order
  return series + sign * factorial(order) * below
}
