import type { Tensor } from '../../graph/tensor.ts'
import { linePlot } from '../../report/line-plot.ts'
import { inferenceMode } from '../../train/trained.ts'
import { gaussianPosteriors } from '../codes/gaussian-posteriors.ts'
import { atLeast, atMost, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import type { Laboratory } from '../laboratory.ts'
import { rowOf } from '../measures/rows.ts'
import { binarised, sampledValues } from '../measures/samples.ts'
import { meanWithError } from '../measures/statistics.ts'
import { decoded, EXAMPLE, exampleModel, generated } from '../models/linear-gaussian.ts'
import { BINARY_VAE } from '../models/shared-models.ts'
import { exampleFeeds, randomPosteriors } from './exact-elbo.ts'
import { type Estimates, exactGradient, gradientDraws } from './gradient-estimators.ts'

const DRAWS = 20_000
const [DIGITS, DRAWS_OF_DIGIT] = [20, 500]

export const reparametrisedGradient = defineExperiment({
  name: 'reparametrised-gradient',
  title:
    'The reparametrised gradient shows no bias and has far less variance than the score-function gradient',
  chapter: 'Variational autoencoders',
  claim:
    'With z = μ + σε, the gradient of E log p(x|z) with respect to μ and log σ² is unbiased, like the score-function gradient, and has far less variance.',
  source:
    'Notes on “VAE(Variational AutoEncoder)”, “Reparameterization Trick”; Kingma and Welling 2014, section 2.3',
  settings: {
    small: {
      what: `Gradients of E log p(x|z) under q with respect to the mean and log-variance of q, each from one draw of z. For probabilistic PCA in float64, where the exact gradient is known: ${DRAWS} draws for one example and a random q. For a Bernoulli VAE of MNIST at its own q: ${DRAWS_OF_DIGIT} draws for each of ${DIGITS} test digits. The score-function gradient is also measured with the mean of the other draws as a baseline.`,
      conditions: {
        runs: [BINARY_VAE],
        ...{ example: EXAMPLE, draws: DRAWS, digits: DIGITS, drawsOfDigit: DRAWS_OF_DIGIT },
      },
      minutes: 1,
      expects: {
        bias: atMost(
          4,
          'largest deviation of the reparametrised mean from the exact gradient, in standard errors',
        ),
        scoreBias: atMost(
          4,
          'the same for the score-function gradient, whose standard errors are larger',
        ),
        linear: atLeast(
          10,
          'variance of the score-function gradient, relative to the reparametrised one, linear model',
        ),
        vae: atLeast(
          100,
          'variance of the score-function gradient, relative to the reparametrised one, VAE',
        ),
        baseline: reported('the same with a baseline, VAE'),
      },
    },
  },
  async run(lab) {
    const { reparametrised, score, exact } = await linearModel(lab)
    const vae = await digits(lab)
    return {
      numbers: {
        bias: largestDeviation(reparametrised, exact),
        scoreBias: largestDeviation(score, exact),
        linear: totalVariance(score) / totalVariance(reparametrised),
        vae: vae.score / vae.reparametrised,
        baseline: vae.baseline / vae.reparametrised,
      },
      figures: [
        {
          kind: 'svg',
          name: 'estimates',
          alt: 'Two estimates over the number of draws around the exact gradient, one with a far wider band',
          caption:
            'The gradient with respect to the first mean of q in the linear model over the number of draws, ± two standard errors. Both converge to the exact value; the score-function gradient needs far more draws for the same precision.',
          svg: linePlot(
            [
              { name: 'score function', points: convergence(score[0]!) },
              { name: 'reparametrised', points: convergence(reparametrised[0]!) },
            ],
            {
              title: 'Two unbiased estimates of one gradient',
              axes: ['draws', 'gradient with respect to μ₁'],
              logarithmic: { x: true },
              references: [{ value: exact[0]!, name: 'exact' }],
            },
          ),
        },
      ],
    }
  },
})

/** Draws of the gradient with respect to each element of μ and log σ². */
type Columns = Estimates['score']

async function linearModel({ reference, seed }: Laboratory) {
  const model = exampleModel(seed)
  const x = generated(model, 1, seed)
  const [q] = randomPosteriors(model, x, seed)
  const feeds = exampleFeeds(rowOf(x, 0), q!)
  const size = { dimension: model.mean.length, latent: model.loadings.length, draws: DRAWS }
  const { draw } = await gradientDraws(reference, (z) => decoded(model, z), size)
  return { ...(await draw(feeds, seed)), exact: await exactGradient(reference, model, feeds) }
}

/** Total variances of the gradients, averaged over the digits. */
async function digits(lab: Laboratory) {
  const run = await lab.trained(BINARY_VAE)
  const data = await lab.data()
  const x = binarised(sampledValues(data, 'test', DIGITS), lab.seed)
  const q = await gaussianPosteriors(run, x)
  const { model, parameters, runtime } = run
  const size = { dimension: model.info.dimension, latent: model.latent, draws: DRAWS_OF_DIGIT }
  const mode = inferenceMode(model, DRAWS_OF_DIGIT)
  const likelihood = (z: Tensor) => model.likelihood!(z, mode)
  const { draw, close } = await gradientDraws(runtime, likelihood, size, parameters)
  const sums = { reparametrised: 0, score: 0, baseline: 0 }
  for (let i = 0; i < DIGITS; i++) {
    const variance = Float64Array.from(rowOf(q.logVar, i), Math.exp)
    const feeds = exampleFeeds(rowOf(x, i), { mean: rowOf(q.mu, i), variance })
    const drawn = await draw(feeds, lab.seed + i)
    for (const name of ['reparametrised', 'score', 'baseline'] as const)
      sums[name] += totalVariance(drawn[name]) / DIGITS
  }
  await close()
  return sums
}

/** The largest |mean - exact| of all columns, in standard errors. */
const largestDeviation = (columns: Columns, exact: readonly number[]) =>
  Math.max(
    ...columns.map((column, i) => {
      const { value, error } = meanWithError(column)
      return Math.abs(value - exact[i]!) / error
    }),
  )

/** Sum over the columns of the variance of a single draw. */
const totalVariance = (columns: Columns) =>
  columns.reduce((sum, column) => sum + meanWithError(column).error ** 2 * column.length, 0)

/** Means over increasing numbers of draws, ± two standard errors. */
function convergence(draws: Float64Array) {
  const counts = Array.from({ length: 28 }, (_, i) => Math.round(10 * (DRAWS / 10) ** (i / 27)))
  return counts.map((count) => {
    const { value, error } = meanWithError(draws.subarray(0, count))
    return { x: count, y: value, band: [value - 2 * error, value + 2 * error] as const }
  })
}
