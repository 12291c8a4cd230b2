import type { Arrays } from '../../runtime/session.ts'

/** What a model predicts for all columns of some rows, given the cells that they have. */
export interface Predictions {
  /** E[x] of each column in the units of the file, `[n, C]`; for columns of categories without a meaning. */
  readonly means: Float64Array
  /** Of the categories of a column, by its index: `[n, K]`. */
  readonly probabilities: ReadonlyMap<number, Float64Array>
  /** Cells of D draws for each row, `[n, D, C]`; each as probable as any other, the first ones independent. */
  readonly draws: Float32Array
  /** How many of the codes drawn for each row count, `[n]`; undefined for a method without weights. */
  readonly effectiveSamples?: Float64Array | undefined
}

/** Rows of one call, with the number that each draws by. */
export interface GivenRows {
  readonly numbers: readonly number[]
  /** `x` `[rows, C]` and, for a conditional model, `labels`. */
  readonly feeds: Arrays
}

/** What predicts the gaps of rows, always as many in a call, so that a call of fewer gives the same. */
export interface GapPredictor {
  /** Rows of a call. */
  readonly rows: number
  predict(given: GivenRows): Promise<Predictions>
  close(): Promise<void>
}

/** How a predictor draws. */
export interface PredictorOptions {
  readonly seed: number
  /** D, the number of draws for each row. */
  readonly draws: number
}
