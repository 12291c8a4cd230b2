import type { HostTensor } from '../../tensor/host.ts'

type Floats = HostTensor<'float32'>

/** Variance of each column of `[n, D]` over the rows. */
export function columnVariances({ shape, data }: Floats): Float64Array {
  const [count, width] = shape as readonly [number, number]
  const means = new Float64Array(width)
  data.forEach((value, at) => {
    means[at % width]! += value / count
  })
  const variances = new Float64Array(width)
  data.forEach((value, at) => {
    variances[at % width]! += (value - means[at % width]!) ** 2 / count
  })
  return variances
}

/** Mean of Σ (a - b)² over the pairs of rows. */
export function rowDistance(a: Floats, b: Floats): number {
  let sum = 0
  a.data.forEach((value, at) => {
    sum += (value - b.data[at]!) ** 2
  })
  return sum / a.shape[0]!
}
