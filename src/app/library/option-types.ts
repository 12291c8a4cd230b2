// Written by scripts/option-types.js from the schemas of the options (npm run option-types): change those, not this.
import type { z } from 'zod'
import type { family } from '../../models/registry.ts'
import type { trainConfig } from '../../train/config.ts'
import type { computeConfig, dataConfig } from '../data-options.ts'
import type { Given } from './given-types.ts'

type Own<M extends keyof typeof family> = Given<z.infer<(typeof family)[M]['config']>>
type Fit = Given<z.infer<typeof trainConfig>>
type Compute = Given<z.infer<typeof computeConfig>>
type Data = Given<z.infer<typeof dataConfig>>

/** Options of the model `pca`: Principal components: the best linear code, in closed form. */
export interface PcaOptions {
  /**
   * Dimensions of the code.
   *
   * @default 10
   */
  readonly latent?: Own<'pca'>['latent']
  /**
   * p(x|z): gaussian with σ = 1, whose reconstruction loss is squared error.
   *
   * @default 'gaussian'
   */
  readonly likelihood?: Own<'pca'>['likelihood']
  /**
   * Whether codes are scaled to variance 1.
   *
   * @default false
   */
  readonly whiten?: Own<'pca'>['whiten']
}

/** Options of the model `linear-ae`: Linear autoencoder: its code spans the subspace of the principal components. */
export interface LinearAeOptions {
  /**
   * Dimensions of the code.
   *
   * @default 10
   */
  readonly latent?: Own<'linear-ae'>['latent']
  /**
   * p(x|z): bernoulli, gaussian[:SIGMA|global|per-dimension], categorical[:LEVELS] or columns (of a
   * table, each by its kind); decides the reconstruction loss.
   *
   * @default 'gaussian'
   */
  readonly likelihood?: Own<'linear-ae'>['likelihood']
}

/** Options of the model `ae`: Autoencoder: compresses an example to a code and reconstructs it. */
export interface AeOptions {
  /**
   * What the networks are made of: mlp, conv.
   *
   * @default 'mlp'
   */
  readonly network?: Own<'ae'>['network']
  /**
   * Widths of the hidden layers, such as 500,500; the decoder mirrors them.
   *
   * @default [500, 500]
   */
  readonly hidden?: Own<'ae'>['hidden']
  /**
   * Channels of the levels of a convolutional network, such as 32,64,128; each level halves the
   * image.
   *
   * @default [32, 64]
   */
  readonly channels?: Own<'ae'>['channels']
  /**
   * Activation of the hidden layers: one for all, or one for each, such as relu,tanh.
   *
   * @default ['relu']
   */
  readonly activation?: Own<'ae'>['activation']
  /**
   * Normalisation of hidden layers: none, batch or layer.
   *
   * @default 'none'
   */
  readonly normalization?: Own<'ae'>['normalization']
  /**
   * Whether a residual block follows each level (conv only).
   *
   * @default false
   */
  readonly residual?: Own<'ae'>['residual']
  /**
   * Share of hidden units dropped while training.
   *
   * @default 0
   */
  readonly dropout?: Own<'ae'>['dropout']
  /**
   * Dimensions of the code.
   *
   * @default 20
   */
  readonly latent?: Own<'ae'>['latent']
  /**
   * p(x|z): bernoulli, gaussian[:SIGMA|global|per-dimension], categorical[:LEVELS] or columns (of a
   * table, each by its kind); decides the reconstruction loss.
   *
   * @default 'bernoulli'
   */
  readonly likelihood?: Own<'ae'>['likelihood']
  /**
   * Activation of the code itself.
   *
   * @default 'linear'
   */
  readonly codeActivation?: Own<'ae'>['codeActivation']
  /**
   * Whether the decoder's weights are the encoder's, transposed (mlp only).
   *
   * @default false
   */
  readonly tied?: Own<'ae'>['tied']
}

/** Options of the model `stacked-ae`: Stacked autoencoder: trained layer by layer, then as a whole. */
export interface StackedAeOptions {
  /**
   * Widths of the hidden layers, such as 500,500; the decoder mirrors them.
   *
   * @default [1000, 500, 250]
   */
  readonly hidden?: Own<'stacked-ae'>['hidden']
  /**
   * Activation of the hidden layers: one for all, or one for each, such as relu,tanh.
   *
   * @default ['sigmoid']
   */
  readonly activation?: Own<'stacked-ae'>['activation']
  /**
   * Share of hidden units dropped while training.
   *
   * @default 0
   */
  readonly dropout?: Own<'stacked-ae'>['dropout']
  /**
   * Dimensions of the code.
   *
   * @default 30
   */
  readonly latent?: Own<'stacked-ae'>['latent']
  /**
   * p(x|z): bernoulli, gaussian[:SIGMA|global|per-dimension], categorical[:LEVELS] or columns (of a
   * table, each by its kind); decides the reconstruction loss.
   *
   * @default 'bernoulli'
   */
  readonly likelihood?: Own<'stacked-ae'>['likelihood']
  /**
   * Epochs for which each layer is trained by itself, each time through the whole schedule and
   * warm-up; 0 to train all at once.
   *
   * @default 3
   */
  readonly pretrainEpochs?: Own<'stacked-ae'>['pretrainEpochs']
  /**
   * What all layers together are then trained on: reconstruction, or labels with a softmax layer.
   *
   * @default 'reconstruction'
   */
  readonly finetune?: Own<'stacked-ae'>['finetune']
}

