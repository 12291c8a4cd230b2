// Pearson 1901, "On lines and planes of closest fit to systems of points in space", Phil. Mag. 2.
import { z } from 'zod'
import { flag } from '../config/options.ts'
import {
  areCells,
  aroundFeatures,
  featureCount,
  featuresOf,
} from '../distributions/columns/features.ts'
import { gaussian } from '../distributions/gaussian.ts'
import { point } from '../distributions/point.ts'
import { scalar, type Tensor } from '../graph/tensor.ts'
import { UserError } from '../tensor/errors.ts'
import { hostTensor } from '../tensor/host.ts'
import { principalComponents } from '../tensor/principal-components.ts'
import type { RowSource } from '../tensor/row-source.ts'
import { reconstruction } from './ae.ts'
import { featureRows } from './feature-rows.ts'
import { defineModel, type ExampleInfo, type FitHooks } from './model.ts'
import { latent } from './options.ts'

/** D, or the number of features of a table's row. */
const widthOf = ({ dimension, columns }: Pick<ExampleInfo, 'dimension' | 'columns'>) =>
  columns ? featureCount(columns) : dimension

/** Values, or the features of a table's cells, less their mean: those of a missing cell are at the mean. */
function centred({ columns }: ExampleInfo, x: Tensor, mean: Tensor): Tensor {
  if (!columns) return x.sub(mean)
  const { values, known } = featuresOf(columns, x)
  return known.select(values.sub(mean), 0)
}

const rowsFor = async ({ columns }: ExampleInfo, examples: RowSource, hooks: FitHooks) =>
  columns ? featureRows(columns, examples, hooks) : examples

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
  networks(config, { dimension, columns }, to) {
    const width = widthOf({ dimension, columns })
    if (config.latent > width)
      throw new UserError(
        `latent: got ${config.latent} components, but an example has only ${width} values`,
      )
    return {
      mean: to.keep('mean', [width], { kind: 'zeros' }),
      components: to.keep('components', [width, config.latent], { kind: 'zeros' }),
      /** What a code's coordinates are divided by. */
      scale: to.keep('scale', [config.latent], { kind: 'constant', value: 1 }),
    }
  },
  posterior(m, x) {
    const { mean, components, scale } = m.networks
    return point(centred(m.info, x, mean).dot(components).div(scale)) // [B, L]
  },
  likelihood(m, z) {
    const { mean, components, scale } = m.networks
    const restored = z.mul(scale).dot(components, false, true).add(mean) // [B, D] or [B, F]
    const { columns } = m.info
    return columns ? aroundFeatures(columns, restored) : gaussian(restored, scalar(0))
  },
  terms(m, b) {
    const { columns } = m.info
    const term = reconstruction(m, b, m.posterior(b.x, b).mean())
    if (!columns || areCells(columns)) return { reconstruction: term }
    return { reconstruction: { ...term, bound: false, unit: 'half the squared error' } }
  },
  async fit(m, examples, hooks) {
    const { latent: count, whiten } = m.config
    const width = widthOf(m.info)
    if (count > examples.count)
      throw new UserError(
        `latent: got ${count} components, but there are only ${examples.count} training examples`,
      )
    const found = await principalComponents(await rowsFor(m.info, examples, hooks), {
      count,
      ...hooks,
    })
    const components = new Float32Array(width * count)
    found.components.forEach((component, l) => {
      for (let d = 0; d < width; d++) components[d * count + l] = component[d]!
    })
    // A direction without variance is not scaled.
    const scales = found.variances.map((variance) =>
      whiten && variance > 0 ? Math.sqrt(variance) : 1,
    )
    return {
      mean: hostTensor('float32', [width], Float32Array.from(found.mean)),
      components: hostTensor('float32', [width, count], components),
      scale: hostTensor('float32', [count], Float32Array.from(scales)),
    }
  },
})
