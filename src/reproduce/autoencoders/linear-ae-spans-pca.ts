import { indexPlot } from '../../report/index-plot.ts'
import { hostTensor } from '../../tensor/host.ts'
import { principalAngles } from '../../tensor/principal-angles.ts'
import type { TrainedModel } from '../../train/trained.ts'
import { atLeast, atMost, between } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import { squaredErrors } from '../measures/rows.ts'
import { sampledValues } from '../measures/samples.ts'
import { meanOf } from '../measures/statistics.ts'

const [LATENT, DIGITS] = [10, 10_000]
const PCA = { model: 'pca', latent: LATENT } as const
const LINEAR = { model: 'linear-ae', latent: LATENT } as const

export const linearAeSpansPca = defineExperiment({
  name: 'linear-ae-spans-pca',
  title: 'A linear autoencoder finds the principal subspace, but not the individual components',
  chapter: 'Autoencoders',
  claim:
    'A linear autoencoder with squared error learns the subspace of the principal components, in another basis.',
  source: 'Baldi and Hornik 1989, Neural Networks 2; lecture, “AutoEncoder”',
  settings: {
    small: {
      what: 'linear-ae with its defaults and pca, both with codes of ten dimensions, on MNIST. Principal angles between the subspaces that their decoders span, and between individual axes.',
      conditions: { runs: [PCA, LINEAR], digits: DIGITS },
      minutes: 1,
      expects: {
        angle: atMost(2, 'largest principal angle between the subspaces', 'degrees'),
        error: between(0.99, 1.01, 'squared error on the test set, relative to that of pca'),
        axes: atLeast(
          10,
          'smallest angle between a direction of the code and the component with the same index',
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
          alt: 'Ten principal angles near 0 degrees, and ten angles between individual axes far above them',
          caption:
            'The ten principal angles between the two subspaces in rising order, all close to 0; and the angles between each direction of the linear code and the component with the same index, which are unrelated.',
          svg: indexPlot(
            [
              { name: 'between the subspaces', values: angles },
              { name: 'between individual axes', values: own },
            ],
            {
              title: 'Linear autoencoder and principal components',
              axes: ['index', 'degrees'],
              range: [0, 90],
            },
          ),
        },
      ],
    }
  },
})

/** The change of the decoder's mean with each dimension of the code. */
async function spanned(run: TrainedModel): Promise<Float64Array[]> {
  const { dimension } = run.model.info
  const codes = new Float32Array((LATENT + 1) * LATENT)
  for (let l = 0; l < LATENT; l++) codes[(l + 1) * LATENT + l] = 1
  const { data } = await run.decode(hostTensor('float32', [LATENT + 1, LATENT], codes))
  return Array.from({ length: LATENT }, (_, l) =>
    Float64Array.from({ length: dimension }, (_, d) => data[(l + 1) * dimension + d]! - data[d]!),
  )
}
