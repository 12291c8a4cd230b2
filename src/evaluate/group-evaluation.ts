import type { DataSet, SplitName } from '../data/dataset.ts'
import type { TrainedModel } from '../train/trained.ts'
import type { Evaluable, EvaluationOptions } from './evaluate.ts'
import type { ExampleHashes } from './example-hashes.ts'
import type { Figure } from './loss/evaluation.ts'

/** What can be measured of a model, in display order. */
export const GROUPS = {
  loss: 'the terms of its loss',
  reconstruction: 'how close reconstructions are to the examples',
  likelihood: 'how likely the data is, and how much information the code carries',
  representation: 'what can be read from codes',
  manifold: 'whether neighbourhoods are preserved and interpolation paths are short',
  generation: 'how similar samples are to the data, and whether they cover it',
  anomaly: 'whether examples of unknown classes stand out',
} as const

export type Group = keyof typeof GROUPS

/** Figures that were asked for and cannot be given, with the reason. */
export interface Omission {
  readonly group: Group
  readonly reason: string
}

/** What is examined. */
export interface Subject extends Evaluable {
  readonly trained: TrainedModel
  readonly data: DataSet
  readonly split: SplitName
  readonly seed: number
  readonly options: EvaluationOptions
  readonly hashes: ExampleHashes
  /** Rows of one call, where that is not left to what is measured. */
  readonly rowsPerCall?: number
  /** Notes that figures are left out, and why: too few examples, or no labels. */
  omit(reason: string): void
}

/** Some figures of one group, and which models and data have them. */
export interface Examination {
  readonly group: Group
  /** What is under way while it is measured. */
  readonly what: string
  belongs(subject: Subject): boolean
  figures(subject: Subject): Promise<Figure[]>
}
