import { z } from 'zod'
import { point } from '../../distributions/point.ts'
import { classification } from '../../models/classification.ts'
import { defineModel, type ExampleInfo } from '../../models/model.ts'
import { networkFields } from '../../models/network-options.ts'
import { latent } from '../../models/options.ts'
import { encoderNetwork } from '../../nn/coders.ts'
import { dense } from '../../nn/dense.ts'
import type { Parameters } from '../../nn/parameters.ts'

/** Images of at least this height and width are convolved. */
const SMALLEST_CONVOLVED = 8

const featureConfig = z.strictObject({ ...networkFields, latent: latent().default(64) })

export type FeatureConfig = z.infer<typeof featureConfig>

/** Builds the layers up to the features, and the softmax layer on them. */
export const featureNetworks = (config: FeatureConfig, info: ExampleInfo, to: Parameters) => ({
  encoder: encoderNetwork(to, 'encoder', config, { ...info, conditions: 0 }, config.latent).network,
  classifier: dense(to, 'classifier', { inputs: config.latent, outputs: info.classes! }),
})

/**
 * A classifier that is trained only for its last hidden layer. This is its code, and gives the features that
 * examples are compared by, as Heusel et al. 2017 do with a layer of a much larger network. The layer is linear: a
 * Fréchet distance assumes that features are normally distributed, and half of the rectified ones ended at 0 for
 * all of MNIST.
 */
export const featureClassifier = defineModel({
  name: 'feature-classifier',
  summary: 'Classifier whose last hidden layer gives the features that examples are compared by',
  paper: 'Heusel et al. 2017',
  config: featureConfig,
  labels: () => 'loss',
  networks: featureNetworks,
  posterior: (m, x, mode) => point(m.networks.encoder(x, mode)),
  terms: (m, b) => classification(m.networks.classifier.apply(m.posterior(b.x, b).mean()), b),
})

/**
 * Convolutions for images that are large enough; for others dense layers, normalised because tables may be in any
 * unit.
 */
export function featureConfigFor(exampleShape: readonly number[]): FeatureConfig {
  const sides = exampleShape.slice(-2)
  const convolved = exampleShape.length > 1 && sides.every((side) => side >= SMALLEST_CONVOLVED)
  return featureConfig.parse(
    convolved
      ? { network: 'conv', channels: [16, 32] }
      : { network: 'mlp', hidden: [128, 128], normalization: 'batch' },
  )
}
