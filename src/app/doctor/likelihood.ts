import { SIGMA_FLOOR } from '../../distributions/gaussian.ts'
import { isTrainedByLikelihood } from '../../evaluate/generation/sample-kind.ts'
import { squaredError, totalVariance } from '../../evaluate/statistics/variance.ts'
import { likelihoodChoice } from '../../models/likelihoods.ts'
import { advice } from './advice.ts'
import type { Check, CurveCheck, ExaminedRun, Suggestion } from './finding.ts'

/** Values between these are clearly neither 0 nor 1. */
const [DARK, BRIGHT] = [0.1, 0.9]

/** Share of values in between from which on a Bernoulli likelihood is wrong. */
const GREY = 0.25

/** A likelihood for values of 0 and 1 on data that has others. */
export const binaryLikelihoodOnRealValues: Check = (examined) => {
  const { trained, data } = examined
  if (!trained || data.binarize !== 'none' || !isTrainedByLikelihood(trained.run.model))
    return undefined
  const { config, restore } = trained.run.model
  if (!restore || likelihoodChoice(String(config.likelihood)).kind !== 'bernoulli') return undefined
  const values = trained.outputs.x.data
  const between = values.filter((value) => value > DARK && value < BRIGHT).length / values.length
  if (between < GREY) return undefined
  return {
    name: 'binary-likelihood-on-real-values',
    what: 'A Bernoulli likelihood is for values of 0 and 1, but the data are real numbers.',
    evidence: `${Math.round(100 * between)} % of the values of test examples lie between ${DARK} and ${BRIGHT}`,
    ...learnedSigma(examined),
  }
}

/** A Gaussian likelihood whose σ is learned, or else fixed. */
const learnedSigma = (examined: ExaminedRun): Suggestion =>
  advice(
    examined,
    [{ likelihood: 'gaussian:global' }, { likelihood: 'gaussian' }],
    'train under a Gaussian likelihood that learns its σ',
  )

/** A learned σ within this factor of its floor counts as going to 0. */
const NEAR_FLOOR = 3

/** A density that grows without limit because its σ goes to 0. */
export const sigmaRunningToZero: CurveCheck = (examined) => {
  const { trained } = examined
  const logSigma = trained?.run.parameters['likelihood.logSigma']
  if (!trained || !logSigma) return undefined
  const sigmas = Array.from(logSigma.data as Float32Array, (value) => Math.exp(value))
  const low = sigmas.filter((sigma) => sigma < NEAR_FLOOR * SIGMA_FLOOR).length
  if (low === 0) return undefined
  return {
    name: 'sigma-running-to-zero',
    what: 'The learned σ of the Gaussian likelihood is going to 0, and the density to infinity: some values are always the same.',
    evidence: `${low} of ${sigmas.length} σ are near the floor of ${SIGMA_FLOOR}; the smallest is ${Math.min(...sigmas).toExponential(1)}`,
    ...advice(
      examined,
      [sigmas.length > 1 && { likelihood: 'gaussian:global' }, { likelihood: 'gaussian:0.1' }],
      'fix σ instead of learning it',
    ),
  }
}

/** Least and largest mean squared error, as shares of σ². */
const [LOOSE, TIGHT] = [0.1, 25]

/** σ² of a fixed σ, and the mean squared error of a value, for a model that weighs errors against a prior. */
function fixedSigma({ trained }: ExaminedRun): { variance: number; error: number } | undefined {
  if (!trained?.outputs.restored || !trained.run.model.prior) return undefined
  const { model } = trained.run
  const choice = likelihoodChoice(String(model.config.likelihood))
  if (choice.kind !== 'gaussian' || typeof choice.sigma !== 'number') return undefined
  if (!isTrainedByLikelihood(model)) return undefined
  const { x, restored } = trained.outputs
  const error = squaredError(x, restored) / model.info.dimension
  return { variance: choice.sigma ** 2, error }
}

const sigmaEvidence = ({ variance, error }: { variance: number; error: number }): string =>
  `σ² = ${variance}, and the mean squared error of a value is ${error.toPrecision(3)}`

/** A fixed σ far larger than the errors: the divergence of codes then outweighs the reconstruction. */
export const sigmaTooWide: Check = (examined) => {
  const fixed = fixedSigma(examined)
  if (!fixed || fixed.error >= LOOSE * fixed.variance) return undefined
  return {
    name: 'sigma-too-wide',
    what: 'The fixed σ of the Gaussian likelihood is far larger than the errors, so reconstruction counts too little against the prior.',
    evidence: sigmaEvidence(fixed),
    ...learnedSigma(examined),
  }
}

/** A fixed σ far smaller than the errors: the divergence of codes then counts for nothing. */
export const sigmaTooNarrow: Check = (examined) => {
  const fixed = fixedSigma(examined)
  if (!fixed || fixed.error <= TIGHT * fixed.variance) return undefined
  return {
    name: 'sigma-too-narrow',
    what: 'The fixed σ of the Gaussian likelihood is far smaller than the errors, so the prior counts too little against reconstruction.',
    evidence: sigmaEvidence(fixed),
    ...learnedSigma(examined),
  }
}

/** Largest mean squared error of rounding values to levels, as a share of their variance. */
const ROUNDING = 0.1

/** Levels of a categorical likelihood that are too far apart for the values: a reconstruction is made of levels. */
export const levelsTooCoarse: Check = (examined) => {
  const { trained, data } = examined
  if (!trained?.run.model.restore || data.binarize !== 'none') return undefined
  if (!isTrainedByLikelihood(trained.run.model)) return undefined
  const choice = likelihoodChoice(String(trained.run.model.config.likelihood))
  if (choice.kind !== 'categorical') return undefined
  const { levels } = choice
  const { x } = trained.outputs
  const rounding = x.data.reduce((sum, value) => sum + (value - levelOf(value, levels)) ** 2, 0)
  const share = rounding / (x.shape[0]! * totalVariance(x))
  if (!(share >= ROUNDING)) return undefined
  return {
    name: 'levels-too-coarse',
    what: 'The levels of the categorical likelihood are too coarse for real values.',
    evidence: `rounding test examples to ${levels} levels makes an error of ${Math.round(100 * share)} % of their variance`,
    ...learnedSigma(examined),
  }
}

/** The value of the level of a value in [0, 1], as a categorical likelihood has it. */
const levelOf = (value: number, levels: number): number =>
  Math.max(0, Math.min(levels - 1, Math.floor(value * levels))) / (levels - 1)
