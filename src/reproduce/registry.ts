import { nearest, UserError } from '../tensor/errors.ts'
import { adversarialPriors } from './adversarial-priors.ts'
import { aeNeedsADensity } from './ae-needs-a-density.ts'
import { aeRestoresVaeGenerates } from './ae-restores-vae-generates.ts'
import { CHAPTERS } from './chapters.ts'
import { contractionFlattensSpectrum } from './contraction-flattens-spectrum.ts'
import { contractionIsSmallNoise } from './contraction-is-small-noise.ts'
import { contractiveFeaturesClassify } from './contractive-features-classify.ts'
import { coordinatesAreThicknessAndSlant } from './coordinates-are-thickness-and-slant.ts'
import { cropIsNearerThanShift } from './crop-is-nearer-than-shift.ts'
import { crossEntropyDoesNotVanish } from './cross-entropy-does-not-vanish.ts'
import { denoisingSteadiesCodes } from './denoising-steadies-codes.ts'
import { densityFallsOffTheManifold } from './density-falls-off-the-manifold.ts'
import { elboTrainingReachesLikelihood } from './elbo-training-reaches-likelihood.ts'
import type { Experiment } from './experiment.ts'
import { ganNeedNotCover } from './gan-need-not-cover.ts'
import { importanceWeightedRows } from './importance-weighted-rows.ts'
import { latentMidpointsAreNearer } from './latent-midpoints-are-nearer.ts'
import { layersBendThePrior } from './layers-bend-the-prior.ts'
import { likelihoodIsElboPlusDivergence } from './likelihood-is-elbo-plus-divergence.ts'
import { linearAeSpansPca } from './linear-ae-spans-pca.ts'
import { lossesAreLikelihoods } from './losses-are-likelihoods.ts'
import { outputIsADistribution } from './output-is-a-distribution.ts'
import { pretrainingHelpsFewLabels } from './pretraining-helps-few-labels.ts'
import { pretrainingHelpsLogisticLayers } from './pretraining-helps-logistic-layers.ts'
import { priorDrawsMissLikelihood } from './prior-draws-miss-likelihood.ts'
import { reconstructionByCodeSize } from './reconstruction-by-code-size.ts'
import { reparametrisedGradient } from './reparametrised-gradient.ts'
import { stackedDenoisingSamples } from './stacked-denoising-samples.ts'
import { stackedNetworksClassify } from './stacked-networks-classify.ts'
import { thirtyNumbersBeatComponents } from './thirty-numbers-beat-components.ts'
import { twoDerivationsOfElbo } from './two-derivations-of-elbo.ts'
import { twoDimensionalManifold } from './two-dimensional-manifold.ts'
import { vaeOf400Units } from './vae-of-400-units.ts'

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

/** @throws UserError for a name that none has, with the nearest. */
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
