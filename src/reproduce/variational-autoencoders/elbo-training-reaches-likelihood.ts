import { linePlot } from '../../report/line-plot.ts'
import { gaussianPosteriors } from '../codes/gaussian-posteriors.ts'
import { atMost, between } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import { rowOf } from '../measures/rows.ts'
import { meanOf, meanWithError } from '../measures/statistics.ts'
import {
  divergenceFromPosterior,
  EXAMPLE,
  exampleModel,
  generated,
  logLikelihoods,
  maximumLikelihood,
} from '../models/linear-gaussian.ts'
import { fitLinearVae, LINEAR_VAE_TRAINING } from '../models/linear-vae.ts'

const EXAMPLES = 5000

export const elboTrainingReachesLikelihood = defineExperiment({
  name: 'elbo-training-reaches-likelihood',
  title: 'Maximising the ELBO of a linear VAE comes within 0.01 nats of the maximum log-likelihood',
  chapter: 'Variational autoencoders',
  claim:
    'Where q can equal the true posterior, training on the ELBO reaches the largest possible log p(x), and the gap closes.',
  source:
    'Lecture, “VAE”, minimising KL is maximising the ELBO; Tipping and Bishop 1999; Lucas et al. 2019',
  settings: {
    small: {
      what: `vae without hidden layers and with a learned σ, which is probabilistic PCA, on ${EXAMPLES} generated examples of 10 dimensions: codes of 3, 100 epochs of Adam with sampled codes. log p(x) under the trained decoder is computed from its covariance, and the maximum over all decoders from the eigenvalues of the sample covariance. The code can be rotated so that the dimensions of the posterior are independent, so q can equal it.`,
      conditions: { example: EXAMPLE, examples: EXAMPLES, training: LINEAR_VAE_TRAINING },
      minutes: 0.2,
      expects: {
        missing: between(
          0,
          0.01,
          'largest possible mean log p(x) minus that under the trained decoder',
          'nats per example',
        ),
        divergence: atMost(0.01, 'mean KL(q ‖ p(z|x)), the gap of the ELBO', 'nats per example'),
        sigma: between(0.99, 1.01, 'learned σ, relative to that of the maximum'),
      },
    },
  },
  async run(lab) {
    const x = generated(exampleModel(lab.seed), EXAMPLES, lab.seed)
    const best = maximumLikelihood(x, EXAMPLE.latent)
    lab.onStage('a linear VAE')
    const fitted = await fitLinearVae(lab, x)
    const { generator, epochs } = fitted
    const { mu, logVar } = await gaussianPosteriors({ ...fitted, runtime: lab.runtime }, x)
    const divergences = Float64Array.from({ length: EXAMPLES }, (_, i) =>
      divergenceFromPosterior(generator, rowOf(x, i), {
        mean: rowOf(mu, i),
        variance: Float64Array.from(rowOf(logVar, i), Math.exp),
      }),
    )
    return {
      numbers: {
        missing: best.logLikelihood - meanOf(logLikelihoods(generator, x)),
        divergence: meanWithError(divergences),
        sigma: generator.sigma / best.sigma,
      },
      figures: [
        {
          kind: 'svg',
          name: 'training',
          alt: 'The ELBO rises over the epochs to the level of the largest log-likelihood',
          caption:
            'The mean ELBO over each epoch, with one sampled code per example, rises to the maximum log-likelihood, which is computed without any training, and stays there.',
          svg: linePlot(
            [
              {
                name: 'ELBO',
                points: epochs.map(({ objective }, i) => ({ x: i + 1, y: -objective })),
              },
            ],
            {
              title: 'Training of a linear VAE',
              axes: ['epoch', 'nats per example'],
              logarithmic: { x: true },
              references: [{ value: best.logLikelihood, name: 'maximum of log p(x)' }],
            },
          ),
        },
      ],
    }
  },
})
