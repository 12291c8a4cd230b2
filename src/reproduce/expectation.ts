/** What a number must be for a claim to hold; stated before it is measured, and never read off it. */
export interface Expectation {
  /** What the number is: `largest principal angle`. */
  readonly what: string
  /** `degrees`, `nats per example`; empty for a ratio or a share. */
  readonly unit: string
  /** The tolerance in words: `at most 2`. */
  readonly tolerance: string
  holds(value: number): boolean
}

export const atMost = (limit: number, what: string, unit = ''): Expectation => ({
  what,
  unit,
  tolerance: `at most ${limit}`,
  holds: (value) => value <= limit,
})

export const atLeast = (limit: number, what: string, unit = ''): Expectation => ({
  what,
  unit,
  tolerance: `at least ${limit}`,
  holds: (value) => value >= limit,
})

export const between = (low: number, high: number, what: string, unit = ''): Expectation => ({
  what,
  unit,
  tolerance: `${low} to ${high}`,
  holds: (value) => value >= low && value <= high,
})

/** A number that is told beside the others and proves nothing by itself. */
export const told = (what: string, unit = ''): Expectation => ({
  what,
  unit,
  tolerance: '',
  holds: () => true,
})
