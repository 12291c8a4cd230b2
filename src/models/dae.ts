// Vincent, Larochelle, Bengio and Manzagol 2008, "Extracting and composing robust features with denoising
// autoencoders", ICML.

import { integer } from '../config/options.ts'
import { ae, aeConfig, reconstruction } from './ae.ts'
import { corrupted, corruption } from './corruptions.ts'
import { imageDenoiser, isImageDenoiser } from './image-denoiser.ts'
import { defineModel, type ModelDefinition } from './model.ts'
import { network } from './network-options.ts'

export const daeConfig = aeConfig.extend({
  network: network(['mlp', 'conv', 'unet', 'hourglass']).default('mlp'),
  corruption: corruption().default('masking:0.25'),
  stacks: integer(1, 16).default(2).describe('hourglasses one after the other (hourglass only)'),
})

const about = {
  name: 'dae',
  summary: 'Denoising autoencoder: restores an example from a corrupted one',
  config: daeConfig,
}

export const dae = defineModel({
  ...ae,
  ...about,
  paper: 'Vincent et al. 2008',
  corrupt: corrupted,
  terms(m, b) {
    return { reconstruction: reconstruction(m, b, m.posterior(corrupted(m, b.x, b), b).mean()) }
  },
  variant: (config) =>
    isImageDenoiser(config) ? (imageDenoiser(about) as unknown as ModelDefinition) : undefined,
})
