import type { ScoreName, Scoring } from '../../answers/anomaly/scoring.ts'
import type { DataSet } from '../../data/dataset.ts'
import type { ExampleForm } from '../../data/form.ts'
import type { Evaluation } from '../../evaluate/evaluate.ts'
import type { PackageFiles } from '../../package/files.ts'
import type { GoldenDifference } from '../../package/golden-differences.ts'
import type { TrainedModel } from '../../train/trained.ts'
import type { RunConfig } from '../config.ts'
import type { PackagedThreshold } from './threshold-file.ts'

/** A trained model that can be exported, with what its card says. */
export interface Exportable {
  readonly trained: TrainedModel
  readonly config: RunConfig
  readonly folder?: string | undefined
  readonly epoch: number
  readonly step: number
  readonly checkpoint: 'best' | 'last'
  form(): Promise<ExampleForm | undefined>
  scoring(names: readonly ScoreName[]): Promise<Scoring>
  data(): Promise<DataSet>
  evaluate(split: 'test'): Promise<Evaluation>
}

/** A package, and what is worth knowing about it. */
export interface Exported {
  readonly name: string
  readonly files: PackageFiles
  readonly threshold: PackagedThreshold | undefined
  /** Examples of the training data that are in the package: 0 unless its score is the distance. */
  readonly trainingExamples: number
  /** The largest |a - b| / (1 + |b|) between the trained model and ONNX Runtime, over all goldens. */
  readonly largestDifference: number
  /** How far answers with 16-bit weights are from those with 32 bits, output by output; undefined for 32 bits. */
  readonly loss: readonly GoldenDifference[] | undefined
}
