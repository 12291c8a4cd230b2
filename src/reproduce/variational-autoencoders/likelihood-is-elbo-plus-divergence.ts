import { linePlot } from '../../report/line-plot.ts'
import { atMost, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import { rowOf } from '../measures/rows.ts'
import { largestDifference, meanOf } from '../measures/statistics.ts'
import {
  type Diagonal,
  divergenceFromPosterior,
  EXAMPLE,
  exampleModel,
  generated,
  logLikelihoods,
  truePosterior,
} from '../models/linear-gaussian.ts'
import { exactElbo, randomPosteriors } from './exact-elbo.ts'

const EXAMPLES = 200

export const likelihoodIsElboPlusDivergence = defineExperiment({
  name: 'likelihood-is-elbo-plus-divergence',
  title: 'log p(x) is the sum of the ELBO and the divergence of q from the true posterior',
  chapter: 'Variational autoencoders',
  claim: 'For any q(z|x), log p(x) = ELBO + KL(q(z|x) ‖ p(z|x)).',
  source: 'Lecture, “VAE”, second derivation; Kingma and Welling 2014, equation 1',
  settings: {
    small: {
      what: `Probabilistic PCA (Tipping and Bishop 1999), where all three are known in closed form: 10 dimensions, codes of 3, ${EXAMPLES} examples, each with a q of random mean and variances, in float64. log p(x) is computed from the covariance of x, the divergence from the precision of the posterior, and the ELBO from the distributions that models are built from.`,
      conditions: { example: EXAMPLE, examples: EXAMPLES },
      minutes: 0.05,
      expects: {
        difference: atMost(1e-9, 'largest |log p(x) - ELBO - KL(q ‖ p(z|x))|', 'nats'),
        divergence: reported('mean KL(q ‖ p(z|x)) of the random q', 'nats'),
        excess: atMost(1e-9, 'largest ELBO - log p(x), which must not be above 0', 'nats'),
      },
    },
  },
  async run(lab) {
    const model = exampleModel(lab.seed)
    const x = generated(model, EXAMPLES, lab.seed)
    const logLikelihood = logLikelihoods(model, x)
    const elbo = await exactElbo(lab.reference, model)
    const elbos: number[] = []
    const divergences: number[] = []
    for (const [i, q] of randomPosteriors(model, x, lab.seed).entries()) {
      elbos.push((await elbo(rowOf(x, i), q)).split)
      divergences.push(divergenceFromPosterior(model, rowOf(x, i), q))
    }
    const differences = elbos.map((value, i) => logLikelihood[i]! - value - divergences[i]!)
    return {
      numbers: {
        difference: largestDifference(differences),
        divergence: meanOf(divergences),
        excess: Math.max(...elbos.map((value, i) => value - logLikelihood[i]!)),
      },
      figures: [
        {
          kind: 'svg',
          name: 'widths',
          alt: 'The ELBO rises and falls with the width of q below a flat line, log p(x); the gap is the divergence',
          caption:
            'One example; q has the mean of the true posterior and its widths multiplied by a factor. The shaded gap between the ELBO and log p(x) is KL(q ‖ p(z|x)), computed separately: added to the ELBO, it gives log p(x) for every q. It does not close, because the dimensions of q are independent and those of the posterior are not.',
          svg: await widths(),
        },
      ],
    }

    async function widths(): Promise<string> {
      const row = rowOf(x, 0)
      const { mean, precision } = truePosterior(model, row)
      const factors = Array.from({ length: 25 }, (_, i) => 2 ** (-2 + i / 8))
      const points = []
      for (const factor of factors) {
        const q: Diagonal = {
          mean,
          variance: mean.map((_, l) => factor ** 2 / precision[l * mean.length + l]!),
        }
        const { split } = await elbo(row, q)
        points.push({ x: factor, y: split, total: split + divergenceFromPosterior(model, row, q) })
      }
      return linePlot(
        [
          {
            name: 'ELBO',
            points: points.map(({ total, ...point }) => ({ ...point, band: [point.y, total] })),
          },
          { name: 'ELBO + KL', points: points.map((point) => ({ x: point.x, y: point.total })) },
        ],
        {
          title: 'For any q, ELBO and divergence add up to log p(x)',
          axes: ['width of q, relative to the best', 'nats'],
          logarithmic: { x: true },
          references: [{ value: logLikelihood[0]!, name: 'log p(x)' }],
        },
      )
    }
  },
})
