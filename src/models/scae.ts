// Rifai, Mesnil, Vincent, Muller, Bengio, Dauphin and Glorot 2011, "Higher order contractive auto-encoder",
// ECML, whose penalty compares the codes of an example and of its noisy copies.
import { z } from 'zod'
import { number } from '../config/options.ts'
import { adjustable } from '../config/schema-facts.ts'
import { heldMoments } from '../nn/normalization.ts'
import { ae, reconstruction } from './ae.ts'
import { caeConfig } from './cae.ts'
import { lambda } from './contraction.ts'
import { defineModel } from './model.ts'
import { requirePlainColumns } from './plain-columns.ts'

export const scae = defineModel({
  ...ae,
  name: 'scae',
  summary: 'Stochastic contractive autoencoder: an example and its noisy copies get similar codes',
  paper: 'Rifai et al. 2011 (ECML)',
  config: caeConfig.omit({ contraction: true }).extend({
    lambda: lambda(100),
    sigma: adjustable(
      number(z.number().positive())
        .default(0.1)
        .describe('σ of the noise that the code should be insensitive to'),
    ),
  }),
  networks(config, info, to) {
    requirePlainColumns('scae', 'penalises how far the code moves with the values', info)
    return ae.networks(config, info, to)
  },
  terms(m, b) {
    // The copies are normalised by the moments of the examples: the noise of one must not change another's code.
    const { first, second } = heldMoments(b)
    const h = m.posterior(b.x, first).mean() // [B, L]
    const noise = b
      .noise('contraction')
      .normal(b.x.shape as number[])
      .mul(m.config.sigma)
    const moved = m.posterior(b.x.add(noise), second).mean().sub(h)
    return {
      reconstruction: reconstruction(m, b, h),
      // E‖h(x) - h(x + σε)‖² tends to σ² ‖∂h/∂x‖² as σ tends to 0, by Taylor.
      contraction: {
        value: moved.square().sum([1]),
        weight: m.scheduled('lambda'),
        bound: false,
        unit: 'squared distance of codes',
      },
    }
  },
})
