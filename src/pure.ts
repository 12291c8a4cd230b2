/**
 * The parts of the library that need neither files nor a runtime, alike in Node and the browser: the entry
 * `latentlab/pure`, and a part of `latentlab`.
 */

// Configuration and what a training tells.
export { type Option, type RunConfig, resolveConfig, trainingOptions } from './app/config.ts'
export type { Model } from './app/library/model.ts'
export type {
  ComputeOptions,
  DataSplitOptions,
  FitOptions,
  ModelOptions,
  TrainingHooks,
} from './app/library/options.ts'
export {
  flag,
  integer,
  number,
  numbers,
  type Schedule,
  schedule,
} from './config/options.ts'
// Data.
export type { Binarize, DataSet, Split, SplitName } from './data/dataset.ts'
export { evaluatedValues, exampleNumbers } from './data/evaluated.ts'
export type { ExampleForm, ExampleKind } from './data/form.ts'
export type { ExampleArray, LabelArray } from './data/given.ts'
export { parseNpy, writeNpy } from './data/npy.ts'
export { parseNpz, writeNpz } from './data/npz.ts'
export { gatherRows, splitLabels, splitValues } from './data/rows.ts'
export { formOf } from './data/training-rows.ts'
// Distributions.
export { type Bernoulli, bernoulli } from './distributions/bernoulli.ts'
export { categorical } from './distributions/categorical.ts'
export { type Corruption, corrupt, parseCorruption } from './distributions/corruption.ts'
export type { Distribution, Noise, Posterior } from './distributions/distribution.ts'
export { MMD_SCALES, mmd, mmdOf } from './distributions/divergences.ts'
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
export { type CodePrior, codePriors, type PriorName, priorNames } from './distributions/priors.ts'
export {
  bernoulliPrior,
  type RelaxedBernoulli,
  relaxedBernoulli,
} from './distributions/relaxed-bernoulli.ts'
// What a trained model achieves, and what can be seen in it.
export { type Auroc, auroc } from './evaluate/anomaly/auroc.ts'
export { averagePrecision } from './evaluate/anomaly/average-precision.ts'
export type { Evaluation } from './evaluate/evaluate.ts'
export { densityAndCoverage } from './evaluate/generation/density-coverage.ts'
export { energyDistance } from './evaluate/generation/energy-distance.ts'
export { featureMoments, frechetDistance } from './evaluate/generation/frechet.ts'
export { novelty } from './evaluate/generation/novelty.ts'
export { precisionAndRecall } from './evaluate/generation/precision-recall.ts'
export type { MeasuredEntry } from './evaluate/ledger/entry.ts'
export type { Group } from './evaluate/ledger/groups.ts'
export { annealedImportance } from './evaluate/likelihood/annealed-importance.ts'
export { importanceBound } from './evaluate/likelihood/importance-bound.ts'
export { klDecomposition } from './evaluate/likelihood/kl-decomposition.ts'
export { type TermKind, termKinds } from './evaluate/loss/stage-loss.ts'
export { type Evaluator, evaluator, type TermMeans } from './evaluate/loss/terms.ts'
export { neighbourhoodPreservation } from './evaluate/manifold/neighbourhoods.ts'
export { pathSmoothness } from './evaluate/manifold/path-smoothness.ts'
export { type Neighbours, nearestNeighbours } from './evaluate/neighbours/nearest-neighbours.ts'
export type { EvaluationOptions } from './evaluate/options.ts'
export { peakSignalToNoise } from './evaluate/reconstruction/psnr.ts'
export { structuralSimilarity } from './evaluate/reconstruction/structural-similarity.ts'
export { effectiveRank } from './evaluate/representation/effective-rank.ts'
export { fitLinearProbe, probedClasses } from './evaluate/representation/linear-probe.ts'
export {
  aurocInterval,
  type Interval,
  meanInterval,
  pairedInterval,
  proportionInterval,
} from './evaluate/statistics/intervals.ts'
export { type Interpolation, interpolate, type WalkLabels } from './explore/interpolation.ts'
export { type ManifoldGrid, manifoldGrid } from './explore/manifold.ts'
export { type PrincipalAxes, principalAxes } from './explore/principal-axes.ts'
export { type StyleTransfer, styleTransfer } from './explore/style-transfer.ts'
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
  type FitHooks,
  type Fitted,
  type Joint,
  type ModelDefinition,
  type Objective,
  type Phase,
  type Stage,
  type Term,
  type Terms,
  type TrainingDefaults,
} from './models/model.ts'
export { family, modelNamed, models } from './models/registry.ts'
export { vae } from './models/vae.ts'
// Networks.
export { type Activation, activationNames, activations } from './nn/activations.ts'
export {
  type ConvDecoderOptions,
  type ConvEncoderOptions,
  convDecoder,
  convEncoder,
} from './nn/conv.ts'
export { type Dense, type DenseOptions, dense } from './nn/dense.ts'
export { type HourglassOptions, type SupervisedNetwork, stackedHourglass } from './nn/hourglass.ts'
export { exactNorm, oneLayerNorm, projectedNorm } from './nn/jacobian.ts'
export { type MlpLayer, type MlpOptions, mlp, mlpLayers } from './nn/mlp.ts'
export type { Mode, Network } from './nn/network.ts'
export { batchNorm, layerNorm, type Normalization, normalizationNames } from './nn/normalization.ts'
export { type Initializer, type Parameter, type Parameters, parameters } from './nn/parameters.ts'
export { type UnetOptions, unet } from './nn/unet.ts'
// Pictures.
export type { GridOptions, Picture } from './report/picture.ts'
export { encodePng, imageGrid, stackPictures } from './report/pixels.ts'
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
// Linear algebra on the host, in float64.
export type { ComponentOptions, PrincipalComponents } from './tensor/components.ts'
// Arrays.
export { UserError } from './tensor/errors.ts'
export {
  type DType,
  type ElementArrays,
  type HostTensor,
  hostTensor,
  sizeOf,
} from './tensor/host.ts'
export { principalAngles } from './tensor/principal-angles.ts'
export { principalComponents } from './tensor/principal-components.ts'
export { type Stream, stream } from './tensor/random.ts'
export { arrayRows, type RowSource } from './tensor/row-source.ts'
export { type BuiltModel, type BuiltPhase, type BuiltStage, build } from './train/build.ts'
// Training.
export type { Checkpoint, Progress } from './train/checkpoint.ts'
export type { TrainConfig } from './train/config.ts'
export type { Figures, StopReason, TrainingEvent } from './train/events.ts'
export { type Labels, type TrainedModel, trainedModel } from './train/trained.ts'
export { fit } from './train/trainer.ts'
export type { TrainerOptions, TrainingStore } from './train/trainer-options.ts'
