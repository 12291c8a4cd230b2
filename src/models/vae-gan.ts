// Larsen, Sønderby, Larochelle and Winther 2016, "Autoencoding beyond pixels using a learned similarity
// metric", ICML: the discriminator's features measure how similar two examples are.
import { z } from 'zod'
import { integer, number } from '../config/options.ts'
import { adjustable } from '../config/schema-facts.ts'
import type { Posterior } from '../distributions/distribution.ts'
import type { Tensor } from '../graph/tensor.ts'
import { activations } from '../nn/activations.ts'
import { dense } from '../nn/dense.ts'
import type { Mode, Network } from '../nn/network.ts'
import { DISCRIMINATOR, discriminatorTerms, generatorLoss } from './adversarial.ts'
import { reconstruction } from './ae.ts'
import { type Coders, coderNetworks } from './coders.ts'
import { discriminatorFields, discriminatorNetwork, generated } from './gan.ts'
import { decoded } from './likelihoods.ts'
import { type Batch, type Bound, defineModel } from './model.ts'
import { fixedLikelihood } from './options.ts'
import { requirePlainColumns } from './plain-columns.ts'
import { divergence, encodedSize, posteriorOf, priorOf, vaeConfig } from './variational.ts'

const vaeGanConfig = vaeConfig.extend({
  gamma: adjustable(
    number(z.number().min(0))
      .default(0.2)
      .describe('weight of the likeness against the generator loss in the decoder (γ)'),
  ),
  features: integer(1, 100_000).default(2048).describe("number of the discriminator's features"),
  ...discriminatorFields,
  hidden: vaeConfig.shape.hidden.default([256, 256]),
  normalization: vaeConfig.shape.normalization.default('batch'),
  discriminatorDropout: discriminatorFields.discriminatorDropout.default(0.1),
  likelihood: fixedLikelihood().default('bernoulli'),
})

type VaeGanConfig = z.infer<typeof vaeGanConfig>
type Networks = Coders & {
  /** The discriminator in two parts: features of examples, `[B, F]`, and the logit of such features, `[B, 1]`. */
  readonly features: Network
  readonly score: (features: Tensor, mode: Mode) => Tensor
}

/** Expressions that the phases of a step share, so that they are computed once. */
function pass(m: Bound<VaeGanConfig, Networks, Posterior>, b: Batch) {
  const q = m.posterior(b.x, b)
  const z = q.sample(b.noise('epsilon')) // [B, L]
  const restored = m.likelihood(z, b).mean()
  const { features, score } = m.networks
  const [real, fake] = [features(b.x, b), features(restored, b)] // [B, F]
  const sampled = features(generated(m, b), b)
  return {
    q,
    z,
    /** -log N(Dis(x) | Dis(x̃), I) without its constant, equation 7. */
    likeness: real.sub(fake).square().sum([1]).mul(0.5),
    scores: [real, fake, sampled].map((f) => score(f, b)) as [Tensor, Tensor, Tensor],
  }
}

export const vaeGan = defineModel({
  name: 'vae-gan',
  summary: "VAE that compares examples by a discriminator's features",
  paper: 'Larsen et al. 2016',
  config: vaeGanConfig,
  defaults: { epochs: 7, lr: 1e-3, schedule: 'cosine', beta1: 0.5, monitor: 'none' },
  networks(config, info, to) {
    requirePlainColumns('vae-gan', 'compares examples by a discriminator', info)
    const { features: count } = config
    const features = discriminatorNetwork(to, `${DISCRIMINATOR}.features`, config, info, count)
    return {
      ...coderNetworks(config, info, to, encodedSize(config)),
      features: (x: Tensor, mode: Mode) => activations['leaky-relu'](features(x, mode)),
      score: dense(to, `${DISCRIMINATOR}.score`, { inputs: count, outputs: 1, bias: true }).apply,
    }
  },
  posterior: (m, x, mode): Posterior => posteriorOf(m, m.networks.encoder(x, mode), mode),
  likelihood: decoded,
  prior: priorOf,
  // Algorithm 1: all three losses from one pass, each network updated by its own.
  together: true,
  phases: {
    encode: {
      trains: ['encoder'],
      terms(m, b) {
        const { q, z, likeness } = pass(m, b)
        return {
          likeness: { value: likeness, bound: false },
          kl: { ...divergence(m, q, z.shape as number[]), bound: false },
          reconstruction: { ...reconstruction(m, b, z), bound: false, metric: true },
        }
      },
    },
    decode: {
      trains: ['decoder'],
      terms(m, b) {
        const { likeness, scores } = pass(m, b)
        const value = generatorLoss(scores[1]).value.add(generatorLoss(scores[2]).value)
        const minimized = value.add(likeness.mul(m.config.gamma))
        return { 'generator loss': { value, minimized, bound: false } }
      },
    },
    discriminate: {
      trains: [DISCRIMINATOR],
      terms: (m, b) => discriminatorTerms(...pass(m, b).scores),
    },
  },
})