/** Options of the model `dae`: Denoising autoencoder: reconstructs an example from a corrupted one. */
export interface DaeOptions {
  /**
   * What the networks are made of: mlp, conv, unet, hourglass.
   *
   * @default 'mlp'
   */
  readonly network?: Own<'dae'>['network']
  /**
   * Widths of the hidden layers, such as 500,500; the decoder mirrors them.
   *
   * @default [500, 500]
   */
  readonly hidden?: Own<'dae'>['hidden']
  /**
   * Channels of the levels of a convolutional network, such as 32,64,128; each level halves the
   * image.
   *
   * @default [32, 64]
   */
  readonly channels?: Own<'dae'>['channels']
  /**
   * Activation of the hidden layers: one for all, or one for each, such as relu,tanh.
   *
   * @default ['relu']
   */
  readonly activation?: Own<'dae'>['activation']
  /**
   * Normalisation of hidden layers: none, batch or layer.
   *
   * @default 'none'
   */
  readonly normalization?: Own<'dae'>['normalization']
  /**
   * Whether a residual block follows each level (conv only).
   *
   * @default false
   */
  readonly residual?: Own<'dae'>['residual']
  /**
   * Share of hidden units dropped while training.
   *
   * @default 0
   */
  readonly dropout?: Own<'dae'>['dropout']
  /**
   * Dimensions of the code.
   *
   * @default 20
   */
  readonly latent?: Own<'dae'>['latent']
  /**
   * p(x|z): bernoulli, gaussian[:SIGMA|global|per-dimension], categorical[:LEVELS] or columns (of a
   * table, each by its kind); decides the reconstruction loss.
   *
   * @default 'bernoulli'
   */
  readonly likelihood?: Own<'dae'>['likelihood']
  /**
   * Activation of the code itself.
   *
   * @default 'linear'
   */
  readonly codeActivation?: Own<'dae'>['codeActivation']
  /**
   * Whether the decoder's weights are the encoder's, transposed (mlp only).
   *
   * @default false
   */
  readonly tied?: Own<'dae'>['tied']
  /**
   * Corruption to undo, drawn afresh at every step: masking:P, gaussian:SIGMA, salt-pepper:P,
   * swap:P (values of other rows, for tables) or none.
   *
   * @default 'masking:0.25'
   */
  readonly corruption?: Own<'dae'>['corruption']
  /**
   * Number of hourglasses in sequence (hourglass only).
   *
   * @default 2
   */
  readonly stacks?: Own<'dae'>['stacks']
}

/** Options of the model `stacked-dae`: Stacked denoising autoencoder: each layer learns to undo a corruption. */
export interface StackedDaeOptions {
  /**
   * Widths of the hidden layers, such as 500,500; the decoder mirrors them.
   *
   * @default [1000, 500, 250]
   */
  readonly hidden?: Own<'stacked-dae'>['hidden']
  /**
   * Activation of the hidden layers: one for all, or one for each, such as relu,tanh.
   *
   * @default ['sigmoid']
   */
  readonly activation?: Own<'stacked-dae'>['activation']
  /**
   * Share of hidden units dropped while training.
   *
   * @default 0
   */
  readonly dropout?: Own<'stacked-dae'>['dropout']
  /**
   * Dimensions of the code.
   *
   * @default 30
   */
  readonly latent?: Own<'stacked-dae'>['latent']
  /**
   * p(x|z): bernoulli, gaussian[:SIGMA|global|per-dimension], categorical[:LEVELS] or columns (of a
   * table, each by its kind); decides the reconstruction loss.
   *
   * @default 'bernoulli'
   */
  readonly likelihood?: Own<'stacked-dae'>['likelihood']
  /**
   * Epochs for which each layer is trained by itself, each time through the whole schedule and
   * warm-up; 0 to train all at once.
   *
   * @default 3
   */
  readonly pretrainEpochs?: Own<'stacked-dae'>['pretrainEpochs']
  /**
   * What all layers together are then trained on: reconstruction, or labels with a softmax layer.
   *
   * @default 'reconstruction'
   */
  readonly finetune?: Own<'stacked-dae'>['finetune']
  /**
   * Corruption that each layer undoes, such as masking:P or gaussian:SIGMA: one for all, or one for
   * each.
   *
   * @default ['masking:0.25']
   */
  readonly corruption?: Own<'stacked-dae'>['corruption']
}

