import type { Floats, HostTensor } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import type { Labels } from '../../train/trained.ts'

/** Examples whose oddness is asked for. */
export interface ScoredExamples {
  /** `[n, D]` as the network sees them: cells of a table with NaN for a missing value, or pixels. */
  readonly values: Floats
  /** One class for each example, for a conditional model. */
  readonly labels?: Labels | undefined
}

/** Scores of examples, and what adds up to each. */
export interface ExplainedScores {
  /** `[n]`, higher for odder examples. */
  readonly scores: Float64Array
  /** What each column or pixel adds to the score, in its unit: `[n, D]`. */
  readonly shares: HostTensor<'float64'>
  /** What belongs to no column, such as the code of an example, `[n]`; undefined where columns add up to the score. */
  readonly code?: Float64Array | undefined
}

/** How odd examples are, by one measure. */
export interface ExampleScorer {
  /** What scores and shares are measured in. */
  readonly unit: string
  /**
   * The score of each example, `[n]`, whatever examples it is asked for with.
   *
   * @throws UserError for examples that do not fit the model; the signal's reason if it is aborted
   */
  scores(examples: ScoredExamples, options?: ReadOptions): Promise<Float64Array>
  /** The same with what adds up to each score. */
  explained(examples: ScoredExamples, options?: ReadOptions): Promise<ExplainedScores>
}
