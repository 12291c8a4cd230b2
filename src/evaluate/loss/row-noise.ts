import type { Noise } from '../../distributions/distribution.ts'
import { randomNormal, randomUniform } from '../../graph/random.ts'
import { int64, iota, type Tensor } from '../../graph/tensor.ts'
import { type HostTensor, hostTensor } from '../../tensor/host.ts'
import { mix64, streamKey } from '../../tensor/random.ts'

/**
 * Noise in which each row is a function of (seed, stream, the row's key, the row's step), whatever other rows are
 * drawn with it, so that figures do not depend on how rows are split into calls.
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

/**
 * Noise for the examples of a batch, drawn for each by its key. If several rows are drawn for each example, all
 * the first ones come before all the second ones, as in `importanceWeighted`.
 *
 * @param keys int64 [B, 1]
 */
export function exampleNoise(seed: number, keys: Tensor): (stream: string) => Noise {
  const batch = keys.shape[0] as number
  return (stream) => {
    const draw =
      (kind: keyof Noise): Noise['normal'] =>
      (shape) => {
        const rows = shape[0]!
        const copies = Math.max(1, Math.floor(rows / batch))
        const all = keys.reshape([1, batch]).expand([copies, batch])
        const steps = iota(copies).unsqueeze(1).expand([copies, batch])
        const column = (x: Tensor) => x.reshape([copies * batch, 1])
        return rowNoise(seed, column(all), column(steps))(stream)[kind](shape)
      }
    return { normal: draw('normal'), uniform: draw('uniform') }
  }
}

/** The key of row k of the example with a given number. */
export const rowKey = (number: number, k = 0): bigint =>
  BigInt.asIntN(64, mix64(mix64(BigInt(number)) + BigInt(k)))

/** Keys as a column, `[R, 1]`. */
export const rowKeys = (rows: readonly { number: number; k: number }[]): HostTensor<'int64'> =>
  hostTensor(
    'int64',
    [rows.length, 1],
    BigInt64Array.from(rows, ({ number, k }) => rowKey(number, k)),
  )
