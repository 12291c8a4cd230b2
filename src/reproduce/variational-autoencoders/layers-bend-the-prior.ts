import type { SplitName } from '../../data/dataset.ts'
import { energyDistance } from '../../evaluate/generation/energy-distance.ts'
import { nearestNeighbours } from '../../evaluate/neighbours/nearest-neighbours.ts'
import { Tensor, topological } from '../../graph/tensor.ts'
import { indexPlot } from '../../report/index-plot.ts'
import { type Floats, hostTensor, rowsBetween } from '../../tensor/host.ts'
import type { TrainedModel, WithParameters } from '../../train/trained.ts'
import { inferenceMode } from '../../train/trained.ts'
import { normalDraws } from '../codes/code-draws.ts'
import { drawnCodes, gaussianPosteriors } from '../codes/gaussian-posteriors.ts'
import { atMost, between, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import type { Laboratory } from '../laboratory.ts'
import { sampledValues } from '../measures/samples.ts'
import { meanOf, ratioOfMeans } from '../measures/statistics.ts'
import { VAE } from '../models/shared-models.ts'

/** Training digits whose activations represent the data, and points that are distancesAt with them. */
const [KNOWN, POINTS] = [10_000, 1000]

export const layersBendThePrior = defineExperiment({
  name: 'layers-bend-the-prior',
  title:
    'After the decoder’s first layers, the prior is nearer to the data than a normal distribution fitted there',
  chapter: 'Variational autoencoders',
  claim:
    'The first layers of the decoder bend the simple prior onto the manifold of the data, which a simple distribution in place of these layers would miss.',
  source:
    'Lecture, “VAE”: one or two layers learn the manifold; Doersch 2016, “Tutorial on variational autoencoders”, section 2',
  settings: {
    small: {
      what: `The default vae (decoder 20-500-500-784), at the code and after one and two activations, that is, at the outputs of the second and third linear maps. ${POINTS} draws of the prior, and as many from a normal distribution with the mean and covariance of the data at that layer: mean distance to the nearest of ${KNOWN} training digits there, whose codes are drawn from q(z|x). Also the energy distance between prior and test digits, relative to that between two samples of the prior.`,
      conditions: { runs: [VAE], known: KNOWN, points: POINTS },
      minutes: 3,
      expects: {
        code: between(
          0.9,
          1.1,
          'distance of the prior from the data, relative to the normal distribution, at the code',
        ),
        once: atMost(0.9, 'the same, after one activation'),
        twice: atMost(0.8, 'the same, after two activations'),
        energyOfCode: reported(
          'energy distance of prior and data, relative to two samples of the prior, at the code',
        ),
        energyOnce: reported('the same energy distance, after one activation'),
        energyTwice: reported('the same energy distance, after two activations'),
      },
    },
  },
  async run(lab) {
    const run = await lab.trained(VAE)
    const known = await layersOf(run, await codesOf(lab, run, 'train', KNOWN))
    const test = await layersOf(run, await codesOf(lab, run, 'test', POINTS))
    const draws = await run.samplePrior(POINTS, lab.seed)
    const prior = await layersOf(run, draws)
    const layers: LayerDistances[] = []
    for (const [i, data] of known.entries())
      layers.push(await distancesAt(lab, { data, test: test[i]!, prior: prior[i]! }))
    const [code, , once, twice] = layers as [
      LayerDistances,
      LayerDistances,
      LayerDistances,
      LayerDistances,
    ]
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
          alt: 'Two lines over the layers that diverge: the normal distribution moves away from the data, the prior stays near',
          caption:
            'Distance to the nearest training digit, relative to test digits: 1 is on the manifold. The code and its first linear map (1 and 2) come before any activation: there the prior and a normal distribution fitted to the data are alike. After activations (3 and 4) the prior has been bent along with the data, and a fitted normal distribution misses them.',
          svg: indexPlot(
            [
              {
                name: 'prior, through the layers',
                values: layers.map((layer) => layer.relative(layer.prior)),
              },
              {
                name: 'normal distribution, fitted there',
                values: layers.map((layer) => layer.relative(layer.normal)),
              },
            ],
            {
              title: 'Distance of samples from the data',
              axes: ['code, then each linear map', 'distance, relative to test digits'],
              reference: { value: 1, name: 'test digits' },
            },
          ),
        },
        {
          kind: 'svg',
          name: 'energy',
          alt: 'Energy distance between prior and data over the layers, with a line at 1',
          caption:
            'Energy distance, after each layer, between draws of the prior and the codes of test digits, relative to that between two samples of the prior: 1 where they cannot be distinguished.',
          svg: indexPlot([{ name: 'prior and data', values: layers.map(({ energy }) => energy) }], {
            title: 'Prior and aggregated posterior, layer by layer',
            axes: ['code, then each linear map', 'energy distance'],
            reference: { value: 1, name: 'two samples of the prior' },
          }),
        },
      ],
    }
  },
})

/** Codes of digits, drawn from q(z|x). */
async function codesOf(lab: Laboratory, run: TrainedModel, split: SplitName, most: number) {
  const data = await lab.data()
  const x = sampledValues(data, split, most)
  return drawnCodes(await gaussianPosteriors(run, x), lab.seed)
}

/** Codes, and the output of each linear map of the decoder for them. */
const layersOf = async (run: TrainedModel, codes: Floats) => [
  codes,
  ...(await decoderLayers(run, codes)),
]

type LayerDistances = Awaited<ReturnType<typeof distancesAt>>

/** Distances to the nearest activation of a training digit, at one layer of the decoder. */
async function distancesAt(
  lab: Laboratory,
  at: { readonly data: Floats; readonly test: Floats; readonly prior: Floats },
) {
  const { runtime, seed, signal } = lab
  const options = { k: 1, signal }
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
 * Energy distance between draws of the prior and data, relative to that between two samples of the prior. Averaged
 * over both halves of the points, since only distances of equally many points are comparable.
 */
function energyRatio(prior: Floats, data: Floats): number {
  const half = Math.floor(Math.min(prior.shape[0]!, data.shape[0]!) / 2)
  const halves = (x: Floats) => [rowsBetween(x, 0, half), rowsBetween(x, half, 2 * half)] as const
  const [[p, q], [a, b]] = [halves(prior), halves(data)]
  return (energyDistance(p, a) + energyDistance(q, b)) / 2 / energyDistance(p, q)
}

/**
 * Outputs of the linear maps of a ReLU decoder for codes `[n, L]`, before their activations, `[n, width]` each; the
 * last are the logits of a Bernoulli likelihood. They are found in the expression of the mean, as the arguments of
 * its activations.
 */
export async function decoderLayers(
  { model, parameters, runtime }: WithParameters,
  codes: Floats,
): Promise<Floats[]> {
  const rows = codes.shape[0]!
  const z = Tensor.input('z', codes.shape)
  const mean = model.likelihood!(z, inferenceMode(model, rows)).mean()
  const layers = topological([mean])
    .filter(({ op }) => op === 'relu' || op === 'sigmoid')
    .map(({ inputs }) => inputs[0]!)
  const session = await runtime.compile(
    Object.fromEntries(layers.map((layer, i) => [`layer ${i}`, layer])),
  )
  try {
    await session.bind(parameters)
    const results = await session.run({ z: codes })
    return layers.map((_, i) => {
      const { shape, data } = results[`layer ${i}`]!
      return hostTensor('float32', shape, Float32Array.from(data as Float32Array))
    })
  } finally {
    await session.close()
  }
}