/** Options of the model `cae`: Contractive autoencoder: its code changes little around each training example. */
export interface CaeOptions {
  /**
   * What the networks are made of: mlp, conv.
   *
   * @default 'mlp'
   */
  readonly network?: Own<'cae'>['network']
  /**
   * Widths of the hidden layers, such as 500,500; the decoder mirrors them.
   *
   * @default []
   */
  readonly hidden?: Own<'cae'>['hidden']
  /**
   * Channels of the levels of a convolutional network, such as 32,64,128; each level halves the
   * image.
   *
   * @default [32, 64]
   */
  readonly channels?: Own<'cae'>['channels']
  /**
   * Activation of the hidden layers: one for all, or one for each, such as relu,tanh.
   *
   * @default ['relu']
   */
  readonly activation?: Own<'cae'>['activation']
  /**
   * Normalisation of hidden layers: none, batch or layer.
   *
   * @default 'none'
   */
  readonly normalization?: Own<'cae'>['normalization']
  /**
   * Whether a residual block follows each level (conv only).
   *
   * @default false
   */
  readonly residual?: Own<'cae'>['residual']
  /**
   * Share of hidden units dropped while training.
   *
   * @default 0
   */
  readonly dropout?: Own<'cae'>['dropout']
  /**
   * Dimensions of the code.
   *
   * @default 120
   */
  readonly latent?: Own<'cae'>['latent']
  /**
   * p(x|z): bernoulli, gaussian[:SIGMA|global|per-dimension], categorical[:LEVELS] or columns (of a
   * table, each by its kind); decides the reconstruction loss.
   *
   * @default 'bernoulli'
   */
  readonly likelihood?: Own<'cae'>['likelihood']
  /**
   * Activation of the code itself.
   *
   * @default 'sigmoid'
   */
  readonly codeActivation?: Own<'cae'>['codeActivation']
  /**
   * Whether the decoder's weights are the encoder's, transposed (mlp only).
   *
   * @default true
   */
  readonly tied?: Own<'cae'>['tied']
  /**
   * Weight of the contraction: a number, or FROM:TO@EPOCHS for a linear change.
   *
   * @default 1
   */
  readonly lambda?: Own<'cae'>['lambda']
  /**
   * How the Jacobian's norm is computed: exact (a closed form for one layer, else a pass for each
   * dimension of the code) or projections:K (an unbiased estimate from K passes).
   *
   * @default 'exact'
   */
  readonly contraction?: Own<'cae'>['contraction']
}

/** Options of the model `scae`: Stochastic contractive autoencoder: an example and its noisy copies get similar codes. */
export interface ScaeOptions {
  /**
   * What the networks are made of: mlp, conv.
   *
   * @default 'mlp'
   */
  readonly network?: Own<'scae'>['network']
  /**
   * Widths of the hidden layers, such as 500,500; the decoder mirrors them.
   *
   * @default []
   */
  readonly hidden?: Own<'scae'>['hidden']
  /**
   * Channels of the levels of a convolutional network, such as 32,64,128; each level halves the
   * image.
   *
   * @default [32, 64]
   */
  readonly channels?: Own<'scae'>['channels']
  /**
   * Activation of the hidden layers: one for all, or one for each, such as relu,tanh.
   *
   * @default ['relu']
   */
  readonly activation?: Own<'scae'>['activation']
  /**
   * Normalisation of hidden layers: none, batch or layer.
   *
   * @default 'none'
   */
  readonly normalization?: Own<'scae'>['normalization']
  /**
   * Whether a residual block follows each level (conv only).
   *
   * @default false
   */
  readonly residual?: Own<'scae'>['residual']
  /**
   * Share of hidden units dropped while training.
   *
   * @default 0
   */
  readonly dropout?: Own<'scae'>['dropout']
  /**
   * Dimensions of the code.
   *
   * @default 120
   */
  readonly latent?: Own<'scae'>['latent']
  /**
   * p(x|z): bernoulli, gaussian[:SIGMA|global|per-dimension], categorical[:LEVELS] or columns (of a
   * table, each by its kind); decides the reconstruction loss.
   *
   * @default 'bernoulli'
   */
  readonly likelihood?: Own<'scae'>['likelihood']
  /**
   * Activation of the code itself.
   *
   * @default 'sigmoid'
   */
  readonly codeActivation?: Own<'scae'>['codeActivation']
  /**
   * Whether the decoder's weights are the encoder's, transposed (mlp only).
   *
   * @default true
   */
  readonly tied?: Own<'scae'>['tied']
  /**
   * Weight of the contraction: a number, or FROM:TO@EPOCHS for a linear change.
   *
   * @default 100
   */
  readonly lambda?: Own<'scae'>['lambda']
  /**
   * σ of the noise that the code should be insensitive to.
   *
   * @default 0.1
   */
  readonly sigma?: Own<'scae'>['sigma']
}

