import { squaredRadii } from '../../evaluate/generation/balls.ts'
import { rowDistances } from '../../evaluate/neighbours/row-distances.ts'
import { indexPlot } from '../../report/index-plot.ts'
import { type Floats, rowsBetween } from '../../tensor/host.ts'
import type { TrainedModel } from '../../train/trained.ts'
import { bestCodes, priorRadius, squaredErrorOf } from '../codes/best-codes.ts'
import { atLeast, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import type { Laboratory } from '../laboratory.ts'
import { digitRows } from '../measures/digit-grids.ts'
import { squaredErrors } from '../measures/rows.ts'
import { sampledValues } from '../measures/samples.ts'
import {
  meanDifference,
  meanOf,
  meanWithError,
  quantiles,
  ratioOfMeans,
} from '../measures/statistics.ts'
import { GAN, VAE } from '../models/shared-models.ts'
import { generationQuality, MEANS_OF_GREY } from './generation-quality.ts'

/** Number of digits whose nearest image is searched for, of starts for each, of digits and samples for the metrics. */
const [SEARCHED, STARTS, SAMPLES, SHOWN] = [300, 8, 2000, 12]
/** The neighbour that sets the radius of a digit's ball, as for coverage (Naeem et al. 2020). */
const NEIGHBOURS = 5

export const ganNeedNotCover = defineExperiment({
  name: 'gan-need-not-cover',
  title: 'A GAN comes less close to test digits than a VAE, though its code is larger',
  chapter: 'Autoencoder, VAE or GAN',
  claim:
    'The loss of an autoencoder guarantees that its decoder can produce something near every digit, and nothing guarantees that for a GAN.',
  source: 'Lecture, “Autoencoder”: encoder and decoder have a guaranteed performance',
  settings: {
    small: {
      what: `gan and vae with their defaults (codes of 64 and of 20 dimensions, so the GAN has more freedom). For ${SEARCHED} test digits, the nearest image that each generator can produce: 200 steps of Adam on the code, from ${STARTS} draws of the prior, within the ball that contains nearly all draws. The search does not use the encoder of the VAE; the VAE’s own reconstruction is measured as well. A digit is covered where the image is as near to it as its ${NEIGHBOURS}th nearest digit, in the features of a classifier.`,
      conditions: {
        runs: [GAN, VAE],
        ...{ searched: SEARCHED, starts: STARTS, samples: SAMPLES, neighbours: NEIGHBOURS },
      },
      minutes: 7,
      expects: {
        nearest: atLeast(1.5, 'squared error of the nearest image, gan relative to vae'),
        farther: atLeast(0.8, 'share of digits that the vae comes closer to'),
        encoded: atLeast(
          1.2,
          'squared error of the nearest image of the gan, relative to the reconstruction of the vae',
        ),
        covered: atLeast(0.1, 'share of digits covered by their nearest image, vae minus gan'),
        recall: reported('recall (share of digits among samples from the prior), vae minus gan'),
        coverage: reported(
          'coverage (share of digits with a sample from the prior nearby), vae minus gan',
        ),
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
    const reconstructed = await squaredErrors(vae, x)
    const nearer = errors.vae.map((error, i) => (error < errors.gan[i]! ? 1 : 0))
    const quality = async (run: TrainedModel) =>
      generationQuality(lab, test, await run.decode(await run.samplePrior(SAMPLES, lab.seed)))
    const [drawnGan, drawnVae] = [await quality(gan), await quality(vae)]
    const covers = await coverageTest(lab, test)
    const [coveredGan, coveredVae] = [await covers(ofGan), await covers(ofVae)]
    return {
      numbers: {
        nearest: ratioOfMeans(errors.gan, errors.vae),
        farther: meanWithError(nearer),
        encoded: ratioOfMeans(errors.gan, reconstructed),
        covered: meanDifference(coveredVae, coveredGan),
        recall: meanDifference(drawnVae.recall, drawnGan.recall),
        coverage: meanDifference(drawnVae.coverage, drawnGan.coverage),
      },
      remarks: [
        `Mean squared errors: ${meanOf(errors.gan).toFixed(2)} of the nearest images of the GAN, ${meanOf(errors.vae).toFixed(2)} of those of the VAE, ${meanOf(reconstructed).toFixed(2)} of the reconstructions of the VAE. A search finds a near image, not necessarily the nearest.`,
        MEANS_OF_GREY,
      ],
      figures: [
        digitRows([x, ofGan, ofVae], SHOWN, {
          name: 'nearest',
          alt: 'Twelve digits, below each the nearest image of the GAN and that of the VAE',
          caption:
            'Test digits, and below them the nearest image found for the GAN and for the VAE. The images of the GAN are sharp, but some are another digit, or the same digit written differently.',
        }),
        {
          kind: 'svg',
          name: 'errors',
          alt: 'Sorted squared errors of nearest images: those of the GAN lie above, most at the right end',
          caption:
            'Sorted squared errors of the nearest images, and of the reconstructions of the VAE. Digits that a generator does not cover are at the right end.',
          svg: indexPlot(
            [
              { name: 'gan, nearest', values: quantiles(errors.gan) },
              { name: 'vae, nearest', values: quantiles(errors.vae) },
              { name: 'vae, reconstructed', values: quantiles(reconstructed) },
            ],
            {
              title: 'How close a generator comes to test digits',
              axes: ['percentile of the digits', 'squared error'],
            },
          ),
        },
      ],
    }
  },
})

async function nearestImages({ seed, signal }: Laboratory, run: TrainedModel, x: Floats) {
  const radius = priorRadius(run.model.latent)
  const options = { seed, starts: STARTS, radius, signal }
  return run.decode((await bestCodes(run, x, squaredErrorOf, options)).codes)
}

/** 1 for each digit whose image is as near to it as its k-th nearest digit, else 0. */
async function coverageTest(lab: Laboratory, digits: Floats) {
  const space = await lab.features()
  const real = await space.features(digits)
  const options = { signal: lab.signal }
  const radii = await squaredRadii(lab.runtime, real, NEIGHBOURS, options)
  return async (images: Floats) => {
    const count = images.shape[0]!
    const squared = rowDistances(rowsBetween(real, 0, count), await space.features(images))
    return squared.map((distance, i) => (distance <= radii[i]! ? 1 : 0))
  }
}
