import { indexPlot } from '../../report/index-plot.ts'
import { atMost, between, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import { digitRows } from '../measures/digit-grids.ts'
import { squaredErrors } from '../measures/rows.ts'
import { sampledValues } from '../measures/samples.ts'
import { meanOf, quantiles } from '../measures/statistics.ts'
import { deepAutoencoder } from '../models/shared-models.ts'

const ERROR = 'squared error of the autoencoder on the test set'
const RATIO = 'squared error, relative to that of 30 principal components'
const components = between(13.6, 14.1, 'squared error of 30 principal components', 'per image')

const MODELS = {
  small: deepAutoencoder('sigmoid', 'layer by layer', 'small'),
  medium: deepAutoencoder('sigmoid', 'layer by layer', 'medium'),
  full: { model: 'stacked-ae', pretrainEpochs: 10, epochs: 200, schedule: 'cosine' },
} as const

const PCA = { model: 'pca', latent: 30 } as const
const DIGITS = 10_000

const what = (passes: string) =>
  `784-1000-500-250-30 of logistic units with a linear code, trained layer by layer and then as a whole, ${passes}, Adam, grey MNIST with a Bernoulli likelihood; and 30 principal components.`

export const thirtyNumbersBeatComponents = defineExperiment({
  name: 'thirty-numbers-beat-components',
  title:
    'From thirty numbers, a deep autoencoder reconstructs digits better than thirty principal components do',
  chapter: 'Published results',
  claim:
    'A deep autoencoder with a code of 30 dimensions reconstructs digits with a squared error of 3.0 per image, where 30 principal components leave 13.9.',
  source: 'Hinton and Salakhutdinov 2006, Science 313, figure 2',
  settings: {
    small: {
      what: what('one pass for each layer and 4 for the whole network'),
      conditions: { runs: [MODELS.small, PCA], digits: DIGITS },
      minutes: 1,
      expects: { ratio: atMost(0.7, RATIO), error: reported(ERROR, 'per image'), components },
    },
    medium: {
      what: what('3 passes for each layer and 12 for the whole network'),
      conditions: { runs: [MODELS.medium, PCA], digits: DIGITS },
      minutes: 3,
      expects: { ratio: atMost(0.4, RATIO), error: reported(ERROR, 'per image'), components },
    },
    full: {
      what: what('10 passes for each layer and 200 for the whole network'),
      conditions: { runs: [MODELS.full, PCA], digits: DIGITS },
      minutes: 37,
      expects: { ratio: atMost(0.25, RATIO), error: atMost(3.3, ERROR, 'per image'), components },
    },
  },
  async run(lab, budget) {
    const deep = await lab.trained(MODELS[budget])
    const pca = await lab.trained(PCA)
    const data = await lab.data()
    const x = sampledValues(data, 'test', DIGITS)
    const few = sampledValues(data, 'test', 12)
    const [errors, linear] = [await squaredErrors(deep, x), await squaredErrors(pca, x)]
    return {
      numbers: {
        ratio: meanOf(errors) / meanOf(linear),
        error: meanOf(errors),
        components: meanOf(linear),
      },
      remarks: [
        'The paper pretrains with restricted Boltzmann machines and fine-tunes with conjugate gradients; here the layers are autoencoders, and everything is trained with Adam.',
      ],
      figures: [
        digitRows([few, await deep.reconstruct(few), await pca.reconstruct(few)], 12, {
          name: 'reconstructions',
          alt: 'Twelve digits, sharp reconstructions below them, and blurred ones at the bottom',
          caption: 'Test digits, reconstructed by the autoencoder, and by 30 principal components.',
        }),
        {
          kind: 'svg',
          name: 'errors',
          alt: 'Sorted squared errors; those of the autoencoder lie far below',
          caption: 'Squared errors of all test digits, sorted for each method.',
          svg: indexPlot(
            [
              { name: 'autoencoder', values: quantiles(errors) },
              { name: 'components', values: quantiles(linear) },
            ],
            {
              title: 'Thirty numbers per digit',
              axes: ['percentile of the digits', 'squared error'],
            },
          ),
        },
      ],
    }
  },
})
