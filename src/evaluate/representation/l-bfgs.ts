/** A value and its gradient at a point. */
export interface Slope {
  readonly value: number
  readonly gradient: Float64Array
}

export interface MinimiseOptions {
  /** The minimum is reached when the largest component of the gradient is below this. */
  readonly tolerance: number
  readonly mostIterations: number
  /** Relative rounding error of values, within which slopes alone decide; 0 by default. */
  readonly precision?: number | undefined
  /** Called after every iteration with the largest component of the gradient. */
  readonly onIteration?: ((steepness: number) => void) | undefined
}

export interface Minimum extends Slope {
  readonly point: Float64Array
  /** Largest component of the gradient. */
  readonly steepness: number
  readonly iterations: number
  /** Whether the tolerance was reached. If not, iterations or the precision of the values ran out. */
  readonly converged: boolean
}

/** Pairs of steps and changes of the gradient that the curvature is estimated from. */
const MEMORY = 20

/**
 * Minimises a smooth function by L-BFGS (Nocedal and Wright 2006, Numerical Optimization, algorithm 7.5) in
 * float64, with steps that satisfy the weak Wolfe conditions. Deterministic if the function is.
 */
export async function minimise(
  slopeAt: (point: Float64Array) => Promise<Slope>,
  start: Float64Array,
  { tolerance, mostIterations, precision = 0, onIteration }: MinimiseOptions,
): Promise<Minimum> {
  const step = (direction: Float64Array, scaled: boolean) =>
    wolfeStep(slopeAt, { point, here, direction, scaled, precision })
  const pairs: Pair[] = []
  let point = start
  let here = await slopeAt(start)
  let iterations = 0
  while (steepness(here) > tolerance && iterations < mostIterations) {
    let next = await step(descent(here.gradient, pairs), pairs.length > 0)
    if (!next && pairs.length > 0) {
      // The remembered pairs may be rounding error by now: try steepest descent once.
      pairs.length = 0
      next = await step(descent(here.gradient, pairs), false)
    }
    if (!next) break
    remember(pairs, difference(next.point, point), difference(next.slope.gradient, here.gradient))
    point = next.point
    here = next.slope
    iterations++
    onIteration?.(steepness(here))
  }
  const steep = steepness(here)
  return { ...here, point, steepness: steep, iterations, converged: steep <= tolerance }
}

/** A step s and the change y of the gradient, with 1 / sᵀy. */
interface Pair {
  readonly s: Float64Array
  readonly y: Float64Array
  readonly rho: number
}

function remember(pairs: Pair[], s: Float64Array, y: Float64Array): void {
  const product = dot(s, y)
  if (product <= 0) return
  pairs.push({ s, y, rho: 1 / product })
  if (pairs.length > MEMORY) pairs.shift()
}

/** -H g by the two loops of algorithm 7.4, H beginning as sᵀy / yᵀy times the identity. */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const q = gradient.map((value) => -value)
  const alphas = pairs.map(() => 0)
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y, rho } = pairs[i]!
    alphas[i] = rho * dot(s, q)
    add(q, y, -alphas[i]!)
  }
  const last = pairs.at(-1)
  const scale = last ? 1 / (last.rho * dot(last.y, last.y)) : 1 / Math.sqrt(dot(q, q))
  for (let d = 0; d < q.length; d++) q[d]! *= scale
  for (const [i, { s, y, rho }] of pairs.entries()) add(q, s, alphas[i]! - rho * dot(y, q))
  return q
}

/** Most evaluations of one line search. */
const MOST_TRIALS = 30

interface Search {
  readonly point: Float64Array
  readonly here: Slope
  readonly direction: Float64Array
  /** Whether the direction already has the length of a step. */
  readonly scaled: boolean
  readonly precision: number
}

/**
 * A step along `direction` that lowers the value by 1e-4 of what the slope promises and leaves at most 0.9 of the
 * slope, found by bisection (Lewis and Overton 2013, "Nonsmooth optimization via quasi-Newton methods", algorithm
 * 4.6); undefined if rounding hides every such step. If values differ by no more than their rounding, the first
 * condition is stated in slopes, as for a quadratic function (Hager and Zhang 2005, "A new conjugate gradient
 * method", condition T2).
 */
async function wolfeStep(
  slopeAt: (point: Float64Array) => Promise<Slope>,
  { point, here, direction, scaled, precision }: Search,
): Promise<{ point: Float64Array; slope: Slope } | undefined> {
  const promised = dot(here.gradient, direction)
  if (!(promised < 0)) return undefined
  const rounded = here.value + precision * Math.abs(here.value)
  let [shorter, longer] = [0, Number.POSITIVE_INFINITY]
  let length = scaled ? 1 : Math.min(1, Math.sqrt(-promised))
  for (let trial = 0; trial < MOST_TRIALS; trial++) {
    const next = point.map((value, d) => value + length * direction[d]!)
    const slope = await slopeAt(next)
    const along = dot(slope.gradient, direction)
    const lower =
      slope.value <= here.value + 1e-4 * length * promised ||
      (slope.value <= rounded && along <= (2e-4 - 1) * promised)
    if (!lower) longer = length
    else if (along < 0.9 * promised) shorter = length
    else return { point: next, slope }
    length = longer === Number.POSITIVE_INFINITY ? 2 * shorter : (shorter + longer) / 2
  }
  return undefined
}

const steepness = ({ gradient }: Slope): number =>
  gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

const difference = (a: Float64Array, b: Float64Array): Float64Array =>
  a.map((value, d) => value - b[d]!)

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let d = 0; d < a.length; d++) sum += a[d]! * b[d]!
  return sum
}

function add(to: Float64Array, what: Float64Array, factor: number): void {
  for (let d = 0; d < to.length; d++) to[d]! += factor * what[d]!
}
