/** `latentlab/nn`: parameters, layers, and builders of networks that take and give rows. */
export { type Activation, activationNames, activations } from '../nn/activations.ts'
export {
  type ConvDecoderOptions,
  type ConvEncoderOptions,
  convDecoder,
  convEncoder,
} from '../nn/conv.ts'
export { type Dense, type DenseOptions, dense } from '../nn/dense.ts'
export { type HourglassOptions, type SupervisedNetwork, stackedHourglass } from '../nn/hourglass.ts'
export { exactNorm, oneLayerNorm, projectedNorm } from '../nn/jacobian.ts'
export { type MlpLayer, type MlpOptions, mlp, mlpLayers } from '../nn/mlp.ts'
export type { Mode, Network } from '../nn/network.ts'
export {
  batchNorm,
  layerNorm,
  type Normalization,
  normalizationNames,
} from '../nn/normalization.ts'
export { type Initializer, type Parameter, type Parameters, parameters } from '../nn/parameters.ts'
export { type UnetOptions, unet } from '../nn/unet.ts'
