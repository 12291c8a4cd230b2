import { requireWhole } from '../../tensor/checks.ts'
import { described } from '../../tensor/described.ts'

/**
 * The smallest count c with P(X ≤ c) ≥ p, for the number X of successes in m trials whose common probability has the
 * distribution Beta(a, b). Adds up the probabilities from 0 on, in time a + c.
 *
 * @throws RangeError unless m, a and b are whole numbers, a and b from 1, and p is between 0 and 1
 */
export function betaBinomialQuantile(p: number, m: number, a: number, b: number): number {
  if (!(p > 0 && p < 1))
    throw new RangeError(`p: expected a probability between 0 and 1, got ${described(p)}`)
  requireWhole(m, 'm')
  requireWhole(a, 'a', { low: 1 })
  requireWhole(b, 'b', { low: 1 })
  let log = 0 // of P(X = 0) = B(a, b + m) / B(a, b)
  for (let i = 0; i < a; i++) log += Math.log1p(-m / (m + b + i))
  let sum = Math.exp(log)
  let count = 0
  for (; count < m && sum < p; count++) {
    log += Math.log(((m - count) * (a + count)) / ((count + 1) * (m - count - 1 + b)))
    sum += Math.exp(log)
  }
  return count
}
