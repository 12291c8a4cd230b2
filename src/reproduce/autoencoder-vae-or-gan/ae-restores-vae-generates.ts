import { rowDistances } from '../../evaluate/neighbours/row-distances.ts'
import { indexPlot } from '../../report/index-plot.ts'
import { rowsBetween } from '../../tensor/host.ts'
import { scaledDraws } from '../codes/code-draws.ts'
import { atLeast, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import { digitRows } from '../measures/digit-grids.ts'
import { sampledValues } from '../measures/samples.ts'
import { meanDifference, quantiles, ratioOfMeans } from '../measures/statistics.ts'
import { AE, VAE } from '../models/shared-models.ts'
import { generationQuality, MEANS_OF_GREY } from './generation-quality.ts'

const [DIGITS, SAMPLES, FITTED, SHOWN] = [10_000, 2000, 10_000, 12]

export const aeRestoresVaeGenerates = defineExperiment({
  name: 'ae-restores-vae-generates',
  title:
    'With equal networks, the autoencoder reconstructs better, and the VAE generates better than the autoencoder does from scaled normal draws',
  chapter: 'Autoencoder, VAE or GAN',
  claim:
    'An autoencoder has a decoder for the sake of its encoder and a VAE an encoder for the sake of its decoder, so at equal size the former reconstructs better and the latter generates better.',
  source: 'Lecture, “VAE”: in code the two hardly differ, in purpose they are opposites',
  settings: {
    small: {
      what: `ae and vae with their defaults, which have the same decoder (20-500-500-784), data and epochs. Squared errors of ${DIGITS} reconstructed test digits, with the VAE from the mean of q(z|x). ${SAMPLES} samples are compared with as many test digits in the features of a classifier: from the prior of the VAE, and from N(0, I) scaled to the means and variances of the codes of the autoencoder, which has no prior. The verdict is about that density alone: ae-needs-a-density fits others to the same codes, and from a mixture the autoencoder generates better than the VAE.`,
      conditions: { runs: [AE, VAE], digits: DIGITS, samples: SAMPLES, fitted: FITTED },
      minutes: 5,
      expects: {
        restoring: atLeast(1.1, 'squared error of reconstructions, vae relative to ae'),
        generating: atLeast(
          1.3,
          'Fréchet distance of samples, ae from scaled N(0, I) relative to vae',
        ),
        coverage: atLeast(
          0.05,
          'coverage (share of digits with a sample nearby), vae minus ae from scaled N(0, I)',
        ),
        precision: reported(
          'precision (share of samples among the digits), vae minus ae from scaled N(0, I)',
        ),
        recall: reported(
          'recall (share of digits among the samples), vae minus ae from scaled N(0, I)',
        ),
      },
    },
  },
  async run(lab) {
    const [ae, vae] = [await lab.trained(AE), await lab.trained(VAE)]
    const data = await lab.data()
    const x = sampledValues(data, 'test', DIGITS)
    const reconstructed = { ae: await ae.reconstruct(x), vae: await vae.reconstruct(x) }
    const errors = {
      ae: rowDistances(x, reconstructed.ae),
      vae: rowDistances(x, reconstructed.vae),
    }
    const training = sampledValues(data, 'train', FITTED)
    const codes = scaledDraws(await ae.encode(training), SAMPLES, lab.seed)
    const samples = {
      ae: await ae.decode(codes),
      vae: await vae.decode(await vae.samplePrior(SAMPLES, lab.seed)),
    }
    const test = rowsBetween(x, 0, Math.min(SAMPLES, x.shape[0]!))
    const ofAe = await generationQuality(lab, test, samples.ae)
    const ofVae = await generationQuality(lab, test, samples.vae)
    return {
      numbers: {
        restoring: ratioOfMeans(errors.vae, errors.ae),
        generating: ofAe.frechet / ofVae.frechet,
        coverage: meanDifference(ofVae.coverage, ofAe.coverage),
        precision: meanDifference(ofVae.precision, ofAe.precision),
        recall: meanDifference(ofVae.recall, ofAe.recall),
      },
      remarks: [MEANS_OF_GREY],
      figures: [
        digitRows([x, reconstructed.ae, reconstructed.vae], SHOWN, {
          name: 'restored',
          alt: 'Twelve digits, below each its reconstructions by the autoencoder and the VAE',
          caption:
            'Test digits, and their reconstructions by the autoencoder (middle) and the VAE (bottom): the VAE loses more of the detail of each digit.',
        }),
        digitRows([samples.ae, samples.vae], SHOWN, {
          name: 'samples',
          alt: 'Two rows of twelve generated images; digits are easier to recognise in the lower row',
          caption:
            'Samples of the autoencoder from scaled normal draws (top) and of the VAE from its prior (bottom), not cherry-picked: here the VAE is ahead.',
        }),
        {
          kind: 'svg',
          name: 'errors',
          alt: 'Sorted squared errors: those of the VAE lie above those of the autoencoder',
          caption: 'Squared errors of all test digits, sorted for each model.',
          svg: indexPlot(
            [
              { name: 'vae', values: quantiles(errors.vae) },
              { name: 'ae', values: quantiles(errors.ae) },
            ],
            {
              title: 'Squared error of reconstructed test digits',
              axes: ['percentile of the digits', 'squared error'],
            },
          ),
        },
      ],
    }
  },
})
