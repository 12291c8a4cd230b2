// Rifai, Vincent, Muller, Glorot and Bengio 2011, "Contractive auto-encoders", ICML.
import type { Tensor } from '../graph/tensor.ts'
import { activations } from '../nn/activations.ts'
import { exactNorm, oneLayerNorm, projectedNorm } from '../nn/jacobian.ts'
import { perExample } from '../nn/normalization.ts'
import { ae, aeConfig, reconstruction } from './ae.ts'
import type { Coders } from './coders.ts'
import { contraction, lambda } from './contraction.ts'
import { type Batch, type Bound, defineModel } from './model.ts'
import { requirePlainColumns } from './plain-columns.ts'

/** One layer of sigmoid units with tied weights, as in the paper. */
export const caeConfig = aeConfig.extend({
  hidden: aeConfig.shape.hidden.default([]),
  latent: aeConfig.shape.latent.default(120),
  codeActivation: aeConfig.shape.codeActivation.default('sigmoid'),
  tied: aeConfig.shape.tied.default(true),
  lambda: lambda(1),
  contraction: contraction().default('exact'),
})

type Config = (typeof caeConfig)['_output']

/**
 * ‖∂h/∂x‖²_F of each example, `[B]`, computed as configured, and the codes h. Under batch normalisation the
 * Jacobian is that of the encoder with the batch's moments held constant, which is a function of one example, as
 * in evaluation. The penalty's gradient still passes through the moments.
 */
export function contractionOf(
  m: Bound<Config, Coders>,
  b: Batch,
): { h: Tensor; norm: Tensor; samples?: number | undefined } {
  const { contraction: how, codeActivation } = m.config
  const { x, y: linear } = perExample(m.networks.encoder, b.x, b)
  const h = activations[codeActivation](linear) // [B, L]
  const { weights } = m.networks
  if (how !== 'exact') {
    const samples = Number(how.split(':')[1])
    return { h, norm: projectedNorm(h, x, samples, b.noise), samples }
  }
  const norm =
    weights.length === 1 ? oneLayerNorm(linear, weights[0]!, codeActivation) : exactNorm(h, x)
  return { h, norm }
}

export const cae = defineModel({
  ...ae,
  name: 'cae',
  summary: 'Contractive autoencoder: its code changes little around each training example',
  paper: 'Rifai et al. 2011',
  config: caeConfig,
  networks(config, info, to) {
    requirePlainColumns('cae', 'penalises how far the code moves with the values', info)
    return ae.networks(config, info, to)
  },
  terms(m, b) {
    const { h, norm, samples } = contractionOf(m, b)
    return {
      reconstruction: reconstruction(m, b, h),
      contraction: {
        value: norm,
        weight: m.scheduled('lambda'),
        bound: false,
        unit: 'squared norm of ∂h/∂x',
        samples,
      },
    }
  },
})
