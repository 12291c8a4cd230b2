import type { Tensor } from '../graph/tensor.ts'
import { UserError } from '../tensor/errors.ts'
import { convolution, doubling, halvedSizes, halving, keeping, pointwise } from './convolution.ts'
import { asImages, asValues, type ImageNetworkOptions, imageShape } from './images.ts'
import { convolvedTo, type Level, levelsOf, requireLevels } from './levels.ts'
import type { Mode, Network } from './network.ts'
import { needsBias } from './normalization.ts'
import type { Parameters } from './parameters.ts'
import { residualBlock } from './residual.ts'

export interface HourglassOptions extends ImageNetworkOptions {
  /** Number of hourglasses in sequence. */
  readonly stacks: number
  /** Parameters of the likelihood per value of an image. */
  readonly outputsPerValue: number
}

/** A network with several predictions, each of which is trained; the last is its output. */
export type SupervisedNetwork = (x: Tensor, mode: Mode) => readonly [Tensor, ...Tensor[]]

/**
 * Stacked hourglasses (Newell et al. 2016): `[B, C·H·W]` to a prediction `[B, C·H·W·outputsPerValue]` of every
 * hourglass, for a loss on each. A 3×3 convolution `NAME.stem` turns the image into features of the same height
 * and width. Hourglass s adds its own features (`NAME.s.features`) and its prediction (`NAME.s.output`) to them,
 * each mapped back by a 1×1 convolution (`NAME.s.merge`). Where the paper pools and upsamples by repeating
 * pixels, this halves by strided and doubles by transposed convolutions.
 *
 * @throws UserError where examples are not images, and without a level or an hourglass
 */
export function stackedHourglass(
  to: Parameters,
  name: string,
  options: HourglassOptions,
): SupervisedNetwork {
  const { channels, stacks, outputsPerValue } = options
  const shape = imageShape('hourglass', options.exampleShape)
  const [depth, ...size] = shape
  requireLevels('hourglass', channels)
  if (stacks < 1) throw new UserError(`stacks: expected at least 1, got ${stacks}`)
  const levels = levelsOf(options, halvedSizes(size, channels.length - 1))
  const stem = convolvedTo(to, `${name}.stem`, levels[0]!, depth, keeping(size))
  const parts = Array.from({ length: stacks }, (_, s) =>
    stack(to, `${name}.${s}`, levels, depth * outputsPerValue, s < stacks - 1),
  )
  return (x, mode) => {
    let h = stem(asImages(x, shape), mode)
    const predictions = parts.map((part) => {
      const { prediction, next } = part(h, mode)
      h = next
      return asValues(prediction, outputsPerValue)
    })
    return predictions as [Tensor, ...Tensor[]]
  }
}

/** One hourglass: its prediction, and the input of the next one if another follows. */
function stack(
  to: Parameters,
  name: string,
  levels: readonly Level[],
  outputs: number,
  followed: boolean,
) {
  const first = levels[0]!
  const { features } = first
  const linear = (part: string, inputs: number, channels: number) =>
    convolution(to, `${name}.${part}`, { inputs, outputs: channels, window: pointwise })
  const hourglass = fromLevel(to, name, levels, 0)
  const refine = convolvedTo(to, `${name}.features`, first, features, pointwise)
  const predict = linear('output', features, outputs)
  const merge = followed && {
    features: linear('merge.features', features, features),
    output: linear('merge.output', outputs, features),
  }
  return (h: Tensor, mode: Mode) => {
    const refined = refine(hourglass(h, mode), mode)
    const prediction = predict(refined)
    const next = merge ? h.add(merge.features(refined)).add(merge.output(prediction)) : h
    return { prediction, next }
  }
}

/** An hourglass from level i inwards: a residual block plus the branch through the next level. */
function fromLevel(to: Parameters, name: string, levels: readonly Level[], i: number): Network {
  const [here, next] = [levels[i]!, levels[i + 1]]
  const residual = residualBlock(to, `${name}.${i}.residual`, here)
  if (!next) return residual
  const halve = convolvedTo(to, `${name}.${i}.halve`, next, here.features, halving(here.size))
  const further = fromLevel(to, name, levels, i + 1)
  const double = doubling(to, `${name}.${i}.double`, {
    inputs: next.features,
    outputs: here.features,
    size: here.size,
    // From the outermost level, only a 1×1 convolution leads to the next normalisation.
    bias: i > 0 || needsBias(here.normalization),
  })
  return (x, mode) => residual(x, mode).add(double(further(halve(x, mode), mode)))
}
