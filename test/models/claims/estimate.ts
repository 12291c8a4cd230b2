import { moments } from '../../train/onnx.ts'

export interface Estimate {
  readonly mean: number
  /** Standard error of the mean. */
  readonly error: number
}

/** The mean of independent draws, and how far it may be from what they expect. */
export function estimate(draws: readonly number[]): Estimate {
  const { mean, variance } = moments(draws)
  return { mean, error: Math.sqrt(variance / (draws.length - 1)) }
}
