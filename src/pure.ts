/**
 * The parts of the library that need neither files nor a runtime, alike in Node and the browser: the entry
 * `latentlab/pure`, and a part of `latentlab`.
 */

// Configuration and what a training tells.
export { type Option, type RunConfig, resolveConfig, trainingOptions } from './app/config.ts'
export type { Evaluation } from './app/evaluation.ts'
export type { MeasuredEntry } from './app/ledger-entries.ts'
export type { Model } from './app/model.ts'
export type {
  ComputeOptions,
  DataSplitOptions,
  ExampleArray,
  FitOptions,
  ModelOptions,
  TrainingHooks,
} from './app/train-options.ts'
export type { Schedule } from './config/options.ts'
// Data.
export type { Binarize, DataSet, ExampleKind, Split, SplitName } from './data/dataset.ts'
export { parseNpy, writeNpy } from './data/npy.ts'
export { parseNpz, writeNpz } from './data/npz.ts'
export { gatherRows, splitValues } from './data/rows.ts'
// Distributions.
export { bernoulli } from './distributions/bernoulli.ts'
export { categorical } from './distributions/categorical.ts'
export type { Distribution, Noise, Posterior } from './distributions/distribution.ts'
export {
  boundedGaussian,
  type Gaussian,
  gaussian,
  gaussianWithSigma,
  LOG_VAR_BOUNDS,
  SIGMA_FLOOR,
  standardNormal,
} from './distributions/gaussian.ts'
export { point } from './distributions/point.ts'
export { type Evaluator, evaluator, formOf, type TermMeans } from './evaluate/terms.ts'
export { type Interpolation, interpolate } from './explore/interpolation.ts'
export { type ManifoldGrid, manifoldGrid } from './explore/manifold.ts'
// The graph layer.
export { gradients } from './graph/autodiff.ts'
export { type Carried, fedRows, type LoopProgram } from './graph/loop.ts'
export { writeModel } from './graph/lower.ts'
export { randomNormal, randomUniform } from './graph/random.ts'
export {
  concat,
  constant,
  fill,
  int64,
  iota,
  type Operand,
  scalar,
  Tensor,
} from './graph/tensor.ts'
// Models.
export { ae } from './models/ae.ts'
export {
  type Batch,
  type Bound,
  defineModel,
  type ExampleInfo,
  type ModelDefinition,
  type Term,
} from './models/model.ts'
export { modelNamed, models } from './models/registry.ts'
export { vae } from './models/vae.ts'
export { type Activation, activationNames, activations } from './nn/activations.ts'
export { type MlpOptions, mlp } from './nn/mlp.ts'
export type { Mode, Network } from './nn/network.ts'
export type { Initializer, Parameter, Parameters } from './nn/parameters.ts'
// Pictures.
export {
  encodePng,
  type GridOptions,
  imageGrid,
  type Picture,
  stackPictures,
} from './report/pixels.ts'
// Where graphs run.
export { referenceRuntime } from './runtime/reference.ts'
export type {
  Arrays,
  Device,
  LoopSession,
  Runtime,
  RuntimeOptions,
  Session,
} from './runtime/session.ts'
// Arrays.
export { UserError } from './tensor/errors.ts'
export {
  type DType,
  type ElementArrays,
  type HostTensor,
  hostTensor,
  sizeOf,
} from './tensor/host.ts'
export { type Stream, stream } from './tensor/random.ts'
export { type BuiltModel, build } from './train/build.ts'
// Training.
export type { Checkpoint, Progress } from './train/checkpoint.ts'
export type { TrainConfig } from './train/config.ts'
export type { Figures, StopReason, TrainingEvent } from './train/events.ts'
export { type TrainedModel, trainedModel } from './train/trained.ts'
export { fit, type TrainerOptions, type TrainingStore } from './train/trainer.ts'
