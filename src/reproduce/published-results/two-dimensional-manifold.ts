import { splitLabels, splitValues } from '../../data/rows.ts'
import { nearestNeighbours } from '../../evaluate/neighbours/nearest-neighbours.ts'
import { rowDistances } from '../../evaluate/neighbours/row-distances.ts'
import { manifoldGrid } from '../../explore/manifold.ts'
import { codeScatter } from '../../report/code-scatter.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import { atLeast, atMost, between } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import { digitGrid } from '../measures/digit-grids.ts'
import { rowOf } from '../measures/rows.ts'
import { sampledIndices } from '../measures/samples.ts'
import { meanOf } from '../measures/statistics.ts'
import { lecturersVae } from '../models/shared-models.ts'
import { planarCodes } from './planar-codes.ts'

const [SIZE, NEAR, SHOWN] = [20, 10_000, 3000]
const BOUND = 'cross-entropy of grey values plus KL, test set'
const classes = atLeast(9, 'classes of digits on the grid, by the nearest training digit')
const step = atMost(
  0.25,
  'squared distance between neighbours on the grid, relative to that between two test digits',
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
    'A two-dimensional code spreads at least nine classes over the plane, and neighbours look alike',
  chapter: 'Published results',
  claim:
    'A VAE with a two-dimensional code spreads all digits over the plane so that neighbours look alike.',
  source: 'Kingma and Welling 2014, figure 4',
  settings: {
    small: {
      what: `784-500-500-2, 5 epochs, grey MNIST with a Bernoulli likelihood; ${SIZE} × ${SIZE} codes spread evenly over the prior.`,
      conditions: conditions('small'),
      minutes: 0.6,
      expects: { bound: between(125, 175, BOUND, 'nats per example'), classes, step },
    },
    medium: {
      what: `784-500-500-2, 20 epochs, grey MNIST with a Bernoulli likelihood; ${SIZE} × ${SIZE} codes spread evenly over the prior.`,
      conditions: conditions('medium'),
      minutes: 2,
      expects: { bound: between(125, 165, BOUND, 'nats per example'), classes, step },
    },
    full: {
      what: `One hidden layer of 500 tanh units as in the paper, 200 epochs of Adam in batches of 100, grey MNIST with a Bernoulli likelihood; ${SIZE} × ${SIZE} codes spread evenly over the prior.`,
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
        classes: new Set(Array.from(near.indices, (index) => classOf[index]!)).size,
        step: meanOf(stepsOf(grid.values)) / meanOf(pairsOf(digits)),
      },
      remarks: [
        'Cross-entropy of grey values plus KL serves to compare runs of this kind; it is not a bound on a likelihood, since grey values are not draws from a Bernoulli distribution. For two dimensions the paper gives a figure and no number.',
      ],
      figures: [
        digitGrid(grid.values, SIZE, {
          name: 'manifold',
          alt: 'A square of decoded digits that turn into each other',
          caption:
            'Decoded codes on a grid, at the midpoints of equal shares of the prior along each dimension.',
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

/** Squared distances between images on the grid and their neighbours to the right and below. */
function stepsOf(values: Floats): number[] {
  const between = (a: number, b: number) =>
    rowOf(values, a).reduce((sum, value, d) => sum + (value - rowOf(values, b)[d]!) ** 2, 0)
  return Array.from({ length: SIZE * SIZE }, (_, i) => [
    ...(i % SIZE < SIZE - 1 ? [between(i, i + 1)] : []),
    ...(i < SIZE * (SIZE - 1) ? [between(i, i + SIZE)] : []),
  ]).flat()
}

/** Squared distances between the first half of the examples and the second. */
function pairsOf({ shape, data }: Floats): Float64Array {
  const [half, width] = [Math.floor(shape[0]! / 2), shape[1]!]
  const part = (from: number) =>
    hostTensor('float32', [half, width], data.slice(from * width, (from + half) * width))
  return rowDistances(part(0), part(half))
}
