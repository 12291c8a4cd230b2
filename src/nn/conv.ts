import { concat, type Tensor } from '../graph/tensor.ts'
import { doubling, halvedSizes, halving } from './convolution.ts'
import { dense } from './dense.ts'
import { hidden } from './hidden.ts'
import {
  asImages,
  asValues,
  flattened,
  type ImageNetworkOptions,
  type ImageShape,
  imageShape,
} from './images.ts'
import { convolvedTo, type Level, levelsOf } from './levels.ts'
import type { Network } from './network.ts'
import { needsBias } from './normalization.ts'
import type { Parameters } from './parameters.ts'
import { residualBlock } from './residual.ts'

/** Options of an encoder and the decoder that mirrors it. */
export interface ConvOptions extends ImageNetworkOptions {
  /** Whether a residual block follows each level. */
  readonly residual: boolean
}

export interface ConvEncoderOptions extends ConvOptions {
  readonly outputs: number
  /** Number of values that follow the image's in an example, such as a one-hot class; 0 where absent. */
  readonly conditions?: number | undefined
}

export interface ConvDecoderOptions extends ConvOptions {
  readonly inputs: number
  /** Parameters of the likelihood per value of an image. */
  readonly outputsPerValue: number
}

/**
 * Strided convolutions and a dense last layer: `[B, C·H·W]` to `[B, outputs]`. Level i has `channels[i]`
 * channels at half the height and width of the level before, an odd one rounded down; a side of 1 stays 1,
 * so any number of levels works. Parameters are `NAME.0.weight` to `NAME.n.bias`, the last
 * pair dense `[in, out]`, and `NAME.i.norm` and `NAME.i.residual` where they exist. Every condition is one
 * more channel of the image, with the same value at all positions.
 *
 * @throws UserError where examples are not images
 */
export function convEncoder(to: Parameters, name: string, options: ConvEncoderOptions): Network {
  const { channels, conditions = 0 } = options
  const shape = imageShape('conv', options.exampleShape)
  const [depth, ...size] = shape
  const sizes = halvedSizes(size, channels.length)
  const widths = [depth + conditions, ...channels]
  const levels = levelsOf(options, sizes.slice(1)).map((level, i): Network => {
    const halve = convolvedTo(to, `${name}.${i}`, level, widths[i]!, halving(sizes[i]!))
    const refine = refined(to, `${name}.${i}`, level, options)
    return (h, mode) => refine(halve(h, mode), mode)
  })
  const [height, width] = sizes.at(-1)!
  const last = dense(to, `${name}.${channels.length}`, {
    inputs: widths.at(-1)! * height * width,
    outputs: options.outputs,
  })
  return (x, mode) => {
    const images = conditions === 0 ? asImages(x, shape) : conditioned(x, shape, conditions)
    return last.apply(flattened(levels.reduce((h, network) => network(h, mode), images)))
  }
}

/**
 * The mirror of `convEncoder` with the same options: `[B, inputs]` to `[B, C·H·W·outputsPerValue]`, with the
 * outputs of one value side by side. A dense layer `NAME.0` makes the image of the last level, and
 * transposed convolutions `NAME.1` to `NAME.n` each give the size that the encoder's level came from; the
 * last is linear. Activations and residual blocks are those of the level with the same channels.
 *
 * @throws UserError where examples are not images
 */
export function convDecoder(to: Parameters, name: string, options: ConvDecoderOptions): Network {
  const { channels, outputsPerValue } = options
  const [depth, ...size] = imageShape('conv', options.exampleShape)
  const sizes = halvedSizes(size, channels.length)
  const widths = [depth * outputsPerValue, ...channels]
  const top = [widths.at(-1)!, ...sizes.at(-1)!] as const
  const pixels = top[1] * top[2]
  const first = dense(to, `${name}.0`, {
    inputs: options.inputs,
    outputs: top[0] * pixels,
    // Batch normalisation subtracts what all pixels of a channel share: with a single pixel, all of it.
    bias: pixels > 1 || channels.length === 0 || needsBias(options.normalization),
  })
  const levels = levelsOf(options, sizes.slice(1))
  const back = [...levels].reverse().map((level, position): Network => {
    const i = levels.length - 1 - position
    const activate = hidden(to, `${name}.${position}`, level)
    const refine = refined(to, `${name}.${position}`, level, options)
    const double = doubling(to, `${name}.${position + 1}`, {
      inputs: level.features,
      outputs: widths[i]!,
      size: sizes[i]!,
      bias: i === 0 || needsBias(options.normalization),
    })
    return (h, mode) => double(refine(activate(h, mode), mode))
  })
  return (z, mode) => {
    const images = asImages(first.apply(z), top)
    return asValues(
      back.reduce((h, network) => network(h, mode), images),
      outputsPerValue,
    )
  }
}

/** The residual block that follows a level, if the options ask for one. */
const refined = (to: Parameters, name: string, level: Level, options: ConvOptions): Network =>
  options.residual ? residualBlock(to, `${name}.residual`, level) : (x) => x

/** `[B, C·H·W + K]` as `[B, C + K, H, W]`. */
function conditioned(x: Tensor, shape: ImageShape, conditions: number): Tensor {
  const [channels, height, width] = shape
  const batch = x.shape[0]!
  const [image, rest] = x.split(1, [channels * height * width, conditions])
  const planes = rest!.reshape([batch, conditions, 1, 1]).expand([batch, conditions, height, width])
  return concat([asImages(image!, shape), planes], 1)
}
