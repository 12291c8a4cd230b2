import type { Floats } from '../../tensor/host.ts'

/** Σ (a - b)² of each pair of rows of two arrays `[n, D]`, `[n]`, in float64. */
export function rowDistances(a: Floats, b: Floats): Float64Array {
  const [count, width] = a.shape as readonly [number, number]
  const sums = new Float64Array(count)
  for (let i = 0; i < a.data.length; i++)
    sums[Math.floor(i / width)]! += (a.data[i]! - b.data[i]!) ** 2
  return sums
}
