import { indexPlot } from '../../report/index-plot.ts'
import { hostTensor } from '../../tensor/host.ts'
import { principalAngles } from '../../tensor/principal-angles.ts'
import { atLeast, atMost, between } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import type { TrainedRun } from '../laboratory.ts'
import { squaredErrors } from '../measures/rows.ts'
import { sampledValues } from '../measures/samples.ts'
import { meanOf } from '../measures/statistics.ts'

const [LATENT, DIGITS] = [10, 10_000]
const PCA = { model: 'pca', latent: LATENT } as const
const LINEAR = { model: 'linear-ae', latent: LATENT } as const

export const linearAeSpansPca = defineExperiment({
  name: 'linear-ae-spans-pca',
  title: 'A linear autoencoder finds the principal subspace, but not the components one by one',
  chapter: 'Autoencoders',
  claim:
    'A linear autoencoder with squared error learns the subspace of the principal components, in another basis.',
  source: 'Baldi and Hornik 1989, Neural Networks 2; lecture, “AutoEncoder”',
  settings: {
    small: {
      what: `Ten dimensions of MNIST: linear-ae with its defaults, and pca. Principal angles between the spaces that their decoders span, and between single axes.`,
      conditions: { runs: [PCA, LINEAR], digits: DIGITS },
      minutes: 1,
      expects: {
        angle: atMost(2, 'largest principal angle between the subspaces', 'degrees'),
        error: between(0.99, 1.01, 'squared error on the test set, as a ratio to that of pca'),
        axes: atLeast(
          10,
          'smallest angle between a direction of the code and the component of its number',
          'degrees',
        ),
      },
    },
  },
  async run(lab) {
    const [pca, linear] = [await lab.trained(PCA), await lab.trained(LINEAR)]
    const [components, directions] = [await spanned(pca), await spanned(linear)]
    const angles = principalAngles(components, directions)
    const data = await lab.data()
    const x = sampledValues(data, 'test', DIGITS)
    const [least, reached] = [await squaredErrors(pca, x), await squaredErrors(linear, x)]
    const own = directions.map((direction, l) => principalAngles([components[l]!], [direction])[0]!)
    return {
      numbers: {
        angle: Math.max(...angles),
        error: meanOf(reached) / meanOf(least),
        axes: Math.min(...own),
      },
      figures: [
        {
          kind: 'svg',
          name: 'angles',
          alt: 'Ten principal angles near 0 degrees, and ten angles between single axes far above them',
          caption:
            'Ten angles between the two subspaces, rising, all but 0; and between each direction of the linear code and the component of its number, which has nothing to do with it.',
          svg: indexPlot(
            [
              { name: 'between the subspaces', values: angles },
              { name: 'between single axes', values: own },
            ],
            {
              title: 'Linear autoencoder and principal components',
              axes: ['number', 'degrees'],
              range: [0, 90],
            },
          ),
        },
      ],
    }
  },
})

/** How each dimension of the code moves the decoder's mean. */
async function spanned(run: TrainedRun): Promise<Float64Array[]> {
  const { dimension } = run.model.info
  const codes = new Float32Array((LATENT + 1) * LATENT)
  for (let l = 0; l < LATENT; l++) codes[(l + 1) * LATENT + l] = 1
  const { data } = await run.decode(hostTensor('float32', [LATENT + 1, LATENT], codes))
  return Array.from({ length: LATENT }, (_, l) =>
    Float64Array.from({ length: dimension }, (_, d) => data[(l + 1) * dimension + d]! - data[d]!),
  )
}
