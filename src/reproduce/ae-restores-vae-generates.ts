import { rowDistances } from '../evaluate/neighbours/row-distances.ts'
import { indexPlot } from '../report/index-plot.ts'
import { rowsBetween } from '../tensor/host.ts'
import { scaledDraws } from './code-draws.ts'
import { digitRows } from './digit-rows.ts'
import { atLeast, reported } from './expectation.ts'
import { defineExperiment } from './experiment.ts'
import { generationQuality, MEANS_OF_GREY } from './generation-quality.ts'
import { meanDifference, quantiles, ratioOfMeans, sampledValues } from './measures.ts'
import { AE, VAE } from './shared-models.ts'

const [DIGITS, SAMPLES, FITTED, SHOWN] = [10_000, 2000, 10_000, 12]

export const aeRestoresVaeGenerates = defineExperiment({
  name: 'ae-restores-vae-generates',
  title:
    'Of equal networks, the autoencoder restores better, and the VAE generates better than scaled normal draws do from the autoencoder',
  chapter: 'What sets them apart',
  claim:
    'An autoencoder has a decoder for the sake of its encoder and a VAE an encoder for the sake of its decoder, so that at equal size the former restores better and the latter generates better.',
  source: 'Lecture, “VAE”: in code the two hardly differ, in purpose they are opposites',
  settings: {
    small: {
      what: `ae and vae with their defaults, which have the same decoder (20-500-500-784), data and epochs. Squared errors of ${DIGITS} test digits restored, of the VAE from the mean of q(z|x); and ${SAMPLES} samples beside as many test digits in the features of a classifier: from the prior of the VAE, and from N(0, I) scaled to the means and variances of the codes of the autoencoder, which has no prior. The verdict is on that density alone: ae-needs-a-density fits others to the same codes, and from a mixture the autoencoder generates better than the VAE.`,
      conditions: { runs: [AE, VAE], digits: DIGITS, samples: SAMPLES, fitted: FITTED },
      minutes: 5,
      expects: {
        restoring: atLeast(1.1, 'squared error of restored digits, vae as a ratio to ae'),
        generating: atLeast(
          1.3,
          'Fréchet distance of samples, ae from scaled N(0, I) as a ratio to vae',
        ),
        coverage: atLeast(
          0.05,
          'share of digits with a sample nearby, vae less ae from scaled N(0, I)',
        ),
        precision: reported('share of samples among digits, vae less ae from scaled N(0, I)'),
        recall: reported('share of digits among samples, vae less ae from scaled N(0, I)'),
      },
    },
  },
  async run(lab) {
    const [ae, vae] = [await lab.trained(AE), await lab.trained(VAE)]
    const data = await lab.data()
    const x = sampledValues(data, 'test', DIGITS)
    const restored = { ae: await ae.reconstruct(x), vae: await vae.reconstruct(x) }
    const errors = { ae: rowDistances(x, restored.ae), vae: rowDistances(x, restored.vae) }
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
        digitRows([x, restored.ae, restored.vae], SHOWN, {
          name: 'restored',
          alt: 'Twelve digits, below each what the autoencoder and the VAE restore',
          caption:
            'Test digits, and what the autoencoder (middle) and the VAE (below) restore: the VAE loses more of what is peculiar to a digit.',
        }),
        digitRows([samples.ae, samples.vae], SHOWN, {
          name: 'samples',
          alt: 'Two rows of twelve generated images; digits are easier to recognise in the lower row',
          caption:
            'Samples of the autoencoder from scaled normal draws (above) and of the VAE from its prior (below), none of them chosen: here the VAE is ahead.',
        }),
        {
          kind: 'svg',
          name: 'errors',
          alt: 'Sorted squared errors: those of the VAE lie above those of the autoencoder',
          caption: 'Squared errors of all test digits, those of each model sorted.',
          svg: indexPlot(
            [
              { name: 'vae', values: quantiles(errors.vae) },
              { name: 'ae', values: quantiles(errors.ae) },
            ],
            {
              title: 'Squared error of restored test digits',
              axes: ['percentile of the digits', 'squared error'],
            },
          ),
        },
      ],
    }
  },
})