/** Options of the model `vae`: Variational autoencoder: a generative model with an approximate posterior. */
export interface VaeOptions {
  /**
   * What the networks are made of: mlp, conv.
   *
   * @default 'mlp'
   */
  readonly network?: Own<'vae'>['network']
  /**
   * Widths of the hidden layers, such as 500,500; the decoder mirrors them.
   *
   * @default [500, 500]
   */
  readonly hidden?: Own<'vae'>['hidden']
  /**
   * Channels of the levels of a convolutional network, such as 32,64,128; each level halves the
   * image.
   *
   * @default [32, 64]
   */
  readonly channels?: Own<'vae'>['channels']
  /**
   * Activation of the hidden layers: one for all, or one for each, such as relu,tanh.
   *
   * @default ['relu']
   */
  readonly activation?: Own<'vae'>['activation']
  /**
   * Normalisation of hidden layers: none, batch or layer.
   *
   * @default 'none'
   */
  readonly normalization?: Own<'vae'>['normalization']
  /**
   * Whether a residual block follows each level (conv only).
   *
   * @default false
   */
  readonly residual?: Own<'vae'>['residual']
  /**
   * Share of hidden units dropped while training.
   *
   * @default 0
   */
  readonly dropout?: Own<'vae'>['dropout']
  /**
   * Dimensions of the code.
   *
   * @default 20
   */
  readonly latent?: Own<'vae'>['latent']
  /**
   * p(x|z): bernoulli, gaussian[:SIGMA|global|per-dimension], categorical[:LEVELS] or columns (of a
   * table, each by its kind); decides the reconstruction loss.
   *
   * @default 'bernoulli'
   */
  readonly likelihood?: Own<'vae'>['likelihood']
  /**
   * p(z), and with it q(z|x): gaussian, or bernoulli for binary codes.
   *
   * @default 'gaussian'
   */
  readonly prior?: Own<'vae'>['prior']
  /**
   * Weight of the KL term: a number, or FROM:TO@EPOCHS for a linear warm-up.
   *
   * @default 1
   */
  readonly beta?: Own<'vae'>['beta']
  /**
   * Nats of KL per dimension of the code that cost nothing.
   *
   * @default 0
   */
  readonly freeBits?: Own<'vae'>['freeBits']
  /**
   * Temperature of relaxed binary codes (bernoulli only): a number, or FROM:TO@EPOCHS.
   *
   * @default { from: 1, to: 0.5, epochs: 10 }
   */
  readonly temperature?: Own<'vae'>['temperature']
  /**
   * Codes drawn for each example: more than 1 for the importance-weighted bound (IWAE).
   *
   * @default 1
   */
  readonly importanceSamples?: Own<'vae'>['importanceSamples']
}

/** Options of the model `cvae`: Conditional VAE: encoder and decoder get the label, and the code holds the rest. */
export interface CvaeOptions {
  /**
   * What the networks are made of: mlp, conv.
   *
   * @default 'mlp'
   */
  readonly network?: Own<'cvae'>['network']
  /**
   * Widths of the hidden layers, such as 500,500; the decoder mirrors them.
   *
   * @default [500, 500]
   */
  readonly hidden?: Own<'cvae'>['hidden']
  /**
   * Channels of the levels of a convolutional network, such as 32,64,128; each level halves the
   * image.
   *
   * @default [32, 64]
   */
  readonly channels?: Own<'cvae'>['channels']
  /**
   * Activation of the hidden layers: one for all, or one for each, such as relu,tanh.
   *
   * @default ['relu']
   */
  readonly activation?: Own<'cvae'>['activation']
  /**
   * Normalisation of hidden layers: none, batch or layer.
   *
   * @default 'none'
   */
  readonly normalization?: Own<'cvae'>['normalization']
  /**
   * Whether a residual block follows each level (conv only).
   *
   * @default false
   */
  readonly residual?: Own<'cvae'>['residual']
  /**
   * Share of hidden units dropped while training.
   *
   * @default 0
   */
  readonly dropout?: Own<'cvae'>['dropout']
  /**
   * Dimensions of the code.
   *
   * @default 20
   */
  readonly latent?: Own<'cvae'>['latent']
  /**
   * p(x|z): bernoulli, gaussian[:SIGMA|global|per-dimension], categorical[:LEVELS] or columns (of a
   * table, each by its kind); decides the reconstruction loss.
   *
   * @default 'bernoulli'
   */
  readonly likelihood?: Own<'cvae'>['likelihood']
  /**
   * p(z), and with it q(z|x): gaussian, or bernoulli for binary codes.
   *
   * @default 'gaussian'
   */
  readonly prior?: Own<'cvae'>['prior']
  /**
   * Weight of the KL term: a number, or FROM:TO@EPOCHS for a linear warm-up.
   *
   * @default 1
   */
  readonly beta?: Own<'cvae'>['beta']
  /**
   * Nats of KL per dimension of the code that cost nothing.
   *
   * @default 0
   */
  readonly freeBits?: Own<'cvae'>['freeBits']
  /**
   * Temperature of relaxed binary codes (bernoulli only): a number, or FROM:TO@EPOCHS.
   *
   * @default { from: 1, to: 0.5, epochs: 10 }
   */
  readonly temperature?: Own<'cvae'>['temperature']
  /**
   * Codes drawn for each example: more than 1 for the importance-weighted bound (IWAE).
   *
   * @default 1
   */
  readonly importanceSamples?: Own<'cvae'>['importanceSamples']
}

