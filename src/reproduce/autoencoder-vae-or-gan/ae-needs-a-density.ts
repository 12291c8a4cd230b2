import { splitLabels, splitValues } from '../../data/rows.ts'
import { gaussianMixture, mixtureDraws } from '../../evaluate/generation/gaussian-mixture.ts'
import { principalAxes } from '../../explore/principal-axes.ts'
import { codeScatter, type PlanarCode } from '../../report/code-scatter.ts'
import { type Floats, rowsBetween } from '../../tensor/host.ts'
import { normalDraws, scaledDraws, uniformDraws } from '../codes/code-draws.ts'
import { atLeast, atMost, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import type { Laboratory } from '../laboratory.ts'
import { digitRows } from '../measures/digit-grids.ts'
import { sampledIndices, sampledValues } from '../measures/samples.ts'
import { meanOf, meanWithError } from '../measures/statistics.ts'
import { AE, VAE } from '../models/shared-models.ts'
import { generationQuality, MEANS_OF_GREY } from './generation-quality.ts'

/** Number of codes that densities are fitted to, of samples of each kind, and of components of the mixture. */
const [FITTED, SAMPLES, COMPONENTS] = [10_000, 2000, 10]
const [SHOWN, DRAWN] = [12, 1500]

export const aeNeedsADensity = defineExperiment({
  name: 'ae-needs-a-density',
  title:
    'From the bounding box of its codes an autoencoder generates far worse than a VAE, from a mixture fitted to them about as well',
  chapter: 'Autoencoder, VAE or GAN',
  claim:
    'Points picked from the latent space of an autoencoder decode badly and those from the prior of a VAE well, but with a density fitted to its codes the autoencoder becomes a generative model.',
  source:
    'Notes on “VAE”, “Density Estimation”; Ghosh et al. 2020, “From variational to deterministic autoencoders”, table 1',
  settings: {
    small: {
      what: `ae and vae with their defaults (784-500-500-20). ${SAMPLES} decoded codes of each kind are compared with as many test digits, in the features of a classifier: for the VAE, codes from its prior; for the autoencoder, codes uniform in the bounding box of its codes, from N(0, I) scaled to their means and variances, from a Gaussian with their covariance, and from a mixture of ${COMPONENTS} Gaussians fitted to ${FITTED} of them.`,
      conditions: {
        runs: [AE, VAE],
        ...{ fitted: FITTED, samples: SAMPLES, components: COMPONENTS },
      },
      minutes: 6,
      expects: {
        box: atLeast(3, 'Fréchet distance of points in the box, relative to the VAE'),
        scaled: atLeast(1.3, 'the same for scaled draws from N(0, I)'),
        normal: atMost(0.95, 'Fréchet distance of the Gaussian, relative to scaled draws'),
        mixture: atMost(1.5, 'Fréchet distance of the mixture, relative to the VAE'),
        gain: atMost(0.33, 'Fréchet distance of the mixture, relative to points in the box'),
        precision: atLeast(
          0.2,
          'precision (share of samples among the digits), prior of the VAE minus points in the box',
        ),
        vae: reported('Fréchet distance of the prior of the VAE', 'squared features'),
        digits: reported('Fréchet distance of as many training digits', 'squared features'),
      },
      found:
        'Points in the bounding box are 2.1 times as far from the digits as samples of the VAE, not 3 times; normal draws scaled to the codes are farther still. All else holds, with margins wider than stated: with a mixture fitted to its codes, the plain autoencoder comes nearer to the digits than the VAE does with its prior.',
    },
  },
  async run(lab) {
    const [ae, vae] = [await lab.trained(AE), await lab.trained(VAE)]
    const data = await lab.data()
    const fitting = sampledIndices(data, 'train', FITTED)
    const training = splitValues(data, 'train', fitting)
    const test = sampledValues(data, 'test', SAMPLES)
    const codes = await ae.encode(training)
    const draws = await drawsOf(lab, codes)
    const samples = {
      vae: await vae.decode(await vae.samplePrior(SAMPLES, lab.seed)),
      box: await ae.decode(draws.box),
      scaled: await ae.decode(draws.scaled),
      normal: await ae.decode(draws.normal),
      mixture: await ae.decode(draws.mixture),
    }
    const of = (x: Floats) => generationQuality(lab, test, x)
    const [prior, box] = [await of(samples.vae), await of(samples.box)]
    const scaled = await of(samples.scaled)
    const normal = await of(samples.normal)
    const mixture = await of(samples.mixture)
    const digits = await of(rowsBetween(training, 0, Math.min(SAMPLES, training.shape[0]!)))
    const [ofPrior, ofBox] = [meanWithError(prior.precision), meanWithError(box.precision)]
    return {
      numbers: {
        box: box.frechet / prior.frechet,
        scaled: scaled.frechet / prior.frechet,
        normal: normal.frechet / scaled.frechet,
        mixture: mixture.frechet / prior.frechet,
        gain: mixture.frechet / box.frechet,
        precision: {
          value: ofPrior.value - ofBox.value,
          error: Math.hypot(ofPrior.error, ofBox.error),
        },
        vae: prior.frechet,
        digits: digits.frechet,
      },
      remarks: [
        `Precision: ${Object.entries({
          'prior of the VAE': prior,
          box,
          'scaled draws': scaled,
          Gaussian: normal,
          mixture,
        })
          .map(([name, { precision }]) => `${name} ${meanOf(precision).toFixed(3)}`)
          .join(', ')}. ${(await lab.features()).name}.`,
        MEANS_OF_GREY,
      ],
      figures: [
        digitRows(Object.values(samples), SHOWN, {
          name: 'samples',
          alt: 'Five rows of twelve generated images, the second without recognisable digits',
          caption:
            'Not cherry-picked. From the top: prior of the VAE; from the autoencoder, points in the bounding box of its codes, scaled draws from N(0, I), draws from a Gaussian with the covariance of the codes, draws from the mixture.',
        }),
        {
          kind: 'svg',
          name: 'codes',
          alt: 'Codes of digits in clusters over a far larger cloud of grey points',
          caption:
            'Codes of the autoencoder on their first two principal axes, by class, over points drawn from their bounding box: most of it is empty.',
          svg: scatter(codes, draws.box, splitLabels(data, 'train', fitting)!),
        },
      ],
    }
  },
})

/** Codes of each kind, `[SAMPLES, L]`. */
async function drawsOf({ runtime, seed, signal }: Laboratory, codes: Floats) {
  const mixture = await gaussianMixture(codes, {
    components: COMPONENTS,
    seed,
    signal,
  })
  return {
    box: uniformDraws(codes, SAMPLES, seed),
    scaled: scaledDraws(codes, SAMPLES, seed),
    normal: await normalDraws(runtime, codes, SAMPLES, seed),
    mixture: mixtureDraws(mixture, SAMPLES, seed),
  }
}

/** Codes by class over other points, on the first two principal axes of the codes. */
function scatter(codes: Floats, beneath: Floats, labels: readonly number[]): string {
  const { axes } = principalAxes(codes, 2)
  const placed = ({ shape, data }: Floats): PlanarCode[] =>
    Array.from({ length: Math.min(DRAWN, shape[0]!) }, (_, i) => {
      const along = (axis: Float64Array) =>
        axis.reduce((sum, value, l) => sum + value * data[i * axis.length + l]!, 0)
      return { x: along(axes[0]!), y: along(axes[1]!) }
    })
  return codeScatter(
    placed(codes).map((code, i) => ({ ...code, label: labels[i]! })),
    {
      title: 'Codes of the autoencoder',
      axes: ['first principal axis', 'second principal axis'],
      behind: { name: 'points in the box', points: placed(beneath) },
    },
  )
}
