import { splitLabels, splitValues } from '../data/rows.ts'
import { nearestNeighbours } from '../evaluate/neighbours/nearest-neighbours.ts'
import { rowDistances } from '../evaluate/neighbours/row-distances.ts'
import { manifoldGrid } from '../explore/manifold.ts'
import { codeScatter } from '../report/code-scatter.ts'
import { type HostTensor, hostTensor } from '../tensor/host.ts'
import { digitGrid } from './digit-rows.ts'
import { atLeast, atMost, between } from './expectation.ts'
import { defineExperiment } from './experiment.ts'
import { meanOf, rowOf, sampledIndices } from './measures.ts'
import { planarCodes } from './planar-codes.ts'
import { lecturersVae } from './shared-models.ts'

const [SIZE, NEAR, SHOWN] = [20, 10_000, 3000]
const BOUND = 'cross-entropy of grey values plus KL, test set'
const classes = atLeast(9, 'classes of digits on the grid, by the nearest training digit')
const step = atMost(
  0.25,
  'squared distance of neighbours on the grid, as a ratio to that of two test digits',
)

const MODELS = {
  small: lecturersVae(2, 5),
  medium: lecturersVae(2, 20),
  full: {
    model: 'vae',
    hidden: [500],
    activation: ['tanh'],
    latent: 2,
    batch: 100,
    epochs: 200,
    schedule: 'cosine',
  },
} as const

const conditions = (budget: keyof typeof MODELS) => ({
  runs: [MODELS[budget]],
  ...{ grid: SIZE, near: NEAR, digits: SHOWN },
})

export const twoDimensionalManifold = defineExperiment({
  name: 'two-dimensional-manifold',
  title:
    'A code of two dimensions spreads nine classes or more over the plane, and neighbours look alike',
  chapter: 'Published results',
  claim:
    'A VAE with a code of two dimensions spreads all digits over the plane so that neighbours look alike.',
  source: 'Kingma and Welling 2014, figure 4',
  settings: {
    small: {
      what: `784-500-500-2, 5 epochs, grey MNIST as Bernoulli; ${SIZE} × ${SIZE} codes that are evenly spread over the prior.`,
      conditions: conditions('small'),
      minutes: 0.6,
      expects: { bound: between(125, 175, BOUND, 'nats per example'), classes, step },
    },
    medium: {
      what: `784-500-500-2, 20 epochs, grey MNIST as Bernoulli; ${SIZE} × ${SIZE} codes that are evenly spread over the prior.`,
      conditions: conditions('medium'),
      minutes: 2,
      expects: { bound: between(125, 165, BOUND, 'nats per example'), classes, step },
    },
    full: {
      what: `One hidden layer of 500 hyperbolic tangents as in the paper, 200 epochs of Adam in batches of 100, grey MNIST as Bernoulli; ${SIZE} × ${SIZE} codes that are evenly spread over the prior.`,
      conditions: conditions('full'),
      minutes: 15,
      expects: { bound: between(125, 155, BOUND, 'nats per example'), classes, step },
    },
  },
  async run(lab, budget) {
    const run = await lab.trained(MODELS[budget])
    const data = await lab.data()
    const grid = await manifoldGrid(run, SIZE)
    const known = sampledIndices(data, 'train', NEAR)
    const training = splitValues(data, 'train', known)
    const near = await nearestNeighbours(lab.runtime, grid.values, training, { k: 1 })
    const classOf = splitLabels(data, 'train', known)!
    const shown = sampledIndices(data, 'test', SHOWN)
    const digits = splitValues(data, 'test', shown)
    const { terms } = await run.evaluate('test')
    const codes = await run.encode(digits)
    const labels = splitLabels(data, 'test', shown)!
    return {
      numbers: {
        bound: terms.reconstruction! + terms.kl!,
        classes: new Set(Array.from(near.indices, (place) => classOf[place]!)).size,
        step: meanOf(stepsOf(grid.values)) / meanOf(pairsOf(digits)),
      },
      remarks: [
        'Cross-entropy of grey values plus KL compares runs of this kind; it is no bound on a likelihood, since grey values are no draws of a Bernoulli distribution. The paper gives the picture and no number for two dimensions.',
      ],
      figures: [
        digitGrid(grid.values, SIZE, {
          name: 'manifold',
          alt: 'A square of decoded digits that turn into each other',
          caption:
            'What codes are decoded to; the places are the midpoints of equal shares of the prior along each dimension.',
        }),
        {
          kind: 'svg',
          name: 'codes',
          alt: 'Codes of test digits in the plane, coloured by class',
          caption: 'Mean codes of test digits. The labels were not used in training.',
          svg: codeScatter(planarCodes(codes, labels), { title: 'Codes of test digits' }),
        },
      ],
    }
  },
})

/** Squared distances of pictures on the grid to their neighbours on the right and below. */
function stepsOf(values: HostTensor<'float32'>): number[] {
  const between = (a: number, b: number) =>
    rowOf(values, a).reduce((sum, value, d) => sum + (value - rowOf(values, b)[d]!) ** 2, 0)
  return Array.from({ length: SIZE * SIZE }, (_, i) => [
    ...(i % SIZE < SIZE - 1 ? [between(i, i + 1)] : []),
    ...(i < SIZE * (SIZE - 1) ? [between(i, i + SIZE)] : []),
  ]).flat()
}

/** Squared distances of the first half of some examples to the second. */
function pairsOf({ shape, data }: HostTensor<'float32'>): Float64Array {
  const [half, width] = [Math.floor(shape[0]! / 2), shape[1]!]
  const part = (from: number) =>
    hostTensor('float32', [half, width], data.slice(from * width, (from + half) * width))
  return rowDistances(part(0), part(half))
}
