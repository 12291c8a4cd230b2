/** A mean over independent values, with its standard error. */
export interface Mean {
  readonly mean: number
  /** Standard error of the mean, from the spread of the values; 0 for a single one. */
  readonly error: number
}

/** The mean of values, summed in their order, and its standard error. NaN for no values. */
export function meanWithError(values: ArrayLike<number>): Mean {
  const count = values.length
  let sum = 0
  for (let i = 0; i < count; i++) sum += values[i]!
  const mean = sum / count
  let squares = 0
  for (let i = 0; i < count; i++) squares += (values[i]! - mean) ** 2
  return { mean, error: Math.sqrt(squares / count / Math.max(1, count - 1)) }
}
