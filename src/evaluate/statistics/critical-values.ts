import { described } from '../../tensor/described.ts'

/**
 * z with P(|Z| < z) = level for a standard normal Z, to about 1e-12 for levels up to 0.999999.
 *
 * @throws RangeError unless the level is between 0 and 1
 */
export function criticalNormal(level: number): number {
  requireLevel(level)
  return root((z) => centralNormal(z) - level, 0, 9)
}

/** From this many degrees of freedom the quantile is computed by a series; below, by a finite sum. */
const MANY = 1000

/**
 * t with P(|T| < t) = level for Student's T with a whole number of degrees of freedom: below 1000 by the
 * finite sums of its distribution (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4), from 1000 on by the
 * expansion about the normal quantile (26.7.5), whose error is of order 1/ν⁵.
 *
 * @throws RangeError unless the level is between 0 and 1 and the degrees a whole number of 1 or more
 */
export function criticalStudent(level: number, degrees: number): number {
  requireLevel(level)
  if (!Number.isInteger(degrees) || degrees < 1)
    throw new RangeError(`degrees of freedom: expected a whole number, 1 or more, got ${degrees}`)
  if (degrees >= MANY) return expanded(criticalNormal(level), degrees)
  const theta = root((angle) => centralStudent(angle, degrees) - level, 0, Math.PI / 2)
  return Math.tan(theta) * Math.sqrt(degrees)
}

function requireLevel(level: number): void {
  if (!(level > 0 && level < 1))
    throw new RangeError(`level: expected a number between 0 and 1, got ${described(level)}`)
}

/** P(|Z| < z) = 2 φ(z) (z + z³/3 + z⁵/(3·5) + …): Marsaglia 2004, "Evaluating the normal distribution". */
function centralNormal(z: number): number {
  let [sum, term] = [z, z]
  for (let odd = 3; term > sum * 1e-17; odd += 2) {
    term *= (z * z) / odd
    sum += term
  }
  return sum * Math.sqrt(2 / Math.PI) * Math.exp((-z * z) / 2)
}

/** P(|T| < t) where t = √ν tan θ. */
function centralStudent(theta: number, degrees: number): number {
  const odd = degrees % 2
  const cosine = Math.cos(theta)
  let [sum, term] = [0, odd === 1 ? cosine : 1]
  for (let power = odd; power <= degrees - 2; power += 2) {
    sum += term
    term *= (cosine * cosine * (power + 1)) / (power + 2)
  }
  return odd === 1 ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum
}

function expanded(z: number, degrees: number): number {
  const square = z * z
  const terms = [
    (square + 1) / 4,
    ((5 * square + 16) * square + 3) / 96,
    (((3 * square + 19) * square + 17) * square - 15) / 384,
    ((((79 * square + 776) * square + 1482) * square - 1920) * square - 945) / 92160,
  ]
  return terms.reduceRight((sum, term) => (sum + z * term) / degrees, 0) + z
}

/** The zero of an increasing function, by bisection down to neighbouring numbers. */
export function root(increasing: (x: number) => number, low: number, high: number): number {
  let [below, above] = [low, high]
  for (;;) {
    const middle = (below + above) / 2
    if (middle <= below || middle >= above) return middle
    if (increasing(middle) < 0) below = middle
    else above = middle
  }
}
