// Hinton and Salakhutdinov 2006, "Reducing the dimensionality of data with neural networks", Science 313.
import { z } from 'zod'
import { point } from '../distributions/point.ts'
import type { Tensor } from '../graph/tensor.ts'
import { coderNetworks } from './coders.ts'
import { likelihoodOf } from './likelihoods.ts'
import { type Batch, type Bound, defineModel, type Term } from './model.ts'
import { activation, dropout, hidden, latent, likelihood } from './options.ts'

export const aeConfig = z.strictObject({
  hidden: hidden().default([500, 500]),
  activation: activation().default(['relu']),
  latent: latent().default(20),
  likelihood: likelihood().default('bernoulli'),
  dropout: dropout().default(0),
})

/** -log p(x | z) of each example, `[B]`: what every member of the family minimises. */
export function reconstruction<C, N>(m: Bound<C, N>, b: Batch, z: Tensor): Term {
  return { value: m.likelihood(z, b).logProb(b.x).neg(), bound: true }
}

export const ae = defineModel({
  name: 'ae',
  summary: 'Autoencoder: compresses to a code and restores from it',
  paper: 'Hinton and Salakhutdinov 2006',
  config: aeConfig,
  networks: (config, info, to) => coderNetworks(config, info, to, config.latent),
  posterior: (m, x, mode) => point(m.networks.encoder(x, mode)),
  likelihood: (m, z, mode) => likelihoodOf(m, m.networks.decoder(z, mode)),
  terms: (m, b) => ({ reconstruction: reconstruction(m, b, m.posterior(b.x, b).mean()) }),
})
