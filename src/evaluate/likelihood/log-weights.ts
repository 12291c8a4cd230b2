/** A summary of the log-weights log w_i of one example, in nats. */
export interface WeightSummary {
  /** Their mean, and its standard error: NaN for a single weight, and if a weight is 0. */
  readonly mean: number
  readonly meanError: number
  /** log 1/k Σ w_i. */
  readonly logMean: number
  /**
   * Its standard error by the delta method, s_w / (w̄ √k) with s_w the standard deviation of the weights: reliable
   * if many weights count. NaN for a single weight.
   */
  readonly logMeanError: number
  /** (Σ w)² / Σ w², between 1 and k: Kong 1992, "A note on importance sampling using standardized weights". */
  readonly effectiveSamples: number
}

/**
 * Sums over log-weights that are added one after the other, in float64, without computing any weight that could
 * overflow.
 */
export interface WeightSums {
  add(logWeight: number): void
  summary(): WeightSummary
}

export function weightSums(): WeightSums {
  let count = 0
  let zeros = 0 // weights whose logarithm is -∞
  let mean = 0
  let squares = 0 // Σ (log w - mean)², by Welford's update
  let largest = Number.NEGATIVE_INFINITY
  let sum = 0 // Σ w / e^largest
  let sumOfSquares = 0
  return {
    add(logWeight) {
      count++
      if (logWeight === Number.NEGATIVE_INFINITY) {
        zeros++
        return
      }
      const difference = logWeight - mean
      mean += difference / (count - zeros)
      squares += difference * (logWeight - mean)
      if (logWeight > largest) {
        const scale = Math.exp(largest - logWeight)
        sum *= scale
        sumOfSquares *= scale * scale
        largest = logWeight
      }
      const weight = Math.exp(logWeight - largest)
      sum += weight
      sumOfSquares += weight * weight
    },
    summary() {
      const effectiveSamples = (sum * sum) / sumOfSquares
      // s²_w / w̄² = k / (k - 1) · (k Σw² / (Σw)² - 1); rounding may make it negative.
      const relative = Math.max(0, count / effectiveSamples - 1)
      return {
        mean: zeros > 0 ? Number.NEGATIVE_INFINITY : mean,
        meanError: zeros > 0 ? Number.NaN : Math.sqrt(squares / (count - 1) / count),
        logMean: largest + Math.log(sum / count),
        logMeanError: Math.sqrt(relative / (count - 1)),
        effectiveSamples,
      }
    },
  }
}
