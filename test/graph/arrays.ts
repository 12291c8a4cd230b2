import { type HostTensor, hostTensor, sizeOf } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'

type Shape = readonly number[]

/** `count` numbers that are functions of the seed alone. */
export function numbers(seed: number, count: number, draw: 'normal' | 'uniform' = 'normal') {
  const source = stream(seed, draw)
  return Array.from({ length: count }, () => source[draw]())
}

/** Normal numbers that float32 holds exactly, so that both runtimes are given the same. */
export const floats = (seed: number, shape: Shape): HostTensor<'float32'> =>
  hostTensor('float32', shape, Float32Array.from(numbers(seed, sizeOf(shape))))

/** Normal numbers in float64, of which float32 holds only the first digits. */
export const doubles = (seed: number, shape: Shape): HostTensor<'float64'> =>
  hostTensor('float64', shape, Float64Array.from(numbers(seed, sizeOf(shape))))

/** Numbers from `low` to `high`, exact in float32. */
export const between = (seed: number, shape: Shape, low: number, high: number) =>
  hostTensor(
    'float32',
    shape,
    Float32Array.from(numbers(seed, sizeOf(shape), 'uniform'), (u) => low + (high - low) * u),
  )

/** Small integers as floats, so that comparisons meet ties. */
export const whole = (seed: number, shape: Shape): HostTensor<'float32'> =>
  hostTensor('float32', shape, floats(seed, shape).data.map(Math.round))

/** Integers from 0 to `bound - 1`. */
export const indices = (seed: number, shape: Shape, bound: number): HostTensor<'int64'> => {
  const source = stream(seed, 'indices')
  const data = BigInt64Array.from({ length: sizeOf(shape) }, () => BigInt(source.integer(bound)))
  return hostTensor('int64', shape, data)
}

/** All 64 bits random. */
export function words(seed: number, shape: Shape): HostTensor<'int64'> {
  const source = stream(seed, 'words')
  const half = () => BigInt(source.integer(2 ** 32))
  const data = BigInt64Array.from({ length: sizeOf(shape) }, () =>
    BigInt.asIntN(64, (half() << 32n) | half()),
  )
  return hostTensor('int64', shape, data)
}

export const flags = (seed: number, shape: Shape): HostTensor<'bool'> =>
  hostTensor(
    'bool',
    shape,
    Uint8Array.from(floats(seed, shape).data, (x) => Number(x > 0)),
  )
