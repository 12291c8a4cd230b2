// Sohn, Lee and Yan 2015, "Learning structured output representation using deep conditional generative
// models", NIPS; Kingma et al. 2014, "Semi-supervised learning with deep generative models", model M2.
import { coderNetworks } from './coders.ts'
import { defineModel } from './model.ts'
import { vae } from './vae.ts'
import { encodedSize } from './variational.ts'

export const cvae = defineModel({
  ...vae,
  name: 'cvae',
  summary: 'Conditional VAE: encoder and decoder get the label, and the code holds the rest',
  paper: 'Sohn et al. 2015',
  labels: () => 'condition',
  networks: (config, info, to) =>
    coderNetworks(config, info, to, encodedSize(config), { conditions: info.classes! }),
})
