// Kingma and Welling 2014, "Auto-encoding variational Bayes", arXiv 1312.6114.
import { z } from 'zod'
import { integer, number, schedule } from '../config/options.ts'
import type { Posterior } from '../distributions/distribution.ts'
import { boundedGaussian, standardNormal } from '../distributions/gaussian.ts'
import { bernoulliPrior, relaxedBernoulli } from '../distributions/relaxed-bernoulli.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Mode } from '../nn/network.ts'
import { meanRow } from '../tensor/mean-row.ts'
import { reconstruction } from './ae.ts'
import { type Coders, coderConfig, coderNetworks } from './coders.ts'
import { importanceWeighted } from './importance.ts'
import { decoded } from './likelihoods.ts'
import { type Bound, defineModel, type Term } from './model.ts'

export const vaeConfig = coderConfig.extend({
  prior: z
    .enum(['gaussian', 'bernoulli'])
    .default('gaussian')
    .describe('p(z), and with it q(z|x): gaussian, or bernoulli for binary codes'),
  beta: schedule()
    .default(1)
    .describe('weight of the KL term: a number, or FROM:TO@EPOCHS for a linear warm-up'),
  freeBits: number(z.number().min(0))
    .default(0)
    .describe('nats of KL that each dimension of the code has for free'),
  temperature: schedule()
    .refine((t) => (typeof t === 'number' ? t > 0 : t.from > 0 && t.to > 0), {
      error: 'expected a temperature above 0',
    })
    .default({ from: 1, to: 0.5, epochs: 10 })
    .describe('of relaxed binary codes (bernoulli only): a number, or FROM:TO@EPOCHS'),
})

export const importanceSamples = () =>
  integer(1, 1000)
    .default(1)
    .describe('codes drawn for each example: more than 1 for the importance-weighted bound (IWAE)')

export type VaeConfig = z.infer<typeof vaeConfig>
type VaeBound = Bound<VaeConfig, Coders, Posterior>

/** q(z|x), from what the encoder gives: `[B, 2L]` for a Gaussian, `[B, L]` for binary codes. */
export function posteriorOf(m: VaeBound, encoded: Tensor, mode: Mode): Posterior {
  const { latent, prior } = m.config
  if (prior === 'bernoulli')
    return mode.training
      ? relaxedBernoulli(encoded, m.scheduled('temperature'))
      : relaxedBernoulli(encoded, 1, { hard: true })
  const [mu, logVar] = encoded.split(1, [latent, latent]) // [B, L] each
  return boundedGaussian(mu!, logVar!)
}

export const priorOf = ({ config }: Pick<VaeBound, 'config'>, shape: readonly number[]) =>
  config.prior === 'bernoulli' ? bernoulliPrior(shape) : standardNormal(shape)

/** Numbers that the encoder gives for an example. */
export const encodedSize = ({ latent, prior }: VaeConfig): number =>
  prior === 'bernoulli' ? latent : 2 * latent

/** KL(q(z|x) ‖ p(z)) of each example; with free bits, Kingma et al. 2016, appendix C.8. */
export function divergence(m: VaeBound, q: Posterior, shape: readonly number[]): Term {
  const perDimension = q.klPerDimension(priorOf(m, shape)) // [B, L]
  const { freeBits } = m.config
  return {
    value: perDimension.sum([1]),
    ...(freeBits > 0 && {
      minimized: perDimension.mean([0]).max(freeBits).sum(),
      joint: {
        rows: { perDimension },
        of: (rows) =>
          meanRow(rows.perDimension!).reduce((sum, mean) => sum + Math.max(mean, freeBits), 0),
      },
    }),
    weight: m.scheduled('beta'),
    bound: true,
  }
}

export const vae = defineModel({
  name: 'vae',
  summary: 'Variational autoencoder: a generative model with an approximate posterior',
  paper: 'Kingma and Welling 2014',
  config: vaeConfig.extend({ importanceSamples: importanceSamples() }),
  networks: (config, info, to) => coderNetworks(config, info, to, encodedSize(config)),
  posterior: (m, x, mode): Posterior => posteriorOf(m, m.networks.encoder(x, mode), mode),
  likelihood: decoded,
  prior: priorOf,
  terms(m, b) {
    const { importanceSamples: k } = m.config
    if (k > 1) return importanceWeighted(m, b, k)
    const q = m.posterior(b.x, b)
    const z = q.sample(b.noise('epsilon')) // [B, L]
    return {
      reconstruction: reconstruction(m, b, z),
      kl: divergence(m, q, z.shape as number[]),
    }
  },
})
