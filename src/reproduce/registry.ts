import { nearest, UserError } from '../tensor/errors.ts'
import { aeNeedsADensity } from './autoencoder-vae-or-gan/ae-needs-a-density.ts'
import { aeRestoresVaeGenerates } from './autoencoder-vae-or-gan/ae-restores-vae-generates.ts'
import { ganNeedNotCover } from './autoencoder-vae-or-gan/gan-need-not-cover.ts'
import { contractionFlattensSpectrum } from './autoencoders/contraction-flattens-spectrum.ts'
import { contractionIsSmallNoise } from './autoencoders/contraction-is-small-noise.ts'
import { denoisingSteadiesCodes } from './autoencoders/denoising-steadies-codes.ts'
import { linearAeSpansPca } from './autoencoders/linear-ae-spans-pca.ts'
import { pretrainingHelpsFewLabels } from './autoencoders/pretraining-helps-few-labels.ts'
import { pretrainingHelpsLogisticLayers } from './autoencoders/pretraining-helps-logistic-layers.ts'
import { stackedDenoisingSamples } from './autoencoders/stacked-denoising-samples.ts'
import { CHAPTERS } from './chapters.ts'
import type { Experiment } from './experiment.ts'
import { coordinatesAreThicknessAndSlant } from './manifold-learning/coordinates-are-thickness-and-slant.ts'
import { densityFallsOffTheManifold } from './manifold-learning/density-falls-off-the-manifold.ts'
import { latentMidpointsAreNearer } from './manifold-learning/latent-midpoints-are-nearer.ts'
import { crossEntropyDoesNotVanish } from './maximum-likelihood/cross-entropy-does-not-vanish.ts'
import { lossesAreLikelihoods } from './maximum-likelihood/losses-are-likelihoods.ts'
import { outputIsADistribution } from './maximum-likelihood/output-is-a-distribution.ts'
import { adversarialPriors } from './published-results/adversarial-priors.ts'
import { contractiveFeaturesClassify } from './published-results/contractive-features-classify.ts'
import { importanceWeightedRows } from './published-results/importance-weighted-rows.ts'
import { reconstructionByCodeSize } from './published-results/reconstruction-by-code-size.ts'
import { stackedNetworksClassify } from './published-results/stacked-networks-classify.ts'
import { thirtyNumbersBeatComponents } from './published-results/thirty-numbers-beat-components.ts'
import { twoDimensionalManifold } from './published-results/two-dimensional-manifold.ts'
import { vaeOf400Units } from './published-results/vae-of-400-units.ts'
import { cropIsNearerThanShift } from './variational-autoencoders/crop-is-nearer-than-shift.ts'
import { elboTrainingReachesLikelihood } from './variational-autoencoders/elbo-training-reaches-likelihood.ts'
import { layersBendThePrior } from './variational-autoencoders/layers-bend-the-prior.ts'
import { likelihoodIsElboPlusDivergence } from './variational-autoencoders/likelihood-is-elbo-plus-divergence.ts'
import { priorDrawsMissLikelihood } from './variational-autoencoders/prior-draws-miss-likelihood.ts'
import { reparametrisedGradient } from './variational-autoencoders/reparametrised-gradient.ts'
import { twoDerivationsOfElbo } from './variational-autoencoders/two-derivations-of-elbo.ts'

const all: readonly Experiment[] = [
  lossesAreLikelihoods,
  crossEntropyDoesNotVanish,
  outputIsADistribution,
  densityFallsOffTheManifold,
  latentMidpointsAreNearer,
  coordinatesAreThicknessAndSlant,
  linearAeSpansPca,
  pretrainingHelpsLogisticLayers,
  pretrainingHelpsFewLabels,
  denoisingSteadiesCodes,
  stackedDenoisingSamples,
  contractionIsSmallNoise,
  contractionFlattensSpectrum,
  layersBendThePrior,
  cropIsNearerThanShift,
  priorDrawsMissLikelihood,
  twoDerivationsOfElbo,
  likelihoodIsElboPlusDivergence,
  elboTrainingReachesLikelihood,
  reparametrisedGradient,
  aeNeedsADensity,
  aeRestoresVaeGenerates,
  ganNeedNotCover,
  twoDimensionalManifold,
  vaeOf400Units,
  importanceWeightedRows,
  thirtyNumbersBeatComponents,
  stackedNetworksClassify,
  contractiveFeaturesClassify,
  adversarialPriors,
  reconstructionByCodeSize,
]

const chapters = Object.keys(CHAPTERS)

/** All experiments, in the order of the lecture. */
export const experiments: readonly Experiment[] = [...all].sort(
  (a, b) => chapters.indexOf(a.chapter) - chapters.indexOf(b.chapter),
)

/** @throws UserError for an unknown name, with the nearest */
export function experimentNamed(name: string): Experiment {
  const found = experiments.find((experiment) => experiment.name === name)
  if (found) return found
  const near = nearest(
    name,
    experiments.map((experiment) => experiment.name),
  )
  const hint = near ? `; did you mean ${near}?` : ''
  throw new UserError({
    library: `unknown experiment ${name}${hint}`,
    commandLine: `unknown experiment ${name}${hint} (see latentlab reproduce --list)`,
  })
}
