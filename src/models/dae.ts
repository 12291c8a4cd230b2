// Vincent, Larochelle, Bengio and Manzagol 2008, "Extracting and composing robust features with denoising
// autoencoders", ICML; without a code, Ronneberger, Fischer and Brox 2015, "U-Net", MICCAI, and Newell, Yang
// and Deng 2016, "Stacked hourglass networks", ECCV.
import type { z } from 'zod'
import { integer } from '../config/options.ts'
import { onlyWith } from '../config/schema-facts.ts'
import type { Tensor } from '../graph/tensor.ts'
import { imageOptions } from '../nn/coders.ts'
import { type SupervisedNetwork, stackedHourglass } from '../nn/hourglass.ts'
import type { Mode } from '../nn/network.ts'
import { unet } from '../nn/unet.ts'
import { ae, aeConfig, reconstruction } from './ae.ts'
import { corrupted, corruption, corruptionOf } from './corruptions.ts'
import { likelihoodOf, likelihoodParameters, outputsPerValue } from './likelihoods.ts'
import { defineModel, type ExampleInfo, type ModelDefinition } from './model.ts'
import { network } from './network-options.ts'

const daeConfig = aeConfig.extend({
  network: network(['mlp', 'conv', 'unet', 'hourglass']).default('mlp'),
  corruption: corruption().default('masking:0.25'),
  stacks: onlyWith(
    integer(1, 16).default(2).describe('number of hourglasses in sequence (hourglass only)'),
    'network',
    ['hourglass'],
  ),
})

const about = {
  name: 'dae',
  summary: 'Denoising autoencoder: reconstructs an example from a corrupted one',
  config: daeConfig,
}

/**
 * Masking makes any cell of a table a missing one. The encoder gets a mask for every column then, for it could not tell
 * a hidden cell from the mean.
 */
function withMasks(config: { readonly corruption: string }, info: ExampleInfo): ExampleInfo {
  if (!info.columns || corruptionOf(config.corruption).kind !== 'masking') return info
  return { ...info, columns: info.columns.map((column) => ({ ...column, gaps: true })) }
}

export const dae = defineModel({
  ...ae,
  ...about,
  paper: 'Vincent et al. 2008',
  networks: (config, info, to) => ae.networks(config, withMasks(config, info), to),
  corrupt: corrupted,
  terms(m, b) {
    return { reconstruction: reconstruction(m, b, m.posterior(corrupted(m, b.x, b), b).mean()) }
  },
  variant: (config) =>
    hasSkips(config) ? (imageDenoiser as unknown as ModelDefinition) : undefined,
})

/** Skips carry the image past the narrow middle, so such a network has no code. */
const hasSkips = ({ network }: z.infer<typeof daeConfig>): boolean =>
  network === 'unet' || network === 'hourglass'

/** The variant of `dae` for these networks. */
const imageDenoiser = defineModel({
  ...about,
  paper: 'Ronneberger et al. 2015, Newell et al. 2016',
  networks: (config, info, to) => {
    const options = {
      ...imageOptions(config, info),
      stacks: config.stacks,
      outputsPerValue: outputsPerValue(config.likelihood),
    }
    const predictions: SupervisedNetwork =
      config.network === 'hourglass'
        ? stackedHourglass(to, 'network', options)
        : single(unet(to, 'network', options))
    return { predictions, ...likelihoodParameters(config.likelihood, info, to) }
  },
  corrupt: corrupted,
  restore: (m, x, mode) => likelihoodOf(m, m.networks.predictions(x, mode).at(-1)!),
  terms(m, b) {
    const losses = m.networks
      .predictions(corrupted(m, b.x, b), b)
      .map((prediction) => likelihoodOf(m, prediction).logProb(b.x).neg())
    const before = losses.slice(0, -1).map((value, i) => [`stack ${i + 1}`, value] as const)
    return {
      reconstruction: { value: losses.at(-1)!, bound: false },
      ...Object.fromEntries(before.map(([name, value]) => [name, { value, bound: false }])),
    }
  },
})

const single =
  (network: (x: Tensor, mode: Mode) => Tensor): SupervisedNetwork =>
  (x, mode) => [network(x, mode)]
