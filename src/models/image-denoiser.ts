// Ronneberger, Fischer and Brox 2015, "U-Net", MICCAI; Newell, Yang and Deng 2016, "Stacked hourglass
// networks", ECCV. A denoising autoencoder without a code: skips carry the image past the narrow middle.
import type { z } from 'zod'
import type { Tensor } from '../graph/tensor.ts'
import { imageOptions } from '../nn/coders.ts'
import { type SupervisedNetwork, stackedHourglass } from '../nn/hourglass.ts'
import type { Mode } from '../nn/network.ts'
import { unet } from '../nn/unet.ts'
import { corrupted } from './corruptions.ts'
import type { daeConfig } from './dae.ts'
import { likelihoodOf, likelihoodParameters, outputsPerValue } from './likelihoods.ts'
import { defineModel } from './model.ts'

type DaeConfig = z.infer<typeof daeConfig>

/** Whether a network has skips, and so no code. */
export const isImageDenoiser = ({ network }: Pick<DaeConfig, 'network'>): boolean =>
  network === 'unet' || network === 'hourglass'

/** What takes the place of `dae` under these networks. */
export const imageDenoiser = (definition: {
  config: typeof daeConfig
  name: string
  summary: string
}) =>
  defineModel({
    ...definition,
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
      return { predictions, logSigma: likelihoodParameters(config.likelihood, info, to) }
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
