/**
 * Options of models that several experiments look at, so that one training serves them all.
 */

/** A VAE of binarised digits: small, and near its best within a minute. */
export const BINARY_VAE = {
  model: 'vae',
  hidden: [200],
  latent: 10,
  epochs: 15,
  binarize: 'dynamic',
} as const

/** The networks of `cae` by default, one layer of 120 sigmoid units with tied weights, without its penalty. */
export const SIGMOID_AE = {
  model: 'ae',
  hidden: [],
  latent: 120,
  codeActivation: 'sigmoid',
  tied: true,
} as const
