import { importanceBound } from '../../evaluate/likelihood/importance-bound.ts'
import { indexPlot } from '../../report/index-plot.ts'
import { linePlot } from '../../report/line-plot.ts'
import { type Floats, rowsBetween } from '../../tensor/host.ts'
import { bestCodes } from '../codes/best-codes.ts'
import { atLeast, atMost, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import type { Laboratory, TrainedRun } from '../laboratory.ts'
import { digitRows } from '../measures/digit-grids.ts'
import { binarised, sampledValues } from '../measures/samples.ts'
import { meanDifference, meanOf, meanWithError, quantiles } from '../measures/statistics.ts'
import { BINARY_VAE } from '../models/shared-models.ts'
import { constantImages, drawnAnew, shuffled } from './spoilt-pixels.ts'

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
  title: 'A VAE’s bound falls steeply when a digit’s pixels are drawn anew or shuffled',
  chapter: 'Manifold learning',
  claim:
    'Pixels drawn uniformly are noise, and the bound on log p(x) falls steeply as soon as a digit’s pixels are drawn anew or shuffled.',
  source:
    'Lecture, “manifold hypothesis”; the exception of constant images: Nalisnick et al. 2019, “Do deep generative models know what they don’t know?”',
  settings: {
    small: {
      what: `A Bernoulli VAE of binarised MNIST (784-200-10). Importance-weighted bounds with ${SAMPLES} codes for ${DIGITS} test digits, for as many images of fair coins, and for the digits with their pixels shuffled. As a bound may be low because q(z|x) knows no noise, also log p(x|z) at the best code that gradients find for ${SEARCHED} images of coins: no mean of p(x|z) over codes exceeds its largest value. Fair coins themselves give each image -543 nats.`,
      conditions: {
        runs: [BINARY_VAE],
        ...{ digits: DIGITS, samples: SAMPLES, searched: SEARCHED, redrawn: [SOME, PIXELS] },
      },
      minutes: 2,
      expects: {
        noise: atLeast(500, 'bound of digits less that of noise', 'nats per example'),
        shuffled: atLeast(
          200,
          'bound of digits less that of their shuffled pixels',
          'nats per example',
        ),
        some: atLeast(
          40,
          'bound of digits less that of digits with 5 % of their pixels drawn anew',
          'nats per example',
        ),
        outside: atMost(0.01, 'share of noise as likely as the least likely digit'),
        best: atLeast(
          300,
          'bound of digits less log p(x|z) of noise at its best code',
          'nats per example',
        ),
        black: reported('bound of a black image', 'nats'),
        white: reported('bound of a white image', 'nats'),
        above: reported('share of digits that are less likely than the black image'),
      },
    },
  },
  async run(lab) {
    const run = await lab.trained(BINARY_VAE)
    const data = await lab.data()
    const digits = binarised(sampledValues(data, 'test', DIGITS), lab.seed)
    const kinds = {
      digits,
      some: drawnAnew(digits, SOME, lab.seed),
      shuffled: shuffled(digits, PIXELS, lab.seed),
      noise: drawnAnew(digits, PIXELS, lab.seed),
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
        `The black image has a bound of ${black!.toFixed(1)} nats, digits have ${meanOf(bound.digits).toFixed(1)} on average: ${(100 * meanOf(below)).toFixed(0)} % of them are less likely than an image without any digit. High density alone does not make an example one of the data: the density of a point says nothing of how many such points there are.`,
      ],
      figures: [
        digitRows(Object.values(kinds), SHOWN, {
          name: 'kinds',
          alt: 'Ten digits; the digits with specks; their pixels in disorder; images of fair coins',
          caption: `From above: test digits, at a mean bound of ${meanOf(bound.digits).toFixed(0)} nats; with 5 % of the pixels drawn anew, ${meanOf(bound.some).toFixed(0)}; with all pixels shuffled, ${meanOf(bound.shuffled).toFixed(0)}; all pixels drawn, ${meanOf(bound.noise).toFixed(0)}. None of the last row shows anything.`,
        }),
        {
          kind: 'svg',
          name: 'fall',
          alt: 'Two curves of the bound that fall ever more steeply over the number of pixels changed',
          caption:
            'Mean bounds over how many pixels of a digit, chosen at random, are drawn anew or exchange their places. The bound falls from the first of them on, by nats for every pixel; a shuffled pixel is often as black as before, and costs less.',
          svg: await fallPlot(lab, run, digits, black!),
        },
        {
          kind: 'svg',
          name: 'bounds',
          alt: 'Sorted bounds of digits, all above those of shuffled digits; the black image lies high among the digits',
          caption:
            'Sorted bounds of digits and of the same digits shuffled, and where the exception lies: the black image.',
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

/** log p(x|z) of the first images at the best code that is found. */
async function bestOfNoise({ seed, signal }: Laboratory, run: TrainedRun, noise: Floats) {
  const x = rowsBetween(noise, 0, Math.min(SEARCHED, noise.shape[0]!))
  const options = { seed, signal }
  const { costs } = await bestCodes(run, x, (p, examples) => p.logProb(examples).neg(), options)
  return costs.map((cost) => -cost)
}

/** Importance-weighted bounds on log p(x), in nats, with `samples` codes for each of the images. */
async function bounds({ seed, signal }: Laboratory, run: TrainedRun, x: Floats, samples: number) {
  return (await importanceBound(run, x, { samples, seed, signal })).bound
}

/** Mean bounds of some digits with more and more of their pixels changed, and that of a black image. */
async function fallPlot(
  lab: Laboratory,
  run: TrainedRun,
  digits: Floats,
  black: number,
): Promise<string> {
  const some = rowsBetween(digits, 0, Math.min(FALL.digits, digits.shape[0]!))
  const line = async (spoil: typeof shuffled) => {
    const points: { x: number; y: number }[] = []
    for (const x of FALL.counts) {
      const spoilt = await bounds(lab, run, spoil(some, x, lab.seed), FALL.samples)
      points.push({ x, y: meanOf(spoilt) })
    }
    return points
  }
  const unchanged = meanOf(await bounds(lab, run, some, FALL.samples))
  return linePlot(
    [
      { name: 'drawn anew', points: await line(drawnAnew) },
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