/** Options of the model `aae`: Adversarial autoencoder: a discriminator makes codes follow any prior. */
export interface AaeOptions {
  /**
   * What the networks are made of: mlp, conv.
   *
   * @default 'mlp'
   */
  readonly network?: Own<'aae'>['network']
  /**
   * Widths of the hidden layers, such as 500,500; the decoder mirrors them.
   *
   * @default [500, 500]
   */
  readonly hidden?: Own<'aae'>['hidden']
  /**
   * Channels of the levels of a convolutional network, such as 32,64,128; each level halves the
   * image.
   *
   * @default [32, 64]
   */
  readonly channels?: Own<'aae'>['channels']
  /**
   * Activation of the hidden layers: one for all, or one for each, such as relu,tanh.
   *
   * @default ['relu']
   */
  readonly activation?: Own<'aae'>['activation']
  /**
   * Normalisation of hidden layers: none, batch or layer.
   *
   * @default 'none'
   */
  readonly normalization?: Own<'aae'>['normalization']
  /**
   * Whether a residual block follows each level (conv only).
   *
   * @default false
   */
  readonly residual?: Own<'aae'>['residual']
  /**
   * Share of hidden units dropped while training.
   *
   * @default 0
   */
  readonly dropout?: Own<'aae'>['dropout']
  /**
   * Dimensions of the code.
   *
   * @default 2
   */
  readonly latent?: Own<'aae'>['latent']
  /**
   * p(x|z): bernoulli, gaussian[:SIGMA|global|per-dimension], categorical[:LEVELS] or columns (of a
   * table, each by its kind); decides the reconstruction loss.
   *
   * @default 'bernoulli'
   */
  readonly likelihood?: Own<'aae'>['likelihood']
  /**
   * Activation of the code itself.
   *
   * @default 'linear'
   */
  readonly codeActivation?: Own<'aae'>['codeActivation']
  /**
   * Whether the decoder's weights are the encoder's, transposed (mlp only).
   *
   * @default false
   */
  readonly tied?: Own<'aae'>['tied']
  /**
   * p(z): normal, mixture (Gaussians on a ring, ten or one for each class) or swiss-roll (both for
   * a code of 2 dimensions).
   *
   * @default 'normal'
   */
  readonly prior?: Own<'aae'>['prior']
  /**
   * Whether each class gets its own part of the prior.
   *
   * @default false
   */
  readonly labelInformed?: Own<'aae'>['labelInformed']
  /**
   * Widths of the discriminator's hidden layers.
   *
   * @default [500, 500]
   */
  readonly discriminatorHidden?: Own<'aae'>['discriminatorHidden']
}

/** Options of the model `wae`: Wasserstein autoencoder: the maximum mean discrepancy keeps codes close to the prior. */
export interface WaeOptions {
  /**
   * What the networks are made of: mlp, conv.
   *
   * @default 'mlp'
   */
  readonly network?: Own<'wae'>['network']
  /**
   * Widths of the hidden layers, such as 500,500; the decoder mirrors them.
   *
   * @default [500, 500]
   */
  readonly hidden?: Own<'wae'>['hidden']
  /**
   * Channels of the levels of a convolutional network, such as 32,64,128; each level halves the
   * image.
   *
   * @default [32, 64]
   */
  readonly channels?: Own<'wae'>['channels']
  /**
   * Activation of the hidden layers: one for all, or one for each, such as relu,tanh.
   *
   * @default ['relu']
   */
  readonly activation?: Own<'wae'>['activation']
  /**
   * Normalisation of hidden layers: none, batch or layer.
   *
   * @default 'none'
   */
  readonly normalization?: Own<'wae'>['normalization']
  /**
   * Whether a residual block follows each level (conv only).
   *
   * @default false
   */
  readonly residual?: Own<'wae'>['residual']
  /**
   * Share of hidden units dropped while training.
   *
   * @default 0
   */
  readonly dropout?: Own<'wae'>['dropout']
  /**
   * Dimensions of the code.
   *
   * @default 8
   */
  readonly latent?: Own<'wae'>['latent']
  /**
   * p(x|z): bernoulli, gaussian[:SIGMA|global|per-dimension], categorical[:LEVELS] or columns (of a
   * table, each by its kind); decides the reconstruction loss.
   *
   * @default 'bernoulli'
   */
  readonly likelihood?: Own<'wae'>['likelihood']
  /**
   * Activation of the code itself.
   *
   * @default 'linear'
   */
  readonly codeActivation?: Own<'wae'>['codeActivation']
  /**
   * Whether the decoder's weights are the encoder's, transposed (mlp only).
   *
   * @default false
   */
  readonly tied?: Own<'wae'>['tied']
  /**
   * Weight of the discrepancy: a number, or FROM:TO@EPOCHS.
   *
   * @default 100
   */
  readonly lambda?: Own<'wae'>['lambda']
}

