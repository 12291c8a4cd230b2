// Burda, Grosse and Salakhutdinov 2016, "Importance weighted autoencoders", arXiv 1509.00519.

import type { Posterior } from '../distributions/distribution.ts'
import type { Tensor } from '../graph/tensor.ts'
import { UserError } from '../tensor/errors.ts'
import { option, worded } from '../tensor/wording.ts'
import type { Coders } from './coders.ts'
import type { Batch, Bound, Terms } from './model.ts'
import { posteriorOf, priorOf, type VaeConfig } from './variational.ts'

/** Every row of `[B, n]` k times: all rows, then all rows again, `[k·B, n]`. */
function repeated(x: Tensor, k: number): Tensor {
  const [batch, width] = x.shape as readonly [number, number]
  return x
    .unsqueeze(0)
    .expand([k, batch, width])
    .reshape([k * batch, width])
}

/**
 * -log 1/k Σ p(x, z_i) / q(z_i|x) over k draws of q (equation 8): the negative ELBO for k = 1, and a tighter
 * bound with more draws.
 *
 * @throws UserError for binary codes, whose relaxed samples have no such weights, and with β or free bits
 */
export function importanceWeighted(
  m: Bound<VaeConfig, Coders, Posterior>,
  b: Batch,
  k: number,
): Terms {
  const { prior, beta, freeBits } = m.config
  if (prior !== 'gaussian')
    throw new UserError(
      worded`importanceSamples: a value above 1 needs ${option('prior', 'gaussian')}`,
    )
  if (beta !== 1 || freeBits !== 0)
    throw new UserError(
      worded`importanceSamples: above 1 the KL term is part of the bound; leave out ${option('beta')} and ${option('freeBits')}`,
    )
  const batch = b.x.shape[0] as number
  const labels = b.labels && repeated(b.labels, k)
  const tiled = { ...b, labels }
  const once = m.networks.encoder(b.x, b)
  const q = posteriorOf(m, repeated(once, k), b) // k · B codes
  const z = q.sample(b.noise('epsilon')) // [k·B, L]
  const x = repeated(b.x, k)
  const logLikelihood = m.likelihood(z, tiled).logProb(x)
  const logRatio = priorOf(m, z.shape as number[])
    .logProb(z)
    .sub(q.logProb(z))
  const logWeights = logLikelihood.add(logRatio).reshape([k, batch])
  const shape = [batch, m.config.latent]
  return {
    'importance-weighted bound': {
      value: logWeights.logSumExp(0).sub(Math.log(k)).neg(),
      bound: true,
      samples: k,
    },
    reconstruction: {
      value: logLikelihood.reshape([k, batch]).mean([0]).neg(),
      bound: false,
      metric: true,
      samples: k,
    },
    kl: { value: posteriorOf(m, once, b).kl(priorOf(m, shape)), bound: false, metric: true },
  }
}
