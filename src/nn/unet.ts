import { concat } from '../graph/tensor.ts'
import { convolution, doubling, halvedSizes, halving, keeping, pointwise } from './convolution.ts'
import { asImages, asValues, type ImageNetworkOptions, imageShape } from './images.ts'
import { convolvedTo, type Level, levelsOf, requireLevels } from './levels.ts'
import type { Network } from './network.ts'
import type { Parameters } from './parameters.ts'

export interface UnetOptions extends ImageNetworkOptions {
  /** Parameters of the likelihood per value of an image. */
  readonly outputsPerValue: number
}

/**
 * A U-Net (Ronneberger et al. 2015): `[B, C·H·W]` to `[B, C·H·W·outputsPerValue]`, with the outputs of one
 * value side by side. Level 0 has the image's height and width, and each further level half of those before, an
 * odd one rounded down. Its parameters are `NAME.i.down`, `.halve`, `.double` and `.up` of level i, and
 * `NAME.output`, which is linear and 1×1. Where the paper pools and crops, this halves by strided convolutions
 * and pads, so that the output has the size of the image.
 *
 * @throws UserError where examples are not images, and without a level
 */
export function unet(to: Parameters, name: string, options: UnetOptions): Network {
  const { channels, outputsPerValue } = options
  const shape = imageShape('unet', options.exampleShape)
  const [depth, ...size] = shape
  requireLevels('unet', channels)
  const levels = levelsOf(options, halvedSizes(size, channels.length - 1))
  const inside = fromLevel(to, name, levels, 0, depth)
  const output = convolution(to, `${name}.output`, {
    inputs: channels[0]!,
    outputs: depth * outputsPerValue,
    window: pointwise,
  })
  return (x, mode) => asValues(output(inside(asImages(x, shape), mode)), outputsPerValue)
}

/** From `inputs` channels of level i's size to its features, through all the levels further in. */
function fromLevel(
  to: Parameters,
  name: string,
  levels: readonly Level[],
  i: number,
  inputs: number,
): Network {
  const [here, next] = [levels[i]!, levels[i + 1]]
  const down = convolvedTwice(to, `${name}.${i}.down`, here, inputs)
  if (!next) return down
  const halve = convolvedTo(to, `${name}.${i}.halve`, next, here.features, halving(here.size))
  const further = fromLevel(to, name, levels, i + 1, next.features)
  const double = doubling(to, `${name}.${i}.double`, {
    inputs: next.features,
    outputs: here.features,
    size: here.size,
  })
  const up = convolvedTwice(to, `${name}.${i}.up`, here, 2 * here.features)
  return (x, mode) => {
    const skipped = down(x, mode)
    const back = double(further(halve(skipped, mode), mode))
    return up(concat([skipped, back], 1), mode)
  }
}

/** Two 3×3 convolutions. */
function convolvedTwice(to: Parameters, name: string, level: Level, inputs: number): Network {
  const first = convolvedTo(to, `${name}.0`, level, inputs, keeping(level.size))
  const second = convolvedTo(to, `${name}.1`, level, level.features, keeping(level.size))
  return (x, mode) => second(first(x, mode), mode)
}
