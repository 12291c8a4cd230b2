import type { ConvAttributes, Pair } from '../graph/rule.ts'
import type { Tensor } from '../graph/tensor.ts'
import { sizeOf } from '../tensor/host.ts'
import { fanIn, type Initializer, type Parameters } from './parameters.ts'

/** The neighbourhood that a convolution sums over, and its steps. */
export interface Window extends Pick<ConvAttributes, 'strides' | 'padding'> {
  readonly kernel: Pair
}

export const pointwise: Window = { kernel: [1, 1], strides: [1, 1], padding: [0, 0, 0, 0] }

/** Along an axis of size 1 only the centre of a window lies inside: its size there is 1. */
function window(size: Pair, kernel: number, stride: number): Window {
  const along = (n: number, ofOne: number): Pair => [
    size[0] === 1 ? ofOne : n,
    size[1] === 1 ? ofOne : n,
  ]
  const [vertical, horizontal] = along(1, 0)
  return {
    kernel: along(kernel, 1),
    strides: along(stride, 1),
    padding: [vertical, horizontal, vertical, horizontal],
  }
}

/** 3×3, which keeps height and width. */
export const keeping = (size: Pair): Window => window(size, 3, 1)

/** 4×4 in steps of 2: height and width are halved, an odd one rounded down, and 1 stays 1. */
export const halving = (size: Pair): Window => window(size, 4, 2)

/** Height and width before the first halving, and after each. */
export function halvedSizes(size: Pair, halvings: number): readonly Pair[] {
  const half = (n: number) => Math.max(1, Math.floor(n / 2))
  const sizes = [size]
  for (let i = 0; i < halvings; i++) {
    const [height, width] = sizes[i]!
    sizes.push([half(height), half(width)])
  }
  return sizes
}

export interface ConvolutionOptions {
  /** Channels. */
  readonly inputs: number
  readonly outputs: number
  readonly window: Window
  readonly bias?: boolean | undefined
}

/**
 * A convolution of `[B, inputs, H, W]` with the parameters `NAME.weight` `[outputs, inputs, h, w]` and
 * `NAME.bias` `[outputs]`, uniform in ±1/√(inputs·h·w) as in PyTorch's Conv2d.
 */
export function convolution(to: Parameters, name: string, options: ConvolutionOptions) {
  const { inputs, outputs, window } = options
  const start = fanIn(inputs * sizeOf(window.kernel))
  const weight = to.create(`${name}.weight`, [outputs, inputs, ...window.kernel], start)
  const biased = channelBias(to, name, options, start)
  const { strides, padding } = window
  return (x: Tensor): Tensor => biased(x.conv2d(weight, { strides, padding }))
}

/**
 * The transpose of the convolution that halves images of height and width `size`: its outputs have exactly
 * that size. `NAME.weight` is `[inputs, outputs, h, w]`; all are uniform in ±1/√(outputs·h·w), as in PyTorch's
 * ConvTranspose2d.
 */
export function doubling(
  to: Parameters,
  name: string,
  options: Omit<ConvolutionOptions, 'window'> & { readonly size: Pair },
) {
  const { inputs, outputs, size } = options
  const { kernel, strides, padding } = halving(size)
  const start = fanIn(outputs * sizeOf(kernel))
  const weight = to.create(`${name}.weight`, [inputs, outputs, ...kernel], start)
  const biased = channelBias(to, name, options, start)
  // The odd row or column that halving rounded away.
  const outputPadding: Pair = [size[0] % strides[0], size[1] % strides[1]]
  return (x: Tensor): Tensor =>
    biased(x.convTranspose2d(weight, { strides, padding, outputPadding }))
}

function channelBias(
  to: Parameters,
  name: string,
  { outputs, bias }: { readonly outputs: number; readonly bias?: boolean | undefined },
  start: Initializer,
): (y: Tensor) => Tensor {
  if (bias === false) return (y) => y
  const values = to.create(`${name}.bias`, [outputs], start)
  return (y) => y.add(values.reshape([outputs, 1, 1]))
}
