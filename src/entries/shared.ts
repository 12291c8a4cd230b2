/** What `latentlab` is in Node and in the browser alike: what the verbs take and return, and the values around them. */

// What the verbs take.

export type { ExamineModelOptions } from '../app/library/examine-model.ts'
export type { AdjustableOptions } from '../app/library/option-types.ts'
export type {
  ComputeOptions,
  DataSplitOptions,
  FitOptions,
  ModelChoice,
  ModelName,
  ModelOptions,
  TrainingHooks,
} from '../app/library/options.ts'
export type { OpenRunOptions, ResumeTrainingOptions } from '../app/library/stored-training.ts'
export type { Adjustments, Training, TrainingControlOptions } from '../app/library/training.ts'
export type { RunFiles } from '../app/run/run-files.ts'
export type { LearningRateSchedule, Schedule, ScheduleText } from '../config/options.ts'
export type { Binarize, SplitName } from '../data/dataset.ts'
export type { ExampleArray, LabelArray } from '../data/given.ts'
export type { LayoutName } from '../data/layout.ts'
export type { PictureForm, PictureOptions } from '../data/pictures/reading.ts'
export type { Corruption, CorruptionName } from '../distributions/corruption.ts'
export type { LikelihoodName } from '../distributions/likelihood-choice.ts'
export type { EvaluationOptions } from '../evaluate/options.ts'
export type { PathName } from '../explore/code-paths.ts'
export type { WalkLabels } from '../explore/interpolation.ts'
export type { Device, LoopPath, RuntimeOptions } from '../runtime/session.ts'

// What they return.

export type { ModelScoreName, ScoreChoice } from '../answers/anomaly/scoring.ts'
export type { AlarmThreshold } from '../answers/anomaly/threshold.ts'
export type { Imputation, ImputedGap, ImputeOptions } from '../app/answers/imputation.ts'
export type { ScoreOptions, Scores } from '../app/answers/scored-examples.ts'
export type { RunConfig } from '../app/config.ts'
export type { Diagnosis } from '../app/doctor/doctor.ts'
export type { DescribeTableOptions, TableDescription } from '../app/library/describe-table.ts'
export type {
  Conditioned,
  CorruptOptions,
  InterpolateOptions,
  LossesOptions,
  ManifoldOptions,
  Model,
  SampleOptions,
  Seeded,
  StyleTransferOptions,
} from '../app/library/model.ts'
export type { ExportOptions } from '../app/package/export-options.ts'
export type {
  LoadPackageOptions,
  PackageDescription,
  PackagedModel,
} from '../app/package/packaged-model.ts'
export type { PackagedThreshold } from '../app/package/threshold-file.ts'
export type { Verification } from '../app/package/verify.ts'
export type { DataSet, Split } from '../data/dataset.ts'
export type { ExampleForm, ExampleKind } from '../data/form.ts'
export type { TableRow } from '../data/table/cells-to-rows.ts'
export type { TableSchema } from '../data/table/schema.ts'
export type { Evaluation } from '../evaluate/evaluate.ts'
export type { MeasuredEntry } from '../evaluate/ledger/entry.ts'
export type { Group } from '../evaluate/ledger/groups.ts'
export type { ExampleLosses } from '../evaluate/loss/example-losses.ts'
export type {
  LatentDimension,
  LatentDimensions,
} from '../evaluate/representation/latent-dimensions.ts'
export type { Interpolation } from '../explore/interpolation.ts'
export type { ManifoldGrid } from '../explore/manifold.ts'
export type { StyleTransfer } from '../explore/style-transfer.ts'
export type { PackageFiles } from '../package/files.ts'
export type { PackageLocation } from '../package/location.ts'
export type { PackageSource } from '../package/source.ts'
export type { Finding } from '../package/verify-files.ts'
export type { Runtime } from '../runtime/session.ts'
export { UserError } from '../tensor/errors.ts'
export type { TrainConfig } from '../train/config.ts'
export type { Figures, StopReason, TrainingEvent } from '../train/events.ts'

// Verbs that are the same in both.

export {
  type ClassDescription,
  type DataSetDescription,
  describeDataSet,
} from '../app/library/describe-data-set.ts'
export { examineModel } from '../app/library/examine-model.ts'
export { type ProposedOptions, proposedOptions } from '../app/library/proposed-options.ts'

// Arrays, files of arrays, and values of data sets.

export { evaluatedValues, exampleNumbers } from '../data/evaluated.ts'
export { gatherRows } from '../data/gather-rows.ts'
export { parseIdx } from '../data/idx.ts'
export { parseNpy, writeNpy } from '../data/npy.ts'
export { parseNpz, writeNpz } from '../data/npz.ts'
export { arrayStore, type RowStore } from '../data/row-store.ts'
export { splitLabels, splitValues } from '../data/rows.ts'
export {
  type DType,
  type ElementArrays,
  type FileBytes,
  type HostTensor,
  hostTensor,
} from '../tensor/host.ts'

// Pictures.

export type { GridOptions, Picture } from '../report/picture.ts'
export { encodePng, imageGrid, stackPictures } from '../report/pixels.ts'
