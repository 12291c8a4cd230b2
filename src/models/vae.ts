// Kingma and Welling 2014, "Auto-encoding variational Bayes", arXiv 1312.6114.
import { integer } from '../config/options.ts'
import type { Posterior } from '../distributions/distribution.ts'
import { reconstruction } from './ae.ts'
import { coderNetworks } from './coders.ts'
import { importanceWeighted } from './importance.ts'
import { decoded } from './likelihoods.ts'
import { defineModel } from './model.ts'
import { divergence, encodedSize, posteriorOf, priorOf, vaeConfig } from './variational.ts'

const config = vaeConfig.extend({
  importanceSamples: integer(1, 1000)
    .default(1)
    .describe('codes drawn for each example: more than 1 for the importance-weighted bound (IWAE)'),
})

export const vae = defineModel({
  name: 'vae',
  summary: 'Variational autoencoder: a generative model with an approximate posterior',
  paper: 'Kingma and Welling 2014',
  config,
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
