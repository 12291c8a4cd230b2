import type { Noise } from '../../distributions/distribution.ts'
import { randomNormal, randomUniform } from '../../graph/random.ts'
import { int64, type Tensor } from '../../graph/tensor.ts'
import { type HostTensor, hostTensor } from '../../tensor/host.ts'
import { mix64, streamKey } from '../../tensor/random.ts'

/**
 * Noise of which each row is a function of (seed, stream, the row's key, the row's step), whatever other
 * rows are drawn beside it: figures do not depend on how rows are cut into calls.
 *
 * @param keys int64 [R, 1]
 * @param steps int64 [R, 1], from 0 to 2³²
 */
export function rowNoise(seed: number, keys: Tensor, steps: Tensor): (stream: string) => Noise {
  return (stream) => {
    const draw =
      (kind: string, of: typeof randomNormal): Noise['normal'] =>
      ([rows, ...rest]) => {
        if (rows !== keys.shape[0])
          throw new RangeError(`noise for ${rows} rows, but ${keys.shape[0]} have a key`)
        return of(keys.xor(int64(streamKey(seed, `${kind} ${stream}`))), steps, rest)
      }
    return { normal: draw('normal', randomNormal), uniform: draw('uniform', randomUniform) }
  }
}

/** Keys of rows, `[R, 1]`: of the k-th of several rows for an example that has a place among others. */
export const rowKeys = (rows: readonly { place: number; k: number }[]): HostTensor<'int64'> =>
  hostTensor(
    'int64',
    [rows.length, 1],
    BigInt64Array.from(rows, ({ place, k }) =>
      BigInt.asIntN(64, mix64(mix64(BigInt(place)) + BigInt(k))),
    ),
  )
