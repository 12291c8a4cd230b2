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

/** An autoencoder and a VAE of equal size, by their defaults: 784-500-500-20, 20 epochs. */
export const AE = { model: 'ae' } as const
export const VAE = { model: 'vae' } as const

/** The same networks, with a critic in the place of the divergence. */
export const AAE = { model: 'aae', latent: 20 } as const

export const GAN = { model: 'gan' } as const

/** Codes that can be drawn: of whole digits, and of what their classes leave open. */
export const PLANAR_VAE = { model: 'vae', latent: 2, epochs: 10 } as const
export const PLANAR_CVAE = { model: 'cvae', latent: 2, epochs: 10 } as const

/** The networks of `cae` by default, one layer of 120 sigmoid units with tied weights, without its penalty. */
export const SIGMOID_AE = {
  model: 'ae',
  hidden: [],
  latent: 120,
  codeActivation: 'sigmoid',
  tied: true,
} as const
