import { Tensor } from '../../graph/tensor.ts'
import { linePlot } from '../../report/line-plot.ts'
import { atMost } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import type { Laboratory } from '../laboratory.ts'
import { rowOf } from '../measures/rows.ts'
import {
  largestDifference,
  logMeanExp,
  meanWithError,
  runningMeans,
} from '../measures/statistics.ts'
import {
  type Diagonal,
  divergenceFromPosterior,
  EXAMPLE,
  exampleModel,
  generated,
  type LinearGaussian,
  logLikelihoods,
  truePosterior,
} from '../models/linear-gaussian.ts'
import {
  codeNoise,
  elboIntegrands,
  exactElbo,
  exampleFeeds,
  exampleInputs,
  randomPosteriors,
} from './exact-elbo.ts'

const EXAMPLES = 200
const DRAWS = 20_000

export const twoDerivationsOfElbo = defineExperiment({
  name: 'two-derivations-of-elbo',
  title:
    'Both derivations of the ELBO give the same number, and the gap in Jensen’s inequality is the divergence',
  chapter: 'Variational autoencoders',
  claim:
    'E log p(x|z) - KL(q ‖ p(z)) and E[log p(x, z) - log q(z|x)] are the same ELBO, and its gap to log p(x) in Jensen’s inequality is KL(q ‖ p(z|x)).',
  source: 'Lecture, “VAE”, first and second derivation',
  settings: {
    small: {
      what: `Probabilistic PCA of 10 dimensions with codes of 3; ${EXAMPLES} examples, each with a random q. Expectations under q are exact (a mean over points with the mean and variance of q, since every integrand is quadratic), in float64. For one example they are also estimated by ${DRAWS} draws of a q twice as wide as the posterior: if q is too narrow, the weights have no finite variance, and so no standard error.`,
      conditions: { example: EXAMPLE, examples: EXAMPLES, draws: DRAWS },
      minutes: 0.1,
      expects: {
        derivations: atMost(1e-9, 'largest difference between the two, exact', 'nats'),
        gap: atMost(1e-9, 'largest |Jensen’s gap - KL(q ‖ p(z|x))|', 'nats'),
        drawn: atMost(4, 'difference between the two by the same draws, in standard errors'),
        weights: atMost(
          4,
          '|log of the mean of p(x, z) / q(z|x) over the draws - log p(x)|, in standard errors',
        ),
      },
    },
  },
  async run(lab) {
    const model = exampleModel(lab.seed)
    const x = generated(model, EXAMPLES, lab.seed)
    const logLikelihood = logLikelihoods(model, x)
    const elbo = await exactElbo(lab.reference, model)
    const derivations: number[] = []
    const gaps: number[] = []
    for (const [i, q] of randomPosteriors(model, x, lab.seed).entries()) {
      const { split, joint } = await elbo(rowOf(x, i), q)
      derivations.push(split - joint)
      // log E[w] - E[log w] for w = p(x, z) / q(z|x), whose mean is p(x).
      const jensen = logLikelihood[i]! - joint
      gaps.push(jensen - divergenceFromPosterior(model, rowOf(x, i), q))
    }
    const q = wide(model, rowOf(x, 0))
    const { split, joint } = await drawnElbos(lab, model, rowOf(x, 0), q)
    const difference = meanWithError(split.map((value, k) => value - joint[k]!))
    const evidence = logMeanExp(joint)
    const exact = await elbo(rowOf(x, 0), q)
    return {
      numbers: {
        derivations: largestDifference(derivations),
        gap: largestDifference(gaps),
        drawn: Math.abs(difference.value) / difference.error,
        weights: Math.abs(evidence.value - logLikelihood[0]!) / evidence.error,
      },
      figures: [
        {
          kind: 'svg',
          name: 'means',
          alt: 'Running means of two estimates, which meet at the exact ELBO, below log p(x)',
          caption:
            'One example: running means of both over the draws of q. They converge to the same number, the exact ELBO; log p(x) lies above it by KL(q ‖ p(z|x)), the gap in Jensen’s inequality.',
          svg: linePlot(
            [
              { name: 'log p(x|z), KL exact', points: runningMeans(split) },
              { name: 'log p(x, z) - log q(z|x)', points: runningMeans(joint) },
            ],
            {
              title: 'Two derivations of the ELBO',
              axes: ['draws', 'nats'],
              logarithmic: { x: true },
              references: [
                { value: exact.split, name: 'ELBO' },
                { value: logLikelihood[0]!, name: 'log p(x)' },
              ],
            },
          ),
        },
      ],
    }
  },
})

/** A q whose mean is slightly off the posterior's, and which is twice as wide along each axis. */
function wide(model: LinearGaussian, row: ArrayLike<number>): Diagonal {
  const { mean, precision } = truePosterior(model, row)
  return {
    mean: mean.map((value) => value + 0.1),
    variance: mean.map((_, l) => 4 / precision[l * mean.length + l]!),
  }
}

/** The integrands of both derivations at draws of q. */
async function drawnElbos(
  { reference, seed }: Laboratory,
  model: LinearGaussian,
  row: ArrayLike<number>,
  posterior: Diagonal,
) {
  const { x, q } = exampleInputs(model)
  const epsilon = Tensor.input('epsilon', [DRAWS, EXAMPLE.latent])
  const z = q.mu.add(q.logVar.mul(0.5).exp().mul(epsilon))
  const session = await reference.compile(elboIntegrands(model, x, q, z))
  const feeds = { ...exampleFeeds(row, posterior), ...codeNoise(DRAWS, EXAMPLE.latent, seed) }
  const results = await session.run(feeds)
  return {
    split: results.split!.data as Float64Array,
    joint: results.joint!.data as Float64Array,
  }
}
