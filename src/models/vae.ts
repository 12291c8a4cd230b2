// Kingma and Welling 2014, "Auto-encoding variational Bayes", arXiv 1312.6114.
import { boundedGaussian, type Gaussian, standardNormal } from '../distributions/gaussian.ts'
import { ae, aeConfig, reconstruction } from './ae.ts'
import { coderNetworks } from './coders.ts'
import { defineModel } from './model.ts'
import { schedule } from './options.ts'

export const vae = defineModel({
  ...ae,
  name: 'vae',
  summary: 'Variational autoencoder: a generative model with an approximate posterior',
  paper: 'Kingma and Welling 2014',
  config: aeConfig.extend({
    beta: schedule()
      .default(1)
      .describe('weight of the KL term: a number, or FROM:TO@EPOCHS for a linear warm-up'),
  }),
  networks: (config, info, to) => coderNetworks(config, info, to, 2 * config.latent),
  posterior(m, x, mode): Gaussian {
    const { latent } = m.config
    const [mu, logVar] = m.networks.encoder(x, mode).split(1, [latent, latent]) // [B, L] each
    return boundedGaussian(mu!, logVar!)
  },
  prior: (_m, shape) => standardNormal(shape),
  terms(m, b) {
    const q = m.posterior(b.x, b)
    const z = q.sample(b.noise('epsilon')) // [B, L]
    const kl = q.kl(standardNormal(z.shape as number[])) // [B]
    return {
      reconstruction: reconstruction(m, b, z),
      kl: { value: kl, weight: m.scheduled('beta'), bound: true },
    }
  },
})
