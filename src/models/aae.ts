// Makhzani, Shlens, Jaitly, Goodfellow and Frey 2016, "Adversarial autoencoders", arXiv 1511.05644.
import { z } from 'zod'
import { flag } from '../config/options.ts'
import { codePriors, priorNames } from '../distributions/priors.ts'
import { concat, type Tensor } from '../graph/tensor.ts'
import { mlp } from '../nn/mlp.ts'
import { UserError } from '../tensor/errors.ts'
import { option, worded } from '../tensor/wording.ts'
import {
  DISCRIMINATOR,
  DISCRIMINATOR_ACTIVATION,
  discriminatorTerms,
  generatorLoss,
} from './adversarial.ts'
import { ae, aeConfig, reconstruction } from './ae.ts'
import { coderNetworks } from './coders.ts'
import { type Batch, type Bound, defineModel } from './model.ts'
import { widths } from './options.ts'

const aaeConfig = aeConfig.extend({
  hidden: aeConfig.shape.hidden.default([500, 500]),
  latent: aeConfig.shape.latent.default(2),
  prior: z
    .enum(priorNames)
    .default('normal')
    .describe(
      'p(z): normal, mixture (Gaussians on a ring, ten or one for each class) or swiss-roll (both for a code of 2 dimensions)',
    ),
  labelInformed: flag()
    .default(false)
    .describe('whether each class gets its own part of the prior'),
  discriminatorHidden: widths()
    .default([500, 500])
    .describe("widths of the discriminator's hidden layers"),
})

type AaeBound = Bound<z.infer<typeof aaeConfig>, unknown>

export const aae = defineModel({
  ...ae,
  name: 'aae',
  summary: 'Adversarial autoencoder: a discriminator makes codes follow any prior',
  paper: 'Makhzani et al. 2016',
  config: aaeConfig,
  defaults: { epochs: 12, schedule: 'cosine', beta1: 0.5, monitor: 'none' },
  labels: ({ labelInformed }) => (labelInformed ? 'loss' : undefined),
  networks(config, info, to) {
    if (config.prior !== 'normal' && config.latent !== 2)
      throw new UserError(
        worded`prior: ${config.prior} is a prior over the plane; give ${option('latent', 2)}`,
      )
    if (config.labelInformed && config.latent < 2)
      throw new UserError(
        worded`labelInformed: each class gets a sector of a plane; give ${option('latent', 2)} or more`,
      )
    const { latent, tied, discriminatorHidden: widths } = config
    const discriminator = mlp(to, DISCRIMINATOR, {
      inputs: latent + (config.labelInformed ? info.classes! : 0),
      hidden: widths,
      outputs: 1,
      activations: widths.map(() => DISCRIMINATOR_ACTIVATION),
      dropout: 0,
    })
    return { ...coderNetworks(config, info, to, latent, { tied }), discriminator }
  },
  prior: priorOf,
  phases: {
    reconstruct: {
      trains: ['encoder', 'decoder', 'likelihood'],
      terms: (m, b) => ({
        reconstruction: { ...reconstruction(m, b, m.posterior(b.x, b).mean()), bound: false },
      }),
    },
    discriminate: {
      trains: [DISCRIMINATOR],
      terms(m, b) {
        const codes = m.posterior(b.x, b).mean() // [B, L]
        const prior = priorOf(m, codes.shape as number[])
        const drawn = m.config.labelInformed
          ? prior.sampleGiven(b.labels!, b.noise('prior'))
          : prior.sample(b.noise('prior'))
        const score = (z: Tensor) => m.networks.discriminator(seen(z, b), b)
        return discriminatorTerms(score(drawn), score(codes))
      },
    },
    // The generator of codes is the encoder.
    regularize: {
      storedAs: 'deceive',
      trains: ['encoder'],
      terms(m, b) {
        const codes = m.posterior(b.x, b).mean() // [B, L]
        return { 'generator loss': generatorLoss(m.networks.discriminator(seen(codes, b), b)) }
      },
    },
  },
})

/** p(z) over codes `[B, L]`; with `labelInformed`, it has as many parts as there are classes. */
function priorOf({ config, info }: Pick<AaeBound, 'config' | 'info'>, shape: readonly number[]) {
  const prior = codePriors[config.prior]
  return config.labelInformed ? prior(shape, info.classes!) : prior(shape)
}

/** The discriminator's input: the code, and the label where the prior has a part for each class (figure 3). */
const seen = (codes: Tensor, { labels }: Batch): Tensor =>
  labels ? concat([codes, labels], 1) : codes