/** Options of the model `gan`: Generator and discriminator, without an encoder: generates examples. */
export interface GanOptions {
  /**
   * What the networks are made of: mlp, conv.
   *
   * @default 'mlp'
   */
  readonly network?: Own<'gan'>['network']
  /**
   * Widths of the hidden layers, such as 500,500; the decoder mirrors them.
   *
   * @default [500, 500]
   */
  readonly hidden?: Own<'gan'>['hidden']
  /**
   * Channels of the levels of a convolutional network, such as 32,64,128; each level halves the
   * image.
   *
   * @default [32, 64]
   */
  readonly channels?: Own<'gan'>['channels']
  /**
   * Activation of the hidden layers: one for all, or one for each, such as relu,tanh.
   *
   * @default ['relu']
   */
  readonly activation?: Own<'gan'>['activation']
  /**
   * Normalisation of hidden layers: none, batch or layer.
   *
   * @default 'batch'
   */
  readonly normalization?: Own<'gan'>['normalization']
  /**
   * Whether a residual block follows each level (conv only).
   *
   * @default false
   */
  readonly residual?: Own<'gan'>['residual']
  /**
   * Share of hidden units dropped while training.
   *
   * @default 0
   */
  readonly dropout?: Own<'gan'>['dropout']
  /**
   * Dimensions of the code.
   *
   * @default 64
   */
  readonly latent?: Own<'gan'>['latent']
  /**
   * p(x|z), whose mean is the example: bernoulli, gaussian[:SIGMA] or categorical[:LEVELS].
   *
   * @default 'bernoulli'
   */
  readonly likelihood?: Own<'gan'>['likelihood']
  /**
   * Activation of the discriminator's hidden layers.
   *
   * @default ['elu']
   */
  readonly discriminatorActivation?: Own<'gan'>['discriminatorActivation']
  /**
   * Share of the discriminator's hidden units dropped while training.
   *
   * @default 0.3
   */
  readonly discriminatorDropout?: Own<'gan'>['discriminatorDropout']
}

/** Options of the model `vae-gan`: VAE that compares examples by a discriminator's features. */
export interface VaeGanOptions {
  /**
   * What the networks are made of: mlp, conv.
   *
   * @default 'mlp'
   */
  readonly network?: Own<'vae-gan'>['network']
  /**
   * Widths of the hidden layers, such as 500,500; the decoder mirrors them.
   *
   * @default [256, 256]
   */
  readonly hidden?: Own<'vae-gan'>['hidden']
  /**
   * Channels of the levels of a convolutional network, such as 32,64,128; each level halves the
   * image.
   *
   * @default [32, 64]
   */
  readonly channels?: Own<'vae-gan'>['channels']
  /**
   * Activation of the hidden layers: one for all, or one for each, such as relu,tanh.
   *
   * @default ['relu']
   */
  readonly activation?: Own<'vae-gan'>['activation']
  /**
   * Normalisation of hidden layers: none, batch or layer.
   *
   * @default 'batch'
   */
  readonly normalization?: Own<'vae-gan'>['normalization']
  /**
   * Whether a residual block follows each level (conv only).
   *
   * @default false
   */
  readonly residual?: Own<'vae-gan'>['residual']
  /**
   * Share of hidden units dropped while training.
   *
   * @default 0
   */
  readonly dropout?: Own<'vae-gan'>['dropout']
  /**
   * Dimensions of the code.
   *
   * @default 20
   */
  readonly latent?: Own<'vae-gan'>['latent']
  /**
   * p(x|z), whose mean is the example: bernoulli, gaussian[:SIGMA] or categorical[:LEVELS].
   *
   * @default 'bernoulli'
   */
  readonly likelihood?: Own<'vae-gan'>['likelihood']
  /**
   * p(z), and with it q(z|x): gaussian, or bernoulli for binary codes.
   *
   * @default 'gaussian'
   */
  readonly prior?: Own<'vae-gan'>['prior']
  /**
   * Weight of the KL term: a number, or FROM:TO@EPOCHS for a linear warm-up.
   *
   * @default 1
   */
  readonly beta?: Own<'vae-gan'>['beta']
  /**
   * Nats of KL per dimension of the code that cost nothing.
   *
   * @default 0
   */
  readonly freeBits?: Own<'vae-gan'>['freeBits']
  /**
   * Temperature of relaxed binary codes (bernoulli only): a number, or FROM:TO@EPOCHS.
   *
   * @default { from: 1, to: 0.5, epochs: 10 }
   */
  readonly temperature?: Own<'vae-gan'>['temperature']
  /**
   * Weight of the likeness against the generator loss in the decoder (γ).
   *
   * @default 0.2
   */
  readonly gamma?: Own<'vae-gan'>['gamma']
  /**
   * Number of the discriminator's features.
   *
   * @default 2048
   */
  readonly features?: Own<'vae-gan'>['features']
  /**
   * Activation of the discriminator's hidden layers.
   *
   * @default ['elu']
   */
  readonly discriminatorActivation?: Own<'vae-gan'>['discriminatorActivation']
  /**
   * Share of the discriminator's hidden units dropped while training.
   *
   * @default 0.1
   */
  readonly discriminatorDropout?: Own<'vae-gan'>['discriminatorDropout']
}

