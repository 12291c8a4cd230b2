import { activations } from './activations.ts'
import { convolution, keeping } from './convolution.ts'
import { convolvedTo, type Level } from './levels.ts'
import type { Network } from './network.ts'
import { needsBias, normalization } from './normalization.ts'
import type { Parameters } from './parameters.ts'

/**
 * A residual block (He et al. 2016, figure 2 with the batch normalisation of its section 3.4): two 3×3
 * convolutions `NAME.0` and `NAME.1` whose result is added to their input before the last activation.
 */
export function residualBlock(to: Parameters, name: string, level: Level): Network {
  const { features } = level
  const window = keeping(level.size)
  const first = convolvedTo(to, `${name}.0`, level, features, window)
  const bias = needsBias(level.normalization)
  const second = convolution(to, `${name}.1`, { inputs: features, outputs: features, window, bias })
  const normalize = normalization(to, `${name}.1.norm`, level.normalization, features)
  const activate = activations[level.activation]
  return (x, mode) => activate(x.add(normalize(second(first(x, mode)), mode)))
}
