import { squaredRadii } from '../evaluate/generation/balls.ts'
import { rowDistances } from '../evaluate/neighbours/row-distances.ts'
import { indexPlot } from '../report/index-plot.ts'
import { type HostTensor, rowsBetween } from '../tensor/host.ts'
import { bestCodes, priorRadius, squaredErrorOf } from './best-codes.ts'
import { digitRows } from './digit-rows.ts'
import { atLeast, reported } from './expectation.ts'
import { defineExperiment } from './experiment.ts'
import { generationQuality, MEANS_OF_GREY } from './generation-quality.ts'
import type { Laboratory, TrainedRun } from './laboratory.ts'
import {
  meanDifference,
  meanOf,
  meanWithError,
  quantiles,
  ratioOfMeans,
  sampledValues,
  squaredErrors,
} from './measures.ts'
import { GAN, VAE } from './shared-models.ts'

type Floats = HostTensor<'float32'>

/** Digits whose nearest image is searched for, searches for each, and digits and samples of the metrics. */
const [SEARCHED, STARTS, SAMPLES, SHOWN] = [300, 8, 2000, 12]
/** Of the ball around a digit, as coverage has it (Naeem et al. 2020). */
const NEIGHBOURS = 5

export const ganNeedNotCover = defineExperiment({
  name: 'gan-need-not-cover',
  title: 'A GAN comes less near to test digits than a VAE, though its code is larger',
  chapter: 'What sets them apart',
  claim:
    'The loss of an autoencoder guarantees that its decoder can make something near every digit, and nothing guarantees that of a GAN.',
  source: 'Lecture, “Autoencoder”: encoder and decoder have a performance that is guaranteed',
  settings: {
    small: {
      what: `gan and vae with their defaults (codes of 64 and of 20 dimensions, so that the GAN has more to choose from). For ${SEARCHED} test digits the nearest image that each generator makes: 200 steps of Adam on the code from ${STARTS} draws of the prior, within the ball that nearly all draws of it lie in; without asking the encoder of the VAE, and beside what that encoder finds at once. A digit is covered where the image is as near as its ${NEIGHBOURS}th nearest digit, in the features of a classifier.`,
      conditions: {
        runs: [GAN, VAE],
        ...{ searched: SEARCHED, starts: STARTS, samples: SAMPLES, neighbours: NEIGHBOURS },
      },
      minutes: 7,
      expects: {
        nearest: atLeast(1.5, 'squared error of the nearest image, gan as a ratio to vae'),
        farther: atLeast(0.8, 'share of digits that the vae comes nearer to'),
        encoded: atLeast(
          1.2,
          'squared error of the nearest image of the gan, as a ratio to what the vae restores',
        ),
        covered: atLeast(0.1, 'share of digits covered by their nearest image, vae less gan'),
        recall: reported('share of digits among samples of the prior, vae less gan'),
        coverage: reported('share of digits with a sample of the prior nearby, vae less gan'),
      },
    },
  },
  async run(lab) {
    const [gan, vae] = [await lab.trained(GAN), await lab.trained(VAE)]
    const data = await lab.data()
    const test = sampledValues(data, 'test', SAMPLES)
    const x = rowsBetween(test, 0, Math.min(SEARCHED, test.shape[0]!))
    const [ofGan, ofVae] = [await nearestImages(lab, gan, x), await nearestImages(lab, vae, x)]
    const errors = { gan: rowDistances(x, ofGan), vae: rowDistances(x, ofVae) }
    const restored = await squaredErrors(vae, x)
    const nearer = errors.vae.map((error, i) => (error < errors.gan[i]! ? 1 : 0))
    const quality = async (run: TrainedRun) =>
      generationQuality(lab, test, await run.decode(await run.samplePrior(SAMPLES, lab.seed)))
    const [drawnGan, drawnVae] = [await quality(gan), await quality(vae)]
    const covers = await coveringBy(lab, test)
    const [coveredGan, coveredVae] = [await covers(ofGan), await covers(ofVae)]
    return {
      numbers: {
        nearest: ratioOfMeans(errors.gan, errors.vae),
        farther: meanWithError(nearer),
        encoded: ratioOfMeans(errors.gan, restored),
        covered: meanDifference(coveredVae, coveredGan),
        recall: meanDifference(drawnVae.recall, drawnGan.recall),
        coverage: meanDifference(drawnVae.coverage, drawnGan.coverage),
      },
      remarks: [
        `Mean squared errors: ${meanOf(errors.gan).toFixed(2)} of the nearest images of the GAN, ${meanOf(errors.vae).toFixed(2)} of those of the VAE, ${meanOf(restored).toFixed(2)} of what the VAE restores through its encoder. A search finds a near image, not surely the nearest.`,
        MEANS_OF_GREY,
      ],
      figures: [
        digitRows([x, ofGan, ofVae], SHOWN, {
          name: 'nearest',
          alt: 'Twelve digits, below each the nearest image of the GAN and that of the VAE',
          caption:
            'Test digits, below them the nearest image that was found in the GAN, and in the VAE. The images of the GAN are sharp, and some are another digit or another way of writing it.',
        }),
        {
          kind: 'svg',
          name: 'errors',
          alt: 'Sorted squared errors of nearest images: those of the GAN lie above, most at the right end',
          caption:
            'Squared errors of the nearest images, sorted, and of what the VAE restores through its encoder. What a generator does not cover shows at the right end.',
          svg: indexPlot(
            [
              { name: 'gan, nearest', values: quantiles(errors.gan) },
              { name: 'vae, nearest', values: quantiles(errors.vae) },
              { name: 'vae, restored', values: quantiles(restored) },
            ],
            {
              title: 'How near a generator comes to test digits',
              axes: ['percentile of the digits', 'squared error'],
            },
          ),
        },
      ],
    }
  },
})

async function nearestImages({ seed, signal }: Laboratory, run: TrainedRun, x: Floats) {
  const radius = priorRadius(run.model.latent)
  const options = { seed, starts: STARTS, radius, ...(signal && { signal }) }
  return run.decode((await bestCodes(run, x, squaredErrorOf, options)).codes)
}

/** Whether an image is as near to each of some digits as its k-th nearest digit: 1 or 0. */
async function coveringBy(lab: Laboratory, digits: Floats) {
  const space = await lab.features()
  const real = await space.features(digits)
  const options = { ...(lab.signal && { signal: lab.signal }) }
  const radii = await squaredRadii(lab.runtime, real, NEIGHBOURS, options)
  return async (images: Floats) => {
    const count = images.shape[0]!
    const squared = rowDistances(rowsBetween(real, 0, count), await space.features(images))
    return squared.map((distance, i) => (distance <= radii[i]! ? 1 : 0))
  }
}
