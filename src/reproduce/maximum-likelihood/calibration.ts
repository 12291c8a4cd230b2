/** Values whose predicted probability lies in one interval. */
export interface ReliabilityBin {
  readonly count: number
  /** Mean of the predicted probabilities. */
  readonly predicted: number
  /** Share of the values that are 1. */
  readonly observed: number
}

/** Binary values grouped by their predicted probability, in bins of equal width; empty bins are left out. */
export function reliability(
  predicted: ArrayLike<number>,
  values: ArrayLike<number>,
  bins = 10,
): ReliabilityBin[] {
  const sums = Array.from({ length: bins }, () => ({ count: 0, predicted: 0, observed: 0 }))
  for (let i = 0; i < predicted.length; i++) {
    const bin = sums[Math.min(bins - 1, Math.floor(predicted[i]! * bins))]!
    bin.count++
    bin.predicted += predicted[i]!
    bin.observed += values[i]!
  }
  return sums
    .filter(({ count }) => count > 0)
    .map(({ count, predicted: sum, observed }) => ({
      count,
      predicted: sum / count,
      observed: observed / count,
    }))
}

/** Mean of |predicted - observed| over the values: Naeini et al. 2015, "Obtaining well calibrated probabilities". */
export function calibrationError(bins: readonly ReliabilityBin[]): number {
  const total = bins.reduce((sum, { count }) => sum + count, 0)
  return bins.reduce(
    (sum, { count, predicted, observed }) => sum + (count * Math.abs(predicted - observed)) / total,
    0,
  )
}

/** Half-widths, in σ, of the central intervals of a normal distribution, by the probability that they hold. */
export const CENTRAL = {
  0.1: 0.125661,
  0.2: 0.253347,
  0.3: 0.38532,
  0.4: 0.524401,
  0.5: 0.67449,
  0.6: 0.841621,
  0.7: 1.036433,
  0.8: 1.281552,
  0.9: 1.644854,
} as const

/** Share of standardised residuals within the central interval that should hold `level` of them. */
export function coverage(residuals: ArrayLike<number>, level: keyof typeof CENTRAL): number {
  let inside = 0
  for (let i = 0; i < residuals.length; i++) if (Math.abs(residuals[i]!) <= CENTRAL[level]) inside++
  return inside / residuals.length
}
