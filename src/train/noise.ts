import type { Noise } from '../distributions/distribution.ts'
import { randomNormal, randomUniform } from '../graph/random.ts'
import { int64, Tensor } from '../graph/tensor.ts'
import { sizeOf } from '../tensor/host.ts'
import { streamKey } from '../tensor/random.ts'

/**
 * Draws of more numbers than this are made inside the loop; smaller ones for all steps of a call at once
 * before it, where a few large nodes replace many small ones. The numbers are the same.
 */
const HOISTED = 16_384

type Kind = 'normal' | 'uniform'
const draw = { normal: randomNormal, uniform: randomUniform }

export interface NoiseSource {
  noise(stream: string): Noise
  /** Arrays `[K, …]` to compute before the loop, by the name of the body's input that reads a row. */
  readonly rows: Readonly<Record<string, Tensor>>
}

/**
 * Noise as a function of (seed, stream, step, index).
 *
 * @param step the number of the step inside the loop, int64 []
 * @param steps the numbers of all steps of a call, int64 [K, 1]; absent where there is no loop
 */
export function noiseSource(seed: number, step: Tensor, steps?: Tensor): NoiseSource {
  const rows: Record<string, Tensor> = {}
  const make = (stream: string, kind: Kind, shape: readonly number[]): Tensor => {
    const key = int64(streamKey(seed, `${kind} ${stream}`))
    const size = sizeOf(shape)
    if (!steps || size > HOISTED) return draw[kind](key, step, shape)
    const name = `noise ${kind} ${stream} [${shape}]`
    rows[name] ??= draw[kind](key, steps, shape)
    return Tensor.input(name, shape)
  }
  return {
    rows,
    noise: (stream) => ({
      normal: (shape) => make(stream, 'normal', shape),
      uniform: (shape) => make(stream, 'uniform', shape),
    }),
  }
}
