/** What `latentlab` is in Node and in the browser alike: what the verbs take and return, and the values around them. */

// What the verbs take and return.
export type { RunConfig } from '../app/config.ts'
export type { Model } from '../app/library/model.ts'
export type {
  ComputeOptions,
  DataSplitOptions,
  FitOptions,
  ModelOptions,
  TrainingHooks,
} from '../app/library/options.ts'
// Data.
export type { Binarize, DataSet, ExampleKind, Split, SplitName } from '../data/dataset.ts'
export { evaluatedValues, exampleNumbers } from '../data/evaluated.ts'
export type { ExampleForm } from '../data/form.ts'
export type { ExampleArray, LabelArray } from '../data/given.ts'
export { parseNpy, writeNpy } from '../data/npy.ts'
export { parseNpz, writeNpz } from '../data/npz.ts'
export { gatherRows, splitLabels, splitValues } from '../data/rows.ts'
export type { Corruption } from '../distributions/corruption.ts'
export type { Evaluation, EvaluationOptions } from '../evaluate/evaluate.ts'
export type { Group } from '../evaluate/group-evaluation.ts'
export type { MeasuredEntry } from '../evaluate/loss/evaluation.ts'
export type { Interpolation, WalkLabels } from '../explore/interpolation.ts'
export type { ManifoldGrid } from '../explore/manifold.ts'
export type { StyleTransfer } from '../explore/style-transfer.ts'
// Pictures.
export {
  encodePng,
  type GridOptions,
  imageGrid,
  type Picture,
  stackPictures,
} from '../report/pixels.ts'
export type { Device, Runtime, RuntimeOptions } from '../runtime/session.ts'
export { UserError } from '../tensor/errors.ts'
export { type DType, type ElementArrays, type HostTensor, hostTensor } from '../tensor/host.ts'
export type { TrainConfig } from '../train/config.ts'
export type { Figures, StopReason, TrainingEvent } from '../train/events.ts'
