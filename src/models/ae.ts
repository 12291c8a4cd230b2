// Hinton and Salakhutdinov 2006, "Reducing the dimensionality of data with neural networks", Science 313.
import { point } from '../distributions/point.ts'
import type { Tensor } from '../graph/tensor.ts'
import { activations } from '../nn/activations.ts'
import type { Mode } from '../nn/network.ts'
import { type Coders, coderConfig, coderNetworks } from './coders.ts'
import { decoded } from './likelihoods.ts'
import { type Batch, type Bound, defineModel, type Term } from './model.ts'
import { codeActivation, tied } from './network-options.ts'

export const aeConfig = coderConfig.extend({
  codeActivation: codeActivation().default('linear'),
  tied: tied().default(false),
})

/** -log p(x | z) of each example, `[B]`, which every autoencoder minimises. */
export function reconstruction(
  m: Pick<Bound<unknown, unknown>, 'likelihood'>,
  b: Batch,
  z: Tensor,
): Term {
  return { value: m.likelihood(z, b).logProb(b.x).neg(), bound: true }
}

/** The code of each example, `[B, L]`. */
export function code(
  m: {
    readonly config: { readonly codeActivation: keyof typeof activations }
    readonly networks: Pick<Coders, 'encoder'>
  },
  x: Tensor,
  mode: Mode,
): Tensor {
  return activations[m.config.codeActivation](m.networks.encoder(x, mode))
}

export const ae = defineModel({
  name: 'ae',
  summary: 'Autoencoder: compresses an example to a code and reconstructs it',
  paper: 'Hinton and Salakhutdinov 2006',
  config: aeConfig,
  networks: (config, info, to) =>
    coderNetworks(config, info, to, config.latent, { tied: config.tied }),
  posterior: (m, x, mode) => point(code(m, x, mode)),
  likelihood: decoded,
  terms: (m, b) => ({ reconstruction: reconstruction(m, b, m.posterior(b.x, b).mean()) }),
})
