// Goodfellow et al. 2014, "Generative adversarial nets", NIPS. Not an autoencoder: it has no encoder and
// reconstructs nothing. It is here for comparison.
import { standardNormal } from '../distributions/gaussian.ts'
import type { Tensor } from '../graph/tensor.ts'
import { encoderNetwork } from '../nn/coders.ts'
import type { Mode, Network } from '../nn/network.ts'
import type { Parameters } from '../nn/parameters.ts'
import { DISCRIMINATOR, discriminatorTerms, generatorLoss } from './adversarial.ts'
import { type CoderConfig, coderConfig, decoderOf } from './coders.ts'
import { decoded } from './likelihoods.ts'
import { type Batch, type Bound, defineModel, type ExampleInfo } from './model.ts'
import { activation, dropout, fixedLikelihood } from './options.ts'
import { requirePlainColumns } from './plain-columns.ts'

/** Options of a discriminator of examples. Its layers are as wide as an encoder's with the same options. */
export const discriminatorFields = {
  discriminatorActivation: activation()
    .default(['elu'])
    .describe("activation of the discriminator's hidden layers"),
  discriminatorDropout: dropout()
    .default(0)
    .describe("share of the discriminator's hidden units dropped while training"),
}

export const ganConfig = coderConfig.extend({
  ...discriminatorFields,
  latent: coderConfig.shape.latent.default(64),
  normalization: coderConfig.shape.normalization.default('batch'),
  likelihood: fixedLikelihood().default('bernoulli'),
  // Without dropout the discriminator is soon always right, and the generator stops learning.
  discriminatorDropout: discriminatorFields.discriminatorDropout.default(0.3),
})

type DiscriminatorConfig = CoderConfig & {
  readonly discriminatorActivation: CoderConfig['activation']
  readonly discriminatorDropout: number
}

/** A network over examples, `[B, D]` to `[B, outputs]`, with activation and dropout of its own. */
export function discriminatorNetwork(
  to: Parameters,
  name: string,
  config: DiscriminatorConfig,
  info: ExampleInfo,
  outputs: number,
): Network {
  const { discriminatorActivation, discriminatorDropout } = config
  // No batch normalisation: the statistics of a whole batch would give away that it is generated.
  const alone = {
    normalization: 'none',
    activation: discriminatorActivation,
    dropout: discriminatorDropout,
  } as const
  const options = { ...config, ...alone }
  return encoderNetwork(to, name, options, { ...info, conditions: 0 }, outputs).network
}

/** Examples generated from codes of the prior, `[B, D]`. */
export function generated<C extends { readonly latent: number }, N>(
  m: Bound<C, N>,
  b: Batch,
): Tensor {
  const shape = [b.x.shape[0] as number, m.config.latent]
  const z = standardNormal(shape).sample(b.noise('prior'))
  return m.likelihood(z, b).mean()
}

const score = (m: { networks: { discriminator: Network } }, x: Tensor, mode: Mode) =>
  m.networks.discriminator(x, mode) // [B, 1]

export const gan = defineModel({
  name: 'gan',
  summary: 'Generator and discriminator, without an encoder: generates examples',
  paper: 'Goodfellow et al. 2014',
  config: ganConfig,
  defaults: { epochs: 15, lr: 2e-4, beta1: 0.5, monitor: 'none' },
  networks(config, info, to) {
    requirePlainColumns('gan', 'shows examples to a discriminator', info)
    return {
      ...decoderOf(config, info, to),
      discriminator: discriminatorNetwork(to, DISCRIMINATOR, config, info, 1),
    }
  },
  likelihood: decoded,
  prior: (_m, shape) => standardNormal(shape),
  phases: {
    discriminate: {
      trains: [DISCRIMINATOR],
      terms: (m, b) => discriminatorTerms(score(m, b.x, b), score(m, generated(m, b), b)),
    },
    generate: {
      trains: ['decoder'],
      terms: (m, b) => ({ 'generator loss': generatorLoss(score(m, generated(m, b), b)) }),
    },
  },
})
