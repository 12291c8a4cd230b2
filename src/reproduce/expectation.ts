/** Where a number must lie. */
export interface Limits {
  readonly low?: number
  readonly high?: number
  /** Whether the limits themselves are excluded. */
  readonly open?: boolean
}

/** What a number must be for a claim to hold; fixed before it is measured. */
export interface Expectation {
  /** What the number is, such as `largest principal angle`. */
  readonly what: string
  /** `degrees`, `nats per example`; empty for a ratio or a share. */
  readonly unit: string
  /** Absent if the number is only reported. */
  readonly limits?: Limits
  /** The limits in words, such as `at most 2`; empty if there are none. */
  readonly tolerance: string
  /** Whether a number is as required. One that is not finite never is, even if it is only reported. */
  holds(value: number): boolean
}

export const atMost = (high: number, what: string, unit = ''): Expectation =>
  within({ high }, `at most ${high}`, what, unit)

export const atLeast = (low: number, what: string, unit = ''): Expectation =>
  within({ low }, `at least ${low}`, what, unit)

export const between = (low: number, high: number, what: string, unit = ''): Expectation =>
  within({ low, high }, `${low} to ${high}`, what, unit)

export const lessThan = (high: number, what: string, unit = ''): Expectation =>
  within({ high, open: true }, `less than ${high}`, what, unit)

export const moreThan = (low: number, what: string, unit = ''): Expectation =>
  within({ low, open: true }, `more than ${low}`, what, unit)

/** A number that is reported beside the others and decides nothing. */
export const reported = (what: string, unit = ''): Expectation => ({
  what,
  unit,
  tolerance: '',
  holds: Number.isFinite,
})

/** @throws RangeError for limits that are not finite, or that no number satisfies */
function within(limits: Limits, tolerance: string, what: string, unit: string): Expectation {
  const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY, open } = limits
  if (
    !Object.values(limits).every((limit) => limit === true || Number.isFinite(limit)) ||
    low > high
  )
    throw new RangeError(`${what}: "${tolerance}" is not a tolerance`)
  const inside = open
    ? (value: number) => value > low && value < high
    : (value: number) => value >= low && value <= high
  return {
    what,
    unit,
    limits,
    tolerance,
    holds: (value) => Number.isFinite(value) && inside(value),
  }
}