/** Options that each model has for itself. */
export interface OptionsByModel {
  readonly pca: PcaOptions
  readonly 'linear-ae': LinearAeOptions
  readonly ae: AeOptions
  readonly 'stacked-ae': StackedAeOptions
  readonly dae: DaeOptions
  readonly 'stacked-dae': StackedDaeOptions
  readonly cae: CaeOptions
  readonly scae: ScaeOptions
  readonly vae: VaeOptions
  readonly cvae: CvaeOptions
  readonly aae: AaeOptions
  readonly wae: WaeOptions
  readonly gan: GanOptions
  readonly 'vae-gan': VaeGanOptions
}

/** How a model is fitted. */
export interface FitOptions {
  /**
   * Passes over the training data; a table with few rows gets more if this is not given, for 2000
   * steps, but at most 500.
   *
   * @default 20 (1 for pca; 12 for stacked-ae, aae; 10 for stacked-dae; 15 for gan; 7 for vae-gan)
   */
  readonly epochs?: Fit['epochs']
  /**
   * Examples per step.
   *
   * @default 128
   */
  readonly batch?: Fit['batch']
  /**
   * Rule for the update: adam, adamw or sgd.
   *
   * @default 'adam'
   */
  readonly optimizer?: Fit['optimizer']
  /**
   * Learning rate.
   *
   * @default 0.001 (0.002 for linear-ae; 0.0002 for gan)
   */
  readonly lr?: Fit['lr']
  /**
   * Learning rate over time: constant, cosine (to 0), step:EPOCHS:FACTOR (every so many epochs) or
   * milestones:EPOCH,…:FACTOR (after each of these epochs).
   *
   * @default 'constant' ('cosine' for linear-ae, aae, vae-gan)
   */
  readonly schedule?: Fit['schedule']
  /**
   * Epochs over which the learning rate rises from 0.
   *
   * @default 0
   */
  readonly warmup?: Fit['warmup']
  /**
   * Momentum of sgd.
   *
   * @default 0.9
   */
  readonly momentum?: Fit['momentum']
  /**
   * Use Nesterov momentum.
   *
   * @default false
   */
  readonly nesterov?: Fit['nesterov']
  /**
   * Decay of adam's first moment.
   *
   * @default 0.9 (0.5 for aae, gan, vae-gan)
   */
  readonly beta1?: Fit['beta1']
  /**
   * Decay of adam's second moment.
   *
   * @default 0.999
   */
  readonly beta2?: Fit['beta2']
  /**
   * Added to the root of adam's second moment.
   *
   * @default 1e-8
   */
  readonly epsilon?: Fit['epsilon']
  /**
   * L2 penalty; with adamw, decoupled weight decay.
   *
   * @default 0
   */
  readonly weightDecay?: Fit['weightDecay']
  /**
   * Largest gradient norm; 0 for no limit.
   *
   * @default 0
   */
  readonly clip?: Fit['clip']
  /**
   * Epochs without improvement before training stops early; 0 for never.
   *
   * @default 0
   */
  readonly patience?: Fit['patience']
  /**
   * Validation term that early stopping and the best checkpoint go by.
   *
   * @default 'objective' ('none' for aae, gan, vae-gan)
   */
  readonly monitor?: Fit['monitor']
  /**
   * Seed of all random numbers.
   *
   * @default 0
   */
  readonly seed?: Fit['seed']
}

/** Options that may change between two steps of a training, where its model has them. */
export interface AdjustableOptions {
  /**
   * Passes over the training data; a table with few rows gets more if this is not given, for 2000
   * steps, but at most 500.
   */
  readonly epochs?: Fit['epochs']
  /** Learning rate. */
  readonly lr?: Fit['lr']
  /** Share of hidden units dropped while training. */
  readonly dropout?:
    | Own<'ae'>['dropout']
    | Own<'stacked-ae'>['dropout']
    | Own<'dae'>['dropout']
    | Own<'stacked-dae'>['dropout']
    | Own<'cae'>['dropout']
    | Own<'scae'>['dropout']
    | Own<'vae'>['dropout']
    | Own<'cvae'>['dropout']
    | Own<'aae'>['dropout']
    | Own<'wae'>['dropout']
    | Own<'gan'>['dropout']
    | Own<'vae-gan'>['dropout']
  /**
   * Corruption to undo, drawn afresh at every step: masking:P, gaussian:SIGMA, salt-pepper:P,
   * swap:P (values of other rows, for tables) or none.
   */
  readonly corruption?: Own<'dae'>['corruption'] | Own<'stacked-dae'>['corruption']
  /** Weight of the contraction: a number, or FROM:TO@EPOCHS for a linear change. */
  readonly lambda?: Own<'cae'>['lambda'] | Own<'scae'>['lambda'] | Own<'wae'>['lambda']
  /** σ of the noise that the code should be insensitive to. */
  readonly sigma?: Own<'scae'>['sigma']
  /** Weight of the KL term: a number, or FROM:TO@EPOCHS for a linear warm-up. */
  readonly beta?: Own<'vae'>['beta'] | Own<'cvae'>['beta'] | Own<'vae-gan'>['beta']
  /** Nats of KL per dimension of the code that cost nothing. */
  readonly freeBits?: Own<'vae'>['freeBits'] | Own<'cvae'>['freeBits'] | Own<'vae-gan'>['freeBits']
  /** Temperature of relaxed binary codes (bernoulli only): a number, or FROM:TO@EPOCHS. */
  readonly temperature?:
    | Own<'vae'>['temperature']
    | Own<'cvae'>['temperature']
    | Own<'vae-gan'>['temperature']
  /** Share of the discriminator's hidden units dropped while training. */
  readonly discriminatorDropout?:
    | Own<'gan'>['discriminatorDropout']
    | Own<'vae-gan'>['discriminatorDropout']
  /** Weight of the likeness against the generator loss in the decoder (γ). */
  readonly gamma?: Own<'vae-gan'>['gamma']
}

