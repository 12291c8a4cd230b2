/**
 * `latentlab/models`: the family, and what a definition of one's own is composed of. `docs/adding-a-model.md`
 * walks through one.
 */

/** The zod that the schemas here are made with: a definition needs no other. */
export { z } from 'zod'

// Options: what any schema is made of, and those that models share.

export { flag, integer, number, numbers, schedule, text } from '../config/options.ts'
export { lambda } from '../models/contraction.ts'
export { corruption } from '../models/corruptions.ts'
export {
  channels,
  codeActivation,
  network,
  networkFields,
  tied,
} from '../models/network-options.ts'
export {
  activation,
  dropout,
  fixedLikelihood,
  hidden,
  latent,
  likelihood,
} from '../models/options.ts'

// Distributions.

export { type Bernoulli, bernoulli } from '../distributions/bernoulli.ts'
export { categorical } from '../distributions/categorical.ts'
export { corrupt, parseCorruption } from '../distributions/corruption.ts'
export type { Distribution, Noise, Posterior } from '../distributions/distribution.ts'
export { MMD_SCALES, mmd, mmdOf } from '../distributions/divergences.ts'
export {
  boundedGaussian,
  type Gaussian,
  gaussian,
  gaussianWithSigma,
  LOG_VAR_BOUNDS,
  SIGMA_FLOOR,
  standardNormal,
} from '../distributions/gaussian.ts'
export { point } from '../distributions/point.ts'
export { type CodePrior, codePriors, type PriorName, priorNames } from '../distributions/priors.ts'
export {
  bernoulliPrior,
  type RelaxedBernoulli,
  relaxedBernoulli,
} from '../distributions/relaxed-bernoulli.ts'

// What a definition states, and parts that members of the family share.

export { code, reconstruction } from '../models/ae.ts'
export {
  type CoderConfig,
  type Coders,
  coderConfig,
  coderNetworks,
  decoderOf,
} from '../models/coders.ts'
export { corrupted } from '../models/corruptions.ts'
export {
  decoded,
  likelihoodOf,
  likelihoodParameters,
  outputsPerValue,
} from '../models/likelihoods.ts'
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
} from '../models/model.ts'
export {
  divergence,
  encodedSize,
  posteriorOf,
  priorOf,
  type VaeConfig,
} from '../models/variational.ts'

// The family.

export { aae } from '../models/aae.ts'
export { ae } from '../models/ae.ts'
export { cae } from '../models/cae.ts'
export { cvae } from '../models/cvae.ts'
export { dae } from '../models/dae.ts'
export { gan } from '../models/gan.ts'
export { linearAe } from '../models/linear-ae.ts'
export { pca } from '../models/pca.ts'
export { family, modelNamed, models } from '../models/registry.ts'
export { scae } from '../models/scae.ts'
export { stackedAe } from '../models/stacked-ae.ts'
export { stackedDae } from '../models/stacked-dae.ts'
export { vae } from '../models/vae.ts'
export { vaeGan } from '../models/vae-gan.ts'
export { wae } from '../models/wae.ts'

// Building and training, step by step.

export { resolveConfig } from '../app/config.ts'
export { type Option, type OptionSection, trainingOptions } from '../app/option-list.ts'
export { stepOptions } from '../app/unused-options.ts'
export type { UsedWith } from '../config/schema-facts.ts'
export { formOf } from '../data/training-rows.ts'
export { type BuiltModel, type BuiltPhase, type BuiltStage, build } from '../train/build.ts'
export type { Checkpoint, Progress } from '../train/checkpoint.ts'
export { type Labels, type TrainedModel, trainedModel } from '../train/trained.ts'
export { fit } from '../train/trainer.ts'
export type { TrainerOptions, TrainingStore } from '../train/trainer-options.ts'
