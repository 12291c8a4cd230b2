import { SIGMA_FLOOR } from '../../distributions/gaussian.ts'
import { rowDistances } from '../../evaluate/neighbours/row-distances.ts'
import { meanWithError } from '../../evaluate/statistics/mean.ts'
import { likelihoodChoice } from '../../models/likelihoods.ts'
import type { Check } from './finding.ts'

/** Values between these are clearly neither 0 nor 1. */
const [DARK, BRIGHT] = [0.1, 0.9]

/** Share of values in between from which on a Bernoulli likelihood is wrong. */
const GREY = 0.25

/** A likelihood for values of 0 and 1 on data that has others. */
export const binaryLikelihoodOnRealValues: Check = ({ trained, data }) => {
  if (!trained || data.binarize !== 'none') return undefined
  const { config, restore } = trained.run.model
  if (!restore || likelihoodChoice(String(config.likelihood)).kind !== 'bernoulli') return undefined
  const values = trained.outputs.x.data
  const between = values.filter((value) => value > DARK && value < BRIGHT).length / values.length
  if (between < GREY) return undefined
  return {
    name: 'binary-likelihood-on-real-values',
    what: 'A Bernoulli likelihood is for values of 0 and 1, but the data are real numbers.',
    evidence: `${Math.round(100 * between)} % of the values of test examples lie between ${DARK} and ${BRIGHT}`,
    try: '--likelihood gaussian:global',
  }
}

/** A learned σ within this factor of its floor counts as going to 0. */
const NEAR_FLOOR = 3

/** A density that grows without limit because its σ goes to 0. */
export const sigmaRunningToZero: Check = ({ trained }) => {
  const logSigma = trained?.run.parameters['likelihood.logSigma']
  if (!trained || !logSigma) return undefined
  const sigmas = Array.from(logSigma.data as Float32Array, (value) => Math.exp(value))
  const low = sigmas.filter((sigma) => sigma < NEAR_FLOOR * SIGMA_FLOOR).length
  if (low === 0) return undefined
  return {
    name: 'sigma-running-to-zero',
    what: 'The learned σ of the Gaussian likelihood is going to 0, and the density to infinity: some values are always the same.',
    evidence: `${low} of ${sigmas.length} σ are near the floor of ${SIGMA_FLOOR}; the smallest is ${Math.min(...sigmas).toExponential(1)}`,
    try: sigmas.length > 1 ? '--likelihood gaussian:global' : '--likelihood gaussian:0.1',
  }
}

/** Least mean squared error, as a share of σ². */
const LOOSE = 0.1

/** A fixed σ far larger than the errors: the divergence of codes then outweighs the reconstruction. */
export const sigmaTooWide: Check = ({ trained }) => {
  if (!trained?.outputs.restored || !trained.run.model.prior) return undefined
  const { model } = trained.run
  const choice = likelihoodChoice(String(model.config.likelihood))
  if (choice.kind !== 'gaussian' || typeof choice.sigma !== 'number') return undefined
  const { x, restored } = trained.outputs
  const error = meanWithError(rowDistances(x, restored)).mean / model.info.dimension
  if (error >= LOOSE * choice.sigma ** 2) return undefined
  return {
    name: 'sigma-too-wide',
    what: 'The fixed σ of the Gaussian likelihood is far larger than the errors, so reconstruction counts too little against the prior.',
    evidence: `σ² = ${choice.sigma ** 2}, and the mean squared error of a value is ${error.toPrecision(3)}`,
    try: '--likelihood gaussian:global',
  }
}