/** What to compute with. */
export interface ComputeOptions {
  /**
   * What to compute with: cpu or webgpu.
   *
   * @default 'cpu'
   */
  readonly device?: Compute['device']
  /**
   * Threads; 0 for one per core.
   *
   * @default 0
   */
  readonly threads?: Compute['threads']
  /**
   * What computes training steps: auto for native kernels where this machine can run them, onnx for
   * plain ONNX.
   *
   * @default 'auto'
   */
  readonly kernels?: Compute['kernels']
}

/** How data is read, split and binarised. */
export interface DataSplitOptions {
  /**
   * How to read the array of examples if its shape does not say: table, hw, chw or hwc; with sizes
   * for flat rows, such as 28x28, chw:3x32x32 or hwc:32x32x3 (default: [N, D] is a table, [N, H, W]
   * images, of [N, A, B, C] the axis of 1, 3 or 4 is the channels).
   */
  readonly layout?: Data['layout']
  /**
   * Examples held out of training for validation, chosen by seed (default: 5000, or a tenth if that
   * is fewer; 0 for none).
   */
  readonly validation?: Data['validation']
  /** Examples held out for testing if the data has no test set (default: a tenth). */
  readonly test?: Data['test']
  /** Column of a table that says train, validation or test in every row. */
  readonly splitBy?: Data['splitBy']
  /**
   * Column of dates, times or numbers: the latest rows are for testing, those before them for
   * validation.
   */
  readonly timeOrder?: Data['timeOrder']
  /** Column of a table whose groups are kept together: none is in two splits. */
  readonly group?: Data['group']
  /**
   * Pixels of the examples made of pictures: 64, or WIDTHxHEIGHT (default: the size that all
   * pictures have).
   */
  readonly size?: Data['size']
  /**
   * What to do with pictures of another shape: crop, pad or stretch (default crop); only with size.
   */
  readonly fit?: Data['fit']
  /** Grey or rgb (default: grey if all pictures are grey, else rgb). */
  readonly colour?: Data['colour']
  /**
   * What lies behind transparent pixels and beside padded pictures: white, black or #rrggbb
   * (default white).
   */
  readonly ground?: Data['ground']
  /**
   * Keep what takes long to read, such as decoded pictures, in the cache for the next start.
   *
   * @default true
   */
  readonly cache?: Data['cache']
  /**
   * Draw 0 or 1 with the grey value as probability: none, static (once) or dynamic (afresh at every
   * step).
   *
   * @default 'none'
   */
  readonly binarize?: Data['binarize']
  /** File that says what each column of a table is, as inspect writes it. */
  readonly schema?: Data['schema']
  /** Column of a table that holds the labels (labels names a file of them). */
  readonly label?: Data['label']
  /**
   * Labels of normal examples, such as 0 or ok,idle: only these are learned from, and the others
   * measure how well anomalies are found.
   */
  readonly normal?: Data['normal']
  /** Texts of a table that stand for a missing value, instead of the usual ones. */
  readonly missing?: Data['missing']
  /**
   * Bring numeric columns of a table to mean 0 and standard deviation 1 where the likelihood is
   * real-valued.
   *
   * @default true
   */
  readonly standardise?: Data['standardise']
  /** What separates the values of a CSV file: a character, or tab. */
  readonly separator?: Data['separator']
  /** Encoding of a text file, such as utf-8, euc-kr or windows-1252. */
  readonly encoding?: Data['encoding']
  /** Whether the first line of a CSV file holds the names of its columns. */
  readonly header?: Data['header']
  /** Decimal sign of a CSV file: point or comma. */
  readonly decimal?: Data['decimal']
  /** Lines of a CSV file that begin with this text are skipped. */
  readonly comment?: Data['comment']
  /** Which array of an .npz archive holds the examples. */
  readonly array?: Data['array']
}
