import { erf } from '../graph/ops/erf.ts'

/**
 * The inverse of the standard normal distribution function Φ, for a probability strictly between 0 and 1.
 *
 * By Newton's method from 0: right of 0, Φ is concave, so its tangents lie above it and no step overshoots;
 * the left half follows by symmetry.
 */
export function gaussianQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1))
    throw new RangeError(`a probability between 0 and 1 was expected, got ${probability}`)
  if (probability < 0.5) return -gaussianQuantile(1 - probability)
  let x = 0
  for (;;) {
    const missing = probability - (1 + erf(x * Math.SQRT1_2)) / 2
    const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
    const next = x + missing / density
    // In exact arithmetic x only rises; the first step that does not is rounding.
    if (!(next > x)) return x
    x = next
  }
}
