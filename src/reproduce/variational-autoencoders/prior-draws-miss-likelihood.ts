import { standardNormal } from '../../distributions/gaussian.ts'
import { importanceBound } from '../../evaluate/likelihood/importance-bound.ts'
import { linePlot } from '../../report/line-plot.ts'
import type { TrainedModel } from '../../train/trained.ts'
import { atLeast, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import type { Laboratory } from '../laboratory.ts'
import { binarised, sampledValues } from '../measures/samples.ts'
import { meanOf, meanWithError } from '../measures/statistics.ts'
import { BINARY_VAE } from '../models/shared-models.ts'

const [DIGITS, REPEATS] = [50, 10]
const DRAWS = [1, 10, 100, 1000] as const
const MOST = 1000

export const priorDrawsMissLikelihood = defineExperiment({
  name: 'prior-draws-miss-likelihood',
  title: 'Averaging p(x|z) over 1000 draws of the prior falls far short of the likelihood',
  chapter: 'Variational autoencoders',
  claim:
    'With the same number of codes, the log of the mean of p(x|z) over draws of the prior is far below the importance-weighted estimate of log p(x), and has far larger variance.',
  source:
    'Lecture, “VAE”, why not p(x) = Σ p(x|g(z)) by Monte Carlo; Burda et al. 2016 for weights',
  settings: {
    small: {
      what: `A Bernoulli VAE of MNIST and ${DIGITS} binarised test digits: the log of the mean of p(x|z) over ${MOST} codes from the prior, and that of p(x, z) / q(z|x) over as many from q, each repeated ${REPEATS} times with new codes. Both estimate p(x) without bias, so their logarithms are below log p(x) on average.`,
      conditions: { runs: [BINARY_VAE], digits: DIGITS, repeats: REPEATS, draws: DRAWS },
      minutes: 1,
      expects: {
        deficit: atLeast(
          20,
          `importance-weighted estimate minus that from the prior, ${MOST} codes`,
          'nats per example',
        ),
        variance: atLeast(
          100,
          'variance of the estimate from the prior over repetitions, relative to the importance-weighted one',
        ),
        weighted: reported('importance-weighted estimate of log p(x)', 'nats per example'),
      },
    },
  },
  async run(lab) {
    const run = await lab.trained(BINARY_VAE)
    const data = await lab.data()
    const x = binarised(sampledValues(data, 'test', DIGITS), lab.seed)
    const proposingPrior: TrainedModel = {
      ...run,
      model: {
        ...run.model,
        posterior: (examples) => standardNormal([examples.shape[0] as number, run.model.latent]),
      },
    }
    const weighted = await estimatesBy(lab, run, x)
    const naive = await estimatesBy(lab, proposingPrior, x)
    const [best, most] = [weighted.at(-1)!, naive.at(-1)!]
    return {
      numbers: {
        deficit: meanWithError(best.means.map((value, i) => value - most.means[i]!)),
        variance: meanOf(most.variances) / meanOf(best.variances),
        weighted: meanWithError(best.means),
      },
      figures: [
        {
          kind: 'svg',
          name: 'estimates',
          alt: 'Two estimates over the number of codes: from q flat, from the prior far below and slowly rising',
          caption:
            'Means over the digits, ± one standard deviation of an estimate. Codes from q give the likelihood almost at once; codes from the prior hardly ever decode to the digit in question, so the estimate depends on the luckiest of them.',
          svg: linePlot(
            [
              { name: 'codes from q(z|x), weighted', points: weighted.map(pointOf) },
              { name: 'codes from the prior', points: naive.map(pointOf) },
            ],
            {
              title: 'Estimates of log p(x)',
              axes: ['codes', 'nats per example'],
              logarithmic: { x: true },
            },
          ),
        },
      ],
    }
  },
})

/** Mean and variance of each digit's estimate over the repetitions. */
interface Estimated {
  readonly draws: number
  readonly means: Float64Array
  readonly variances: Float64Array
}

/** Estimates of log p(x) from increasing numbers of codes drawn from the model's q. */
async function estimatesBy(
  { seed, signal }: Laboratory,
  run: TrainedModel,
  x: Parameters<typeof importanceBound>[1],
): Promise<Estimated[]> {
  const all: Estimated[] = []
  for (const draws of DRAWS) {
    const repeats: Float64Array[] = []
    for (let r = 0; r < REPEATS; r++) {
      const options = { samples: draws, seed: seed * REPEATS + r, signal }
      repeats.push((await importanceBound(run, x, options)).bound)
    }
    const ofDigit = Array.from({ length: DIGITS }, (_, i) =>
      meanWithError(repeats.map((bounds) => bounds[i]!)),
    )
    all.push({
      draws,
      means: Float64Array.from(ofDigit, ({ value }) => value),
      variances: Float64Array.from(ofDigit, ({ error }) => error ** 2 * REPEATS),
    })
  }
  return all
}

function pointOf({ draws, means, variances }: Estimated) {
  const [y, deviation] = [meanOf(means), Math.sqrt(meanOf(variances))]
  return { x: draws, y, band: [y - deviation, y + deviation] as const }
}
