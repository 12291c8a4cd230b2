/** Options of models that several experiments share, so that each is trained once. */

/** A VAE of binarised digits: small, and close to converged within a minute. */
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

/** The same networks with a discriminator in place of the KL divergence. */
export const AAE = { model: 'aae', latent: 20 } as const

export const GAN = { model: 'gan' } as const

/** Codes of two dimensions: of whole digits, and of what varies within a class. */
export const PLANAR_VAE = { model: 'vae', latent: 2, epochs: 10 } as const
export const PLANAR_CVAE = { model: 'cvae', latent: 2, epochs: 10 } as const

/** The default networks of `cae`, one layer of 120 sigmoid units with tied weights, without its penalty. */
export const SIGMOID_AE = {
  model: 'ae',
  hidden: [],
  latent: 120,
  codeActivation: 'sigmoid',
  tied: true,
} as const

/** Passes over the data for the deep autoencoder of Hinton and Salakhutdinov (784-1000-500-250-30), by budget. */
const STACK_PASSES = {
  small: { layer: 1, whole: 4 },
  medium: { layer: 3, whole: 12 },
} as const

export type StackBudget = keyof typeof STACK_PASSES

/**
 * That autoencoder, trained layer by layer and then as a whole, or end to end in as many passes: `layer` for each
 * of the four layers, and `whole`.
 */
export function deepAutoencoder(
  activation: 'sigmoid' | 'relu',
  how: 'layer by layer' | 'end to end',
  budget: StackBudget,
) {
  const { layer, whole } = STACK_PASSES[budget]
  const passes =
    how === 'layer by layer'
      ? { pretrainEpochs: layer, epochs: whole }
      : { pretrainEpochs: 0, epochs: 4 * layer + whole }
  return { model: 'stacked-ae', activation: [activation], ...passes }
}

/**
 * One layer of 1000 sigmoid units with tied weights (Rifai et al. 2011), of four autoencoders. λ is that of
 * the authors' tutorial (deeplearning.net, cA.py).
 */
export function thousandUnits(epochs: number) {
  const layer = {
    hidden: [],
    latent: 1000,
    codeActivation: 'sigmoid',
    tied: true,
    epochs,
  }
  return {
    ae: { model: 'ae', ...layer },
    masking: { model: 'dae', corruption: 'masking:0.25', ...layer },
    gaussian: { model: 'dae', corruption: 'gaussian:0.3', ...layer },
    cae: { model: 'cae', lambda: 0.1, ...layer },
  } as const
}

/** The networks of hwalsuklee/tensorflow-mnist-VAE, which trains for 20 epochs. */
export const lecturersVae = (latent: number, epochs: number) => ({
  model: 'vae',
  hidden: [500, 500],
  activation: ['elu', 'tanh'],
  dropout: 0.1,
  latent,
  epochs,
})
