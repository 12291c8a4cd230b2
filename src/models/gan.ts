// Goodfellow et al. 2014, "Generative adversarial nets", NIPS. No autoencoder: there is no encoder, and nothing
// asks for any example to be restored. It is here for the comparison.
import { standardNormal } from '../distributions/gaussian.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Mode, Network } from '../nn/network.ts'
import { deceiving, telling } from './adversary.ts'
import { coderConfig, decoderNetwork, encoderNetwork } from './coders.ts'
import { decoded, likelihoodParameters } from './likelihoods.ts'
import { type Batch, type Bound, defineModel } from './model.ts'
import { activation } from './options.ts'

export const ganConfig = coderConfig.extend({
  latent: coderConfig.shape.latent.default(32),
  criticActivation: activation()
    .default(['leaky-relu'])
    .describe("activation of the critic's hidden layers"),
})

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
  defaults: { epochs: 25, lr: 2e-4, beta1: 0.5, monitor: 'none' },
  networks: (config, info, to) => ({
    decoder: decoderNetwork(config, info, to),
    critic: encoderNetwork(
      { ...config, activation: config.criticActivation },
      info,
      to,
      'critic',
      1,
    ).network,
    logSigma: likelihoodParameters(config.likelihood, info, to),
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
