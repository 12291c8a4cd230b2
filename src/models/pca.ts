// Pearson 1901, "On lines and planes of closest fit to systems of points in space", Phil. Mag. 2.
import { z } from 'zod'
import { flag } from '../config/options.ts'
import { gaussian } from '../distributions/gaussian.ts'
import { point } from '../distributions/point.ts'
import { scalar } from '../graph/tensor.ts'
import { UserError } from '../tensor/errors.ts'
import { hostTensor } from '../tensor/host.ts'
import { principalComponents } from '../tensor/principal-components.ts'
import { reconstruction } from './ae.ts'
import { defineModel } from './model.ts'
import { latent } from './options.ts'

export const pca = defineModel({
  name: 'pca',
  summary: 'Principal components: the best linear code, in closed form',
  paper: 'Pearson 1901',
  config: z.strictObject({
    latent: latent().default(10),
    likelihood: z
      .literal('gaussian')
      .default('gaussian')
      .describe('p(x|z): gaussian with σ = 1, whose reconstruction loss is squared error'),
    whiten: flag().default(false).describe('whether codes are scaled to variance 1'),
  }),
  defaults: { epochs: 1 },
  networks(config, { dimension }, to) {
    if (config.latent > dimension)
      throw new UserError(
        `latent: got ${config.latent} components, but an example has only ${dimension} values`,
      )
    return {
      mean: to.keep('mean', [dimension], { kind: 'zeros' }),
      components: to.keep('components', [dimension, config.latent], { kind: 'zeros' }),
      /** What a code's coordinates are divided by. */
      scale: to.keep('scale', [config.latent], { kind: 'constant', value: 1 }),
    }
  },
  posterior(m, x) {
    const { mean, components, scale } = m.networks
    return point(x.sub(mean).dot(components).div(scale)) // [B, L]
  },
  likelihood(m, z) {
    const { mean, components, scale } = m.networks
    return gaussian(z.mul(scale).dot(components, false, true).add(mean), scalar(0))
  },
  terms: (m, b) => ({ reconstruction: reconstruction(m, b, m.posterior(b.x, b).mean()) }),
  async fit(m, examples, hooks) {
    const { latent: count, whiten } = m.config
    const { dimension } = m.info
    if (count > examples.count)
      throw new UserError(
        `latent: got ${count} components, but there are only ${examples.count} training examples`,
      )
    const found = await principalComponents(examples, { count, ...hooks })
    const components = new Float32Array(dimension * count)
    found.components.forEach((component, l) => {
      for (let d = 0; d < dimension; d++) components[d * count + l] = component[d]!
    })
    // A direction without variance is not scaled.
    const scales = found.variances.map((variance) =>
      whiten && variance > 0 ? Math.sqrt(variance) : 1,
    )
    return {
      mean: hostTensor('float32', [dimension], Float32Array.from(found.mean)),
      components: hostTensor('float32', [dimension, count], components),
      scale: hostTensor('float32', [count], Float32Array.from(scales)),
    }
  },
})
