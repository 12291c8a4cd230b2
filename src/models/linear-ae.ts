// Baldi and Hornik 1989, "Neural networks and principal component analysis", Neural Networks 2.
import { z } from 'zod'
import { point } from '../distributions/point.ts'
import { reconstruction } from './ae.ts'
import { coderConfig, coderNetworks } from './coders.ts'
import { decoded } from './likelihoods.ts'
import { defineModel } from './model.ts'
import { latent, likelihood } from './options.ts'

/** One linear map each way: without activations, more layers would add nothing. */
const ONE_LAYER = { ...coderConfig.parse({}), hidden: [] }

export const linearAe = defineModel({
  name: 'linear-ae',
  summary: 'Linear autoencoder: its code spans the subspace of the principal components',
  paper: 'Baldi and Hornik 1989',
  config: z.strictObject({
    latent: latent().default(10),
    likelihood: likelihood().default('gaussian'),
  }),
  defaults: { epochs: 20, lr: 2e-3, schedule: 'cosine' },
  networks: (config, info, to) =>
    coderNetworks({ ...ONE_LAYER, ...config }, info, to, config.latent),
  posterior: (m, x, mode) => point(m.networks.encoder(x, mode)),
  likelihood: decoded,
  terms: (m, b) => ({ reconstruction: reconstruction(m, b, m.networks.encoder(b.x, b)) }),
})
