import type { DataSet, SplitName } from '../data/dataset.ts'
import type { Wording } from '../tensor/wording.ts'
import type { TrainedModel } from '../train/trained.ts'
import type { ExampleHashes } from './example-hashes.ts'
import type { Figure } from './ledger/entry.ts'
import type { Group } from './ledger/groups.ts'
import type { LikelihoodWords } from './loss/likelihood-words.ts'
import type { TermMeans } from './loss/terms.ts'
import type { EvaluationOptions } from './options.ts'

/** What is evaluated, and how. */
export interface EvaluationContext {
  readonly trained: TrainedModel
  readonly data: DataSet
  readonly split: SplitName
  readonly seed: number
  readonly options: EvaluationOptions
  readonly hashes: ExampleHashes
  /** The loss terms over the split. */
  readonly means: TermMeans
  /** What −log p(x|z) is for the data of the split. */
  readonly words: LikelihoodWords
  /** How many cells of each row have a value, where the examples are rows of a table whose columns have kinds. */
  readonly observed?: Float64Array | undefined
  /** Records that figures are omitted, and why: too few examples, or no labels. */
  omit(reason: string | Wording): void
}

/** The figures of one group, and which models and data they apply to. */
export interface GroupEvaluation {
  readonly group: Group
  /** Shown as progress while the figures are computed. */
  readonly what: string
  applies(context: EvaluationContext): boolean
  figures(context: EvaluationContext): Promise<Figure[]>
}
