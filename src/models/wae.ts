// Tolstikhin, Bousquet, Gelly and Schölkopf 2018, "Wasserstein auto-encoders", ICLR.
import { mmd, mmdOf } from '../distributions/divergences.ts'
import { standardNormal } from '../distributions/gaussian.ts'
import { ae, aeConfig, reconstruction } from './ae.ts'
import { lambda } from './contraction.ts'
import { defineModel } from './model.ts'

export const wae = defineModel({
  ...ae,
  name: 'wae',
  summary: 'Wasserstein autoencoder: the maximum mean discrepancy keeps codes close to the prior',
  paper: 'Tolstikhin et al. 2018',
  config: aeConfig.extend({
    latent: aeConfig.shape.latent.default(8),
    lambda: lambda(100).describe('weight of the discrepancy: a number, or FROM:TO@EPOCHS'),
  }),
  prior: (_m, shape) => standardNormal(shape),
  terms(m, b) {
    const z = m.posterior(b.x, b).mean() // [B, L]
    const drawn = standardNormal(z.shape as number[]).sample(b.noise('prior'))
    return {
      reconstruction: { ...reconstruction(m, b, z), bound: false },
      discrepancy: {
        value: mmd(z, drawn),
        joint: {
          rows: { codes: z, drawn },
          of: (rows) => mmdOf(rows.codes!, rows.drawn!),
          least: 2,
          most: 1000,
        },
        weight: m.scheduled('lambda'),
        bound: false,
        unit: 'squared MMD',
      },
    }
  },
})
