import { z } from 'zod'
import { flag, numbers } from '../config/options.ts'
import { onlyWith } from '../config/schema-facts.ts'
import { activationNames } from '../nn/activations.ts'
import { normalizationNames } from '../nn/normalization.ts'
import { activation, dropout, hidden } from './options.ts'

/** Schemas of the options that networks are built from. */

export type NetworkName = 'mlp' | 'conv' | 'unet' | 'hourglass'

/** A choice among some of the networks, typed as one among all, since models share the code that reads it. */
export const network = (names: readonly NetworkName[]): z.ZodType<NetworkName> =>
  z.enum(names).describe(`what the networks are made of: ${names.join(', ')}`)

export const channels = () =>
  onlyWith(
    numbers(z.number().int().min(1).max(4096)).describe(
      'channels of the levels of a convolutional network, such as 32,64,128; each level halves the image',
    ),
    'network',
    ['conv', 'unet', 'hourglass'],
  )

export const codeActivation = () =>
  onlyWith(z.enum(activationNames).describe('activation of the code itself'), 'network', [
    'mlp',
    'conv',
  ])

export const tied = () =>
  onlyWith(
    flag().describe("whether the decoder's weights are the encoder's, transposed (mlp only)"),
    'network',
    // A convolutional network refuses tied weights itself, and where they are the default they must be switched off.
    ['mlp', 'conv'],
  )

/** Options of an encoder and the decoder that mirrors it, except those of the code. */
export const networkFields = {
  network: network(['mlp', 'conv']).default('mlp'),
  hidden: hidden().default([500, 500]),
  channels: channels().default([32, 64]),
  activation: activation().default(['relu']),
  normalization: z
    .enum(normalizationNames)
    .default('none')
    .describe('normalisation of hidden layers: none, batch or layer'),
  residual: onlyWith(
    flag().default(false).describe('whether a residual block follows each level (conv only)'),
    'network',
    ['conv'],
  ),
  dropout: dropout().default(0),
}
