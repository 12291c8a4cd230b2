import type { HostTensor } from './host.ts'

/** The mean of the rows of an array `[n, D]`, `[D]`. Not a number for none. */
export function meanRow({ shape, data }: HostTensor<'float32' | 'float64'>): Float64Array {
  const [count, width] = shape as readonly [number, number]
  const sums = new Float64Array(width)
  for (let at = 0; at < data.length; at++) sums[at % width]! += Number(data[at])
  return sums.map((sum) => sum / count)
}
