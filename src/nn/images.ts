import type { Tensor } from '../graph/tensor.ts'
import { UserError } from '../tensor/errors.ts'
import type { Activation } from './activations.ts'
import type { Normalization } from './normalization.ts'

/** Options of all convolutional networks. */
export interface ImageNetworkOptions {
  /** `[channels, height, width]`, or `[height, width]` for one channel. */
  readonly exampleShape: readonly number[]
  /** Channels of the levels, from the image inwards. */
  readonly channels: readonly number[]
  /** One for each level. */
  readonly activations: readonly Activation[]
  readonly normalization: Normalization
  /** Probability with which a hidden unit is dropped while training. */
  readonly dropout: number
}

/** Channels, height, width. */
export type ImageShape = readonly [number, number, number]

/**
 * The shape of examples as images.
 *
 * @param network its name on the command line
 * @throws UserError for tables
 */
export function imageShape(network: string, exampleShape: readonly number[]): ImageShape {
  const [channels, height, width] = exampleShape.length === 2 ? [1, ...exampleShape] : exampleShape
  if (channels === undefined || height === undefined || width === undefined)
    throw new UserError(
      `network: ${network} needs images, and each example is a row of ${channels ?? 0} values; use mlp`,
    )
  return [channels, height, width]
}

/** `[B, C·H·W]` as `[B, C, H, W]`. */
export const asImages = (x: Tensor, shape: ImageShape): Tensor => x.reshape([x.shape[0]!, ...shape])

/** `[B, …]` as `[B, D]`. */
export function flattened(x: Tensor): Tensor {
  const [batch, ...rest] = x.shape as readonly [number, ...number[]]
  return x.reshape([batch, rest.reduce((a, b) => a * b, 1)])
}

/**
 * `[B, C·k, H, W]` as `[B, C·H·W·k]`: the k parameters of the likelihood for one value of an image are
 * consecutive channels, and come to lie side by side.
 */
export function asValues(y: Tensor, outputsPerValue: number): Tensor {
  if (outputsPerValue === 1) return flattened(y)
  const [batch, channels, height, width] = y.shape as readonly [number, number, number, number]
  return flattened(
    y
      .reshape([batch, channels / outputsPerValue, outputsPerValue, height, width])
      .transpose([0, 1, 3, 4, 2]),
  )
}
