/** Where a scale begins and ends, and whether some numbers lie beyond its ends. */
export interface NumberRange {
  readonly low: number
  readonly high: number
  readonly below: boolean
  readonly above: boolean
}

/** Of numbers: the middle 98 % where the rest would leave that less than half of the scale, else all. */
export function rangeOf(values: Float32Array): NumberRange {
  const sorted = values.filter(Number.isFinite).sort()
  if (sorted.length === 0) return { low: 0, high: 1, below: false, above: false }
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!
  const [least, lower, upper, most] = [at(0), at(0.01), at(0.99), at(1)]
  const isLongTailed = upper > lower && most - least > 2 * (upper - lower)
  const [low, high] = isLongTailed ? [lower, upper] : [least, most]
  return { low, high, below: least < low, above: most > high }
}

/** Decimals that tell numbers of a range apart, three significant digits of its length. */
export const digitsOf = (low: number, high: number): number =>
  Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(Math.max(1e-9, high - low)))))
