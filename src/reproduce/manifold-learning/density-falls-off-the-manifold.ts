import { importanceBound } from '../../evaluate/likelihood/importance-bound.ts'
import { indexPlot } from '../../report/index-plot.ts'
import { linePlot } from '../../report/line-plot.ts'
import { type Floats, rowsBetween } from '../../tensor/host.ts'
import type { TrainedModel } from '../../train/trained.ts'
import { bestCodes } from '../codes/best-codes.ts'
import { atLeast, atMost, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import type { Laboratory } from '../laboratory.ts'
import { digitRows } from '../measures/digit-grids.ts'
import { binarised, sampledValues } from '../measures/samples.ts'
import { meanDifference, meanOf, meanWithError, quantiles } from '../measures/statistics.ts'
import { BINARY_VAE } from '../models/shared-models.ts'
import { constantImages, randomised, shuffled } from './changed-pixels.ts'

const [DIGITS, SAMPLES] = [200, 500]
/** Images whose best code is searched for. */
const SEARCHED = 50
const PIXELS = 784
/** 5 % of the pixels. */
const SOME = 39
const SHOWN = 10
/** The curves of the bound: pixels changed at each point, and digits and codes that it averages. */
const FALL = { counts: [1, 2, 5, 10, 20, 39, 80, 160, 320, 784], digits: 100, samples: 200 }

export const densityFallsOffTheManifold = defineExperiment({
  name: 'density-falls-off-the-manifold',
  title: 'A VAE’s bound falls steeply when pixels of a digit are randomised or shuffled',
  chapter: 'Manifold learning',
  claim:
    'Pixels drawn uniformly at random are noise, and the bound on log p(x) falls steeply as soon as pixels of a digit are randomised or shuffled.',
  source:
    'Lecture, “manifold hypothesis”; the exception of constant images: Nalisnick et al. 2019, “Do deep generative models know what they don’t know?”',
  settings: {
    small: {
      what: `A Bernoulli VAE of binarised MNIST (784-200-10). Importance-weighted bounds with ${SAMPLES} codes for ${DIGITS} test digits, for the digits with some pixels randomised or all of them shuffled, and for as many images of fair coin flips. A bound may be low merely because q(z|x) was never trained on noise, so log p(x|z) is also measured at the best code that gradient descent finds for ${SEARCHED} of the noise images: the mean of p(x|z) over codes cannot exceed its maximum. Fair coins themselves give every image -543 nats.`,
      conditions: {
        runs: [BINARY_VAE],
        ...{ digits: DIGITS, samples: SAMPLES, searched: SEARCHED, redrawn: [SOME, PIXELS] },
      },
      minutes: 2,
      expects: {
        noise: atLeast(500, 'bound of digits minus that of noise', 'nats per example'),
        shuffled: atLeast(
          200,
          'bound of digits minus that of their shuffled pixels',
          'nats per example',
        ),
        some: atLeast(
          40,
          'bound of digits minus that of digits with 5 % of their pixels randomised',
          'nats per example',
        ),
        outside: atMost(0.01, 'share of noise images at least as likely as the least likely digit'),
        best: atLeast(
          300,
          'bound of digits minus log p(x|z) of noise at its best code',
          'nats per example',
        ),
        black: reported('bound of a black image', 'nats'),
        white: reported('bound of a white image', 'nats'),
        above: reported('share of digits less likely than the black image'),
      },
    },
  },
  async run(lab) {
    const run = await lab.trained(BINARY_VAE)
    const data = await lab.data()
    const digits = binarised(sampledValues(data, 'test', DIGITS), lab.seed)
    const kinds = {
      digits,
      some: randomised(digits, SOME, lab.seed),
      shuffled: shuffled(digits, PIXELS, lab.seed),
      noise: randomised(digits, PIXELS, lab.seed),
    }
    const of = (x: Floats) => bounds(lab, run, x, SAMPLES)
    const bound = {
      digits: await of(digits),
      some: await of(kinds.some),
      shuffled: await of(kinds.shuffled),
      noise: await of(kinds.noise),
    }
    const [black, white] = await of(constantImages(PIXELS))
    const least = bound.digits.reduce((a, b) => Math.min(a, b))
    const reaching = bound.noise.map((value) => (value >= least ? 1 : 0))
    const best = await bestOfNoise(lab, run, kinds.noise)
    const below = bound.digits.map((value) => (value < black! ? 1 : 0))
    return {
      numbers: {
        noise: meanDifference(bound.digits, bound.noise),
        shuffled: meanDifference(bound.digits, bound.shuffled),
        some: meanDifference(bound.digits, bound.some),
        outside: meanWithError(reaching),
        best: meanDifference(bound.digits.subarray(0, best.length), best),
        black: black!,
        white: white!,
        above: meanWithError(below),
      },
      remarks: [
        `The bound is ${black!.toFixed(1)} nats for the black image and ${meanOf(bound.digits).toFixed(1)} on average for digits: ${(100 * meanOf(below)).toFixed(0)} % of the digits are less likely than an image without any digit. High density alone does not make an example typical of the data: the density at a point does not say how many such points there are.`,
      ],
      figures: [
        digitRows(Object.values(kinds), SHOWN, {
          name: 'kinds',
          alt: 'Ten digits; the digits with specks; their pixels shuffled; images of fair coin flips',
          caption: `From the top: test digits, with a mean bound of ${meanOf(bound.digits).toFixed(0)} nats; with 5 % of the pixels randomised, ${meanOf(bound.some).toFixed(0)}; with all pixels shuffled, ${meanOf(bound.shuffled).toFixed(0)}; with all pixels random, ${meanOf(bound.noise).toFixed(0)}. Nothing can be recognised in the last row.`,
        }),
        {
          kind: 'svg',
          name: 'fall',
          alt: 'Two curves of the bound that fall ever more steeply as more pixels are changed',
          caption:
            'Mean bound against the number of pixels of a digit that are randomised or shuffled. It falls from the first pixel on, by nats per pixel; a shuffled pixel is often as black as before and costs less.',
          svg: await fallPlot(lab, run, digits, black!),
        },
        {
          kind: 'svg',
          name: 'bounds',
          alt: 'Sorted bounds of digits, all above those of shuffled digits; the black image lies high among the digits',
          caption:
            'Sorted bounds of digits and of the same digits shuffled, and the exception: the black image.',
          svg: indexPlot(
            [
              { name: 'digits', values: quantiles(bound.digits) },
              { name: 'shuffled', values: quantiles(bound.shuffled) },
            ],
            {
              title: 'Bounds on log p(x)',
              axes: ['percentile', 'nats'],
              reference: { value: black!, name: 'black image' },
            },
          ),
        },
      ],
    }
  },
})

/** log p(x|z) of the first images, each at the best code that the search finds. */
async function bestOfNoise({ seed, signal }: Laboratory, run: TrainedModel, noise: Floats) {
  const x = rowsBetween(noise, 0, Math.min(SEARCHED, noise.shape[0]!))
  const options = { seed, signal }
  const { costs } = await bestCodes(run, x, (p, examples) => p.logProb(examples).neg(), options)
  return costs.map((cost) => -cost)
}

/** Importance-weighted bounds on log p(x), in nats, with `samples` codes for each of the images. */
async function bounds({ seed, signal }: Laboratory, run: TrainedModel, x: Floats, samples: number) {
  return (await importanceBound(run, x, { samples, seed, signal })).bound
}

/** Mean bounds of some digits against the number of their pixels that are changed, and that of a black image. */
async function fallPlot(
  lab: Laboratory,
  run: TrainedModel,
  digits: Floats,
  black: number,
): Promise<string> {
  const some = rowsBetween(digits, 0, Math.min(FALL.digits, digits.shape[0]!))
  const line = async (change: typeof shuffled) => {
    const points: { x: number; y: number }[] = []
    for (const x of FALL.counts) {
      const changed = await bounds(lab, run, change(some, x, lab.seed), FALL.samples)
      points.push({ x, y: meanOf(changed) })
    }
    return points
  }
  const unchanged = meanOf(await bounds(lab, run, some, FALL.samples))
  return linePlot(
    [
      { name: 'randomised', points: await line(randomised) },
      { name: 'shuffled', points: await line(shuffled) },
    ],
    {
      title: 'Bounds of digits with some pixels changed',
      axes: ['pixels', 'nats per example'],
      logarithmic: { x: true },
      references: [
        { value: unchanged, name: 'digits' },
        { value: black, name: 'black image' },
      ],
    },
  )
}
