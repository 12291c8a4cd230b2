import type { Pair } from '../graph/rule.ts'
import { UserError } from '../tensor/errors.ts'
import { convolution, type Window } from './convolution.ts'
import { type HiddenOptions, hidden } from './hidden.ts'
import type { ImageNetworkOptions } from './images.ts'
import type { Network } from './network.ts'
import { needsBias } from './normalization.ts'
import type { Parameters } from './parameters.ts'

/** Images inside a network, `[B, features, height, width]`, and the options of its hidden layers there. */
export interface Level extends HiddenOptions {
  /** Height and width. */
  readonly size: Pair
}

/** The levels of a network whose images have the given heights and widths. */
export const levelsOf = (options: ImageNetworkOptions, sizes: readonly Pair[]): readonly Level[] =>
  options.channels.map((features, i) => ({
    features,
    size: sizes[i]!,
    activation: options.activations[i]!,
    normalization: options.normalization,
    dropout: options.dropout,
  }))

/** A hidden layer: a convolution of `inputs` channels to the level, and what follows it. */
export function convolvedTo(
  to: Parameters,
  name: string,
  level: Level,
  inputs: number,
  window: Window,
): Network {
  const bias = needsBias(level.normalization)
  const convolve = convolution(to, name, { inputs, outputs: level.features, window, bias })
  const after = hidden(to, name, level)
  return (x, mode) => after(convolve(x), mode)
}

/** Throws a UserError for a network that starts at the image's own size and has no level. */
export function requireLevels(network: string, channels: readonly number[]): void {
  if (channels.length === 0)
    throw new UserError(`channels: ${network} needs at least one level, such as 32,64`)
}
