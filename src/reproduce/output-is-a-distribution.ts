import { linePlot } from '../report/line-plot.ts'
import { trainedModel } from '../train/trained.ts'
import { CENTRAL, calibrationError, coverage, reliability } from './calibration.ts'
import { atMost, between, reported } from './expectation.ts'
import { defineExperiment } from './experiment.ts'
import { drawnCodes, gaussianPosteriors } from './gaussian-posteriors.ts'
import type { Laboratory, TrainedRun } from './laboratory.ts'
import { EXAMPLE, exampleModel, generated } from './linear-gaussian.ts'
import { fitLinearVae } from './linear-vae.ts'
import { binarised, meanOf, sampledValues } from './measures.ts'
import { BINARY_VAE } from './shared-models.ts'

const [TRAINING, HELD_OUT, DIGITS] = [5000, 2000, 10_000]
const { binarize: _, ...sizes } = BINARY_VAE
/** The same networks for grey values. */
const GREY_VAE = { ...sizes, likelihood: 'gaussian:global' } as const

export const outputIsADistribution = defineExperiment({
  name: 'output-is-a-distribution',
  title: 'Where the likelihood fits the data, values fall as often as the network’s output says',
  chapter: 'Loss functions are likelihoods',
  claim:
    'A network trained by likelihood gives the parameter of a distribution, from which values are drawn.',
  source: 'Lecture, “revisit DNN”, y_new ~ p(y|f(x_new)); Guo et al. 2017 for reliability',
  settings: {
    small: {
      what: `Held-out examples, a code drawn from q(z|x) for each. A Bernoulli VAE on ${DIGITS} binarised test digits: pixels in ten bins by the probability that the decoder states, and the share of them that are white. A Gaussian VAE with a learned σ on ${HELD_OUT} examples whose noise is Gaussian, ten values each: the share of the values within the stated intervals. And the same of grey values of MNIST, whose noise is not Gaussian: there the variance can be right, the intervals need not be, and so they are only reported.`,
      conditions: {
        runs: [BINARY_VAE, GREY_VAE],
        ...{ training: TRAINING, heldOut: HELD_OUT, digits: DIGITS, example: EXAMPLE },
      },
      minutes: 1.5,
      expects: {
        error: atMost(0.01, 'mean |stated - observed| share of white pixels'),
        worst: atMost(0.05, 'largest |stated - observed| of a bin'),
        half: between(0.485, 0.515, 'share within the stated 50 % interval, Gaussian noise'),
        most: between(0.89, 0.91, 'share within the stated 90 % interval, Gaussian noise'),
        variance: between(0.9, 1.1, 'squared residual of grey values, as a ratio to the stated σ²'),
        halfOfGrey: reported('share of grey values within the stated 50 % interval'),
        mostOfGrey: reported('share of grey values within the stated 90 % interval'),
      },
    },
  },
  async run(lab) {
    const grey = sampledValues(await lab.data(), 'test', DIGITS)
    const bits = binarised(grey, lab.seed)
    const stated = await statedMeans(await lab.trained(BINARY_VAE), bits, lab.seed)
    const bins = reliability(stated, bits.data)
    const gaps = bins.map((bin) => Math.abs(bin.stated - bin.observed))
    const synthetic = await syntheticResiduals(lab)
    const run = await lab.trained(GREY_VAE)
    const sigma = Math.exp(Number(run.parameters['likelihood.logSigma']!.data[0]))
    const means = await statedMeans(run, grey, lab.seed)
    const residuals = means.map((mean, i) => (grey.data[i]! - mean) / sigma)
    const levels = Object.keys(CENTRAL).map(Number) as (keyof typeof CENTRAL)[]
    const covered = (values: ArrayLike<number>) =>
      levels.map((level) => ({ x: level, y: coverage(values, level) }))
    const range = { x: [0, 1], y: [0, 1] } as const
    return {
      numbers: {
        error: calibrationError(bins),
        worst: Math.max(...gaps),
        half: coverage(synthetic, 0.5),
        most: coverage(synthetic, 0.9),
        variance: meanOf(residuals.map((r) => r ** 2)),
        halfOfGrey: coverage(residuals, 0.5),
        mostOfGrey: coverage(residuals, 0.9),
      },
      figures: [
        {
          kind: 'svg',
          name: 'reliability',
          alt: 'Observed over stated share of white pixels, along the diagonal',
          caption:
            'Pixels of test digits by the probability with which the decoder says that they are white: on the diagonal, of those that it gives 30 % three in ten are.',
          svg: linePlot(
            [
              {
                name: 'pixels of binarised digits',
                points: bins.map((bin) => ({ x: bin.stated, y: bin.observed })),
              },
            ],
            { title: 'Bernoulli', axes: ['stated', 'observed'], range, diagonal: 'as stated' },
          ),
        },
        {
          kind: 'svg',
          name: 'coverage',
          alt: 'Share within the stated intervals: on the diagonal for Gaussian noise, far above it for grey values',
          caption:
            'Central intervals of the Gaussian against the share of values in them. Where the noise is Gaussian they hold what they state. Grey values are mostly plain background, which the one σ makes too wide an interval for: a distribution is only as good as its choice.',
          svg: linePlot(
            [
              { name: 'Gaussian noise', points: covered(synthetic) },
              { name: 'grey values of MNIST', points: covered(residuals) },
            ],
            { title: 'Gaussian', axes: ['stated', 'observed'], range, diagonal: 'as stated' },
          ),
        },
      ],
    }
  },
})

/** The decoder's mean at a code drawn from q(z|x), for each example. */
async function statedMeans(
  run: TrainedRun,
  x: Parameters<TrainedRun['encode']>[0],
  seed: number,
): Promise<Float32Array> {
  return (await run.decode(drawnCodes(await gaussianPosteriors(run, x), seed))).data
}

/** (x - μ) / σ of held-out examples with Gaussian noise, by a Gaussian VAE that was trained on others. */
async function syntheticResiduals(lab: Laboratory): Promise<Float64Array> {
  const truth = exampleModel(lab.seed)
  lab.tell('a linear VAE')
  const { model, parameters, generator } = await fitLinearVae(
    lab,
    generated(truth, TRAINING, lab.seed),
  )
  const x = generated(truth, HELD_OUT, lab.seed + 1)
  const trained = trainedModel(lab.runtime, model, parameters)
  try {
    const q = await gaussianPosteriors({ model, parameters, runtime: lab.runtime }, x)
    const { data } = await trained.decode(drawnCodes(q, lab.seed))
    return Float64Array.from(data, (mean, i) => (x.data[i]! - mean) / generator.sigma)
  } finally {
    await trained.close()
  }
}
