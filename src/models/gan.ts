// Goodfellow et al. 2014, "Generative adversarial nets", NIPS. No autoencoder: there is no encoder, and nothing
// asks for any example to be restored. It is here for the comparison.
import { standardNormal } from '../distributions/gaussian.ts'
import type { Tensor } from '../graph/tensor.ts'
import { encoderNetwork } from '../nn/coders.ts'
import type { Mode, Network } from '../nn/network.ts'
import type { Parameters } from '../nn/parameters.ts'
import { deceiving, telling } from './adversary.ts'
import { type CoderConfig, coderConfig, decoderOf } from './coders.ts'
import { decoded } from './likelihoods.ts'
import { type Batch, type Bound, defineModel, type ExampleInfo } from './model.ts'
import { activation, dropout, fixedLikelihood } from './options.ts'

/** What a critic of examples has of its own; its layers are as wide as the encoder's would be. */
export const criticFields = {
  criticActivation: activation()
    .default(['elu'])
    .describe("activation of the critic's hidden layers"),
  criticDropout: dropout()
    .default(0)
    .describe("share of the critic's hidden units dropped while training"),
}

export const ganConfig = coderConfig.extend({
  ...criticFields,
  latent: coderConfig.shape.latent.default(64),
  normalization: coderConfig.shape.normalization.default('batch'),
  likelihood: fixedLikelihood().default('bernoulli'),
  // Without it, the critic soon tells everything apart, and the generator learns nothing more.
  criticDropout: criticFields.criticDropout.default(0.3),
})

type CriticConfig = CoderConfig & {
  readonly criticActivation: CoderConfig['activation']
  readonly criticDropout: number
}

/** A network that looks at examples with an activation of its own: `[B, D]` to `[B, outputs]`. */
export function criticNetwork(
  to: Parameters,
  name: string,
  config: CriticConfig,
  info: ExampleInfo,
  outputs: number,
): Network {
  const { criticActivation, criticDropout } = config
  // Statistics of a batch would tell the critic what no single example does.
  const alone = {
    normalization: 'none',
    activation: criticActivation,
    dropout: criticDropout,
  } as const
  const options = { ...config, ...alone }
  return encoderNetwork(to, name, options, { ...info, conditions: 0 }, outputs).network
}

/** Examples that the generator makes of codes from the prior, `[B, D]`. */
export function generated<C extends { readonly latent: number }, N>(
  m: Bound<C, N>,
  b: Batch,
): Tensor {
  const shape = [b.x.shape[0] as number, m.config.latent]
  const z = standardNormal(shape).sample(b.noise('prior'))
  return m.likelihood(z, b).mean()
}

const score = (m: { networks: { critic: Network } }, x: Tensor, mode: Mode) =>
  m.networks.critic(x, mode) // [B, 1]

export const gan = defineModel({
  name: 'gan',
  summary: 'Generator and critic alone: makes examples, and has no encoder',
  paper: 'Goodfellow et al. 2014',
  config: ganConfig,
  defaults: { epochs: 15, lr: 2e-4, beta1: 0.5, monitor: 'none' },
  networks: (config, info, to) => ({
    ...decoderOf(config, info, to),
    critic: criticNetwork(to, 'critic', config, info, 1),
  }),
  likelihood: decoded,
  prior: (_m, shape) => standardNormal(shape),
  phases: {
    discriminate: {
      trains: ['critic'],
      terms: (m, b) => telling(score(m, b.x, b), score(m, generated(m, b), b)),
    },
    generate: {
      trains: ['decoder'],
      terms: (m, b) => ({ deceit: deceiving(score(m, generated(m, b), b)) }),
    },
  },
})
