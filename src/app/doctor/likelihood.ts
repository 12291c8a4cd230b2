import { SIGMA_FLOOR } from '../../distributions/gaussian.ts'
import { rowDistances } from '../../evaluate/neighbours/row-distances.ts'
import { meanWithError } from '../../evaluate/statistics/mean.ts'
import { likelihoodChoice } from '../../models/likelihoods.ts'
import type { Check } from './finding.ts'

/** Values between these are neither 0 nor 1 by a little. */
const [DARK, BRIGHT] = [0.1, 0.9]

/** Share of values in between that a Bernoulli likelihood can be forgiven. */
const GREY = 0.25

/** A likelihood of 0 and 1 for values that are neither. */
export const binaryLikelihoodOnRealValues: Check = ({ trained, data }) => {
  if (!trained || data.binarize !== 'none') return undefined
  const { config, restore } = trained.run.model
  if (!restore || likelihoodChoice(String(config.likelihood)).kind !== 'bernoulli') return undefined
  const values = trained.outputs.x.data
  const between = values.filter((value) => value > DARK && value < BRIGHT).length / values.length
  if (between < GREY) return undefined
  return {
    name: 'binary-likelihood-on-real-values',
    what: 'A Bernoulli likelihood is one of 0 and 1, and the data are real values.',
    evidence: `${Math.round(100 * between)} % of the values of test examples lie between ${DARK} and ${BRIGHT}`,
    try: '--likelihood gaussian:global',
  }
}

/** A learned σ this near to its floor is on its way there. */
const NEAR_FLOOR = 3

/** A density that grows without end because its σ goes to 0. */
export const sigmaRunningToZero: Check = ({ trained }) => {
  const logSigma = trained?.run.parameters['likelihood.logSigma']
  if (!trained || !logSigma) return undefined
  const sigmas = Array.from(logSigma.data as Float32Array, (value) => Math.exp(value))
  const low = sigmas.filter((sigma) => sigma < NEAR_FLOOR * SIGMA_FLOOR).length
  if (low === 0) return undefined
  return {
    name: 'sigma-running-to-zero',
    what: 'The learned σ of the Gaussian likelihood runs to 0, and the density with it to infinity: some values are always the same.',
    evidence: `${low} of ${sigmas.length} σ are near the floor of ${SIGMA_FLOOR}; the smallest is ${Math.min(...sigmas).toExponential(1)}`,
    try: sigmas.length > 1 ? '--likelihood gaussian:global' : '--likelihood gaussian:0.1',
  }
}

/** How far below σ² the mean squared error may lie. */
const LOOSE = 0.1

/** A fixed σ that is far wider than the errors: the divergence of codes then outweighs the reconstruction. */
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
    what: 'The fixed σ of the Gaussian likelihood is far wider than the errors, so that reconstructions weigh too little beside the prior.',
    evidence: `σ² = ${choice.sigma ** 2}, and the mean squared error of a value is ${error.toPrecision(3)}`,
    try: '--likelihood gaussian:global',
  }
}
