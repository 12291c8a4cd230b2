import type { ModelScoreName, ScoringMaterial } from '../../../answers/anomaly/scoring.ts'
import type { AlarmThreshold } from '../../../answers/anomaly/threshold.ts'
import type { TableColumn } from '../../../distributions/columns/column.ts'
import type { TrainedModel } from '../../../train/trained.ts'
import type { ScoreComparisons } from '../score-comparison.ts'
import type { Drift } from '../score-summary.ts'
import type { OddExample } from '../scored-parts.ts'

/** What is known of an example beside its values. */
export interface ExampleNames {
  /** The texts of columns that name examples. */
  readonly keys: readonly string[]
  /** What the column of labels holds, in words: `is_fault 1`. */
  readonly label?: string | undefined
  /** Its class, for a conditional model. */
  readonly classLabel?: number | undefined
}

/** What scoring found in some examples. */
export interface FoundScores {
  readonly scores: Float64Array
  readonly threshold: AlarmThreshold
  readonly alarms: number
  readonly drift: Drift
  readonly comparisons: ScoreComparisons
  /** The examples of the highest scores, highest first. */
  readonly worst: readonly OddExample[]
}

/** What a page on scores is made of. */
export interface ScorePageSource extends FoundScores {
  readonly trained: TrainedModel
  /** Names of what was scored, of the run, and of the file that holds all scores. */
  readonly names: { readonly data: string; readonly run: string; readonly out: string }
  /** Of a table. */
  readonly columns: readonly TableColumn[] | undefined
  readonly keyNames: readonly string[]
  readonly material: ScoringMaterial
  readonly score: ModelScoreName
  namesOf(row: number): ExampleNames
  readonly signal?: AbortSignal | undefined
}

/** Examples that a page shows. */
export const SHOWN = 50

/** `row` for a table, `picture` for pictures, else `example`. */
export const nounOf = ({ columns, trained }: Pick<ScorePageSource, 'columns' | 'trained'>) =>
  columns ? 'row' : isOfPictures(trained) ? 'picture' : 'example'

/** Whether examples can be shown as pictures. */
export function isOfPictures({ model: { info } }: Pick<TrainedModel, 'model'>): boolean {
  const { exampleShape: shape, columns } = info
  if (columns) return false
  return shape.length === 2 || (shape.length === 3 && (shape[0] === 1 || shape[0] === 3))
}
