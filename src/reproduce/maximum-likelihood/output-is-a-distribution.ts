import { linePlot } from '../../report/line-plot.ts'
import type { TrainedModel } from '../../train/trained.ts'
import { trainedModel } from '../../train/trained.ts'
import { drawnCodes, gaussianPosteriors } from '../codes/gaussian-posteriors.ts'
import { atMost, between, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import type { Laboratory } from '../laboratory.ts'
import { binarised, sampledValues } from '../measures/samples.ts'
import { meanOf } from '../measures/statistics.ts'
import { EXAMPLE, exampleModel, generated } from '../models/linear-gaussian.ts'
import { fitLinearVae } from '../models/linear-vae.ts'
import { BINARY_VAE } from '../models/shared-models.ts'
import { CENTRAL, calibrationError, coverage, reliability } from './calibration.ts'

const [TRAINING, HELD_OUT, DIGITS] = [5000, 2000, 10_000]
const { binarize: _, ...sizes } = BINARY_VAE
/** The same networks for grey values. */
const GREY_VAE = { ...sizes, likelihood: 'gaussian:global' } as const

export const outputIsADistribution = defineExperiment({
  name: 'output-is-a-distribution',
  title:
    'Where the likelihood fits the data, the distribution that a network outputs is calibrated',
  chapter: 'Maximum likelihood',
  claim:
    'A network trained by maximum likelihood outputs the parameters of a distribution, from which values can be drawn.',
  source: 'Lecture, “revisit DNN”, y_new ~ p(y|f(x_new)); Guo et al. 2017 for reliability',
  settings: {
    small: {
      what: `Held-out examples, with one code drawn from q(z|x) for each. A Bernoulli VAE on ${DIGITS} binarised test digits: pixels are grouped into ten bins by the probability that the decoder predicts, and compared with the share of them that are white. A Gaussian VAE with a learned σ on ${HELD_OUT} examples of ten values whose noise is Gaussian: the share of the values within the predicted intervals. The same for grey values of MNIST, whose noise is not Gaussian: there the variance can be right without the intervals being right, so the intervals are only reported.`,
      conditions: {
        runs: [BINARY_VAE, GREY_VAE],
        ...{ training: TRAINING, heldOut: HELD_OUT, digits: DIGITS, example: EXAMPLE },
      },
      minutes: 1.5,
      expects: {
        error: atMost(0.01, 'mean |predicted - observed| share of white pixels'),
        worst: atMost(0.05, 'largest |predicted - observed| of a bin'),
        half: between(0.485, 0.515, 'share within the predicted 50 % interval, Gaussian noise'),
        most: between(0.89, 0.91, 'share within the predicted 90 % interval, Gaussian noise'),
        variance: between(
          0.9,
          1.1,
          'mean squared residual of grey values, relative to the predicted σ²',
        ),
        halfOfGrey: reported('share of grey values within the predicted 50 % interval'),
        mostOfGrey: reported('share of grey values within the predicted 90 % interval'),
      },
    },
  },
  async run(lab) {
    const grey = sampledValues(await lab.data(), 'test', DIGITS)
    const bits = binarised(grey, lab.seed)
    const predicted = await predictedMeans(await lab.trained(BINARY_VAE), bits, lab.seed)
    const bins = reliability(predicted, bits.data)
    const gaps = bins.map((bin) => Math.abs(bin.predicted - bin.observed))
    const synthetic = await syntheticResiduals(lab)
    const run = await lab.trained(GREY_VAE)
    const sigma = Math.exp(Number(run.parameters['likelihood.logSigma']!.data[0]))
    const means = await predictedMeans(run, grey, lab.seed)
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
          alt: 'Observed share of white pixels against the predicted one, along the diagonal',
          caption:
            'Pixels of test digits by the decoder’s probability that they are white. On the diagonal, of the pixels given 30 %, three in ten are white.',
          svg: linePlot(
            [
              {
                name: 'pixels of binarised digits',
                points: bins.map((bin) => ({ x: bin.predicted, y: bin.observed })),
              },
            ],
            { title: 'Bernoulli', axes: ['predicted', 'observed'], range, diagonal: 'calibrated' },
          ),
        },
        {
          kind: 'svg',
          name: 'coverage',
          alt: 'Share within the predicted intervals: on the diagonal for Gaussian noise, far above it for grey values',
          caption:
            'Share of values within central intervals of the Gaussian. Where the noise is Gaussian, the share is the predicted one. Grey values are mostly plain background, for which the intervals of a single σ are too wide: a likelihood is only as good as its fit to the data.',
          svg: linePlot(
            [
              { name: 'Gaussian noise', points: covered(synthetic) },
              { name: 'grey values of MNIST', points: covered(residuals) },
            ],
            { title: 'Gaussian', axes: ['predicted', 'observed'], range, diagonal: 'calibrated' },
          ),
        },
      ],
    }
  },
})

/** The mean of p(x|z) for each example, at a code drawn from q(z|x). */
async function predictedMeans(
  run: TrainedModel,
  x: Parameters<TrainedModel['encode']>[0],
  seed: number,
): Promise<Float32Array> {
  return (await run.decode(drawnCodes(await gaussianPosteriors(run, x), seed))).data
}

/** (x - μ) / σ of held-out examples with Gaussian noise, under a Gaussian VAE trained on other examples. */
async function syntheticResiduals(lab: Laboratory): Promise<Float64Array> {
  const truth = exampleModel(lab.seed)
  lab.onStage('a linear VAE')
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
