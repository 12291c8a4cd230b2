import type { SplitName } from '../data/dataset.ts'
import { energyDistance } from '../evaluate/generation/energy-distance.ts'
import { nearestNeighbours } from '../evaluate/neighbours/nearest-neighbours.ts'
import { indexPlot } from '../report/index-plot.ts'
import { type HostTensor, rowsBetween } from '../tensor/host.ts'
import { normalDraws } from './code-draws.ts'
import { decoderLayers } from './decoder-layers.ts'
import { atMost, between, reported } from './expectation.ts'
import { defineExperiment } from './experiment.ts'
import { drawnCodes, gaussianPosteriors } from './gaussian-posteriors.ts'
import type { Laboratory, TrainedRun } from './laboratory.ts'
import { meanOf, ratioOfMeans, sampledValues } from './measures.ts'
import { VAE } from './shared-models.ts'

type Floats = HostTensor<'float32'>

/** Training digits whose activations stand for the data, and points that are held against them. */
const [KNOWN, POINTS] = [10_000, 1000]

export const layersBendThePrior = defineExperiment({
  name: 'layers-bend-the-prior',
  title:
    'Bent by the decoder’s first layers, the prior is nearer to the data than a normal distribution in their place',
  chapter: 'Variational autoencoders',
  claim:
    'The first layers of the decoder bend the simple prior onto the manifold of the data, which a simple distribution in the place of these layers would miss.',
  source:
    'Lecture, “VAE”: one or two layers learn the manifold; Doersch 2016, “Tutorial on variational autoencoders”, section 2',
  settings: {
    small: {
      what: `The default vae (decoder 20-500-500-784), at its code, and where its layers have bent it once and twice: what the second and the third linear map give. ${POINTS} draws of the prior, and as many of a normal distribution with the mean and covariance that codes of data have at that place: mean distance to the nearest of ${KNOWN} training digits there, codes drawn from q(z|x). Also the energy distance between prior and test digits, in units of that between samples of the prior.`,
      conditions: { runs: [VAE], known: KNOWN, points: POINTS },
      minutes: 3,
      expects: {
        code: between(
          0.9,
          1.1,
          'distance of the prior from the data, as a ratio to the normal distribution, code',
        ),
        once: atMost(0.9, 'the same, bent once'),
        twice: atMost(0.8, 'the same, bent twice'),
        energyOfCode: reported(
          'energy distance of prior and data, in that of prior and prior, code',
        ),
        energyOnce: reported('the same energy distance, bent once'),
        energyTwice: reported('the same energy distance, bent twice'),
      },
    },
  },
  async run(lab) {
    const run = await lab.trained(VAE)
    const known = await layersOf(run, await codesOf(lab, run, 'train', KNOWN))
    const test = await layersOf(run, await codesOf(lab, run, 'test', POINTS))
    const draws = await run.samplePrior(POINTS, lab.seed)
    const prior = await layersOf(run, draws)
    const places: Place[] = []
    for (const [i, data] of known.entries())
      places.push(await compared(lab, { data, test: test[i]!, prior: prior[i]! }))
    const [code, , once, twice] = places as [Place, Place, Place, Place]
    return {
      numbers: {
        code: ratioOfMeans(code.prior, code.normal),
        once: ratioOfMeans(once.prior, once.normal),
        twice: ratioOfMeans(twice.prior, twice.normal),
        energyOfCode: code.energy,
        energyOnce: once.energy,
        energyTwice: twice.energy,
      },
      figures: [
        {
          kind: 'svg',
          name: 'nearness',
          alt: 'Two lines over the layers that part: the normal distribution moves away from the data, the prior stays near',
          caption:
            'Distance to the nearest training digit, in that of test digits: 1 is on the manifold. The code and the first linear map of it (1 and 2) come before any activation: there the prior and a normal distribution fitted to the data are alike. Behind activations (3 and 4) the prior has been bent along with the data, and a fitted normal distribution lies beside them.',
          svg: indexPlot(
            [
              {
                name: 'prior, through the layers',
                values: places.map((place) => place.relative(place.prior)),
              },
              {
                name: 'normal distribution, there',
                values: places.map((place) => place.relative(place.normal)),
              },
            ],
            {
              title: 'How near draws lie to the data',
              axes: ['code, then each linear map', 'distance, in that of test digits'],
              reference: { value: 1, name: 'test digits' },
            },
          ),
        },
        {
          kind: 'svg',
          name: 'energy',
          alt: 'Energy distance between prior and data over the layers, with a line at 1',
          caption:
            'Energy distance between what the layers make of the prior and of the codes of test digits, in units of that between two samples of the prior: 1 where they cannot be reported apart.',
          svg: indexPlot([{ name: 'prior and data', values: places.map(({ energy }) => energy) }], {
            title: 'Prior and aggregated posterior, layer by layer',
            axes: ['code, then each linear map', 'energy distance'],
            reference: { value: 1, name: 'prior and prior' },
          }),
        },
      ],
    }
  },
})

/** Codes of digits, drawn from q(z|x). */
async function codesOf(lab: Laboratory, run: TrainedRun, split: SplitName, most: number) {
  const data = await lab.data()
  const x = sampledValues(data, split, most)
  return drawnCodes(await gaussianPosteriors(run, x), lab.seed)
}

/** Codes, and what each linear map of the decoder makes of them. */
const layersOf = async (run: TrainedRun, codes: Floats) => [
  codes,
  ...(await decoderLayers(run, codes)),
]

type Place = Awaited<ReturnType<typeof compared>>

/** Distances to the nearest activation of a training digit, at one place of the decoder. */
async function compared(
  lab: Laboratory,
  at: { readonly data: Floats; readonly test: Floats; readonly prior: Floats },
) {
  const { runtime, seed, signal } = lab
  const options = { k: 1, ...(signal && { signal }) }
  const distances = async (x: Floats) =>
    (await nearestNeighbours(runtime, x, at.data, options)).squaredDistances.map(Math.sqrt)
  const own = meanOf(await distances(at.test))
  return {
    prior: await distances(at.prior),
    normal: await distances(await normalDraws(runtime, at.data, POINTS, seed)),
    relative: (of: Float64Array) => meanOf(of) / own,
    energy: energyRatio(at.prior, at.test),
  }
}

/**
 * Energy distance of draws of the prior to data, in units of that between two samples of the prior: means over
 * both halves of the points, since distances of equally many points alone are comparable.
 */
function energyRatio(prior: Floats, data: Floats): number {
  const half = Math.floor(Math.min(prior.shape[0]!, data.shape[0]!) / 2)
  const halves = (x: Floats) => [rowsBetween(x, 0, half), rowsBetween(x, half, 2 * half)] as const
  const [[p, q], [a, b]] = [halves(prior), halves(data)]
  return (energyDistance(p, a) + energyDistance(q, b)) / 2 / energyDistance(p, q)
}
