import { type Floats, hostTensor } from '../../tensor/host.ts'

/** Means and standard deviations of columns, `[D]` each, in float64. */
export interface ColumnScale {
  readonly mean: Float64Array
  /** Divided by n; 0 for a constant column. */
  readonly deviation: Float64Array
}

/** The mean and standard deviation of each column of x `[n, D]`. */
export function columnScale({ shape, data }: Floats): ColumnScale {
  const [count, width] = shape as readonly [number, number]
  const mean = new Float64Array(width)
  const deviation = new Float64Array(width)
  for (let at = 0; at < data.length; at += width)
    for (let d = 0; d < width; d++) mean[d]! += data[at + d]! / count
  for (let at = 0; at < data.length; at += width)
    for (let d = 0; d < width; d++) deviation[d]! += (data[at + d]! - mean[d]!) ** 2 / count
  for (let d = 0; d < width; d++) {
    const root = Math.sqrt(deviation[d]!)
    // The sums of a constant column leave only rounding error.
    deviation[d] = root > 1e-12 * Math.abs(mean[d]!) ? root : 0
  }
  return { mean, deviation }
}

/** (x - mean) / deviation by column; 0 in columns whose deviation is 0. */
export function standardised({ shape, data }: Floats, { mean, deviation }: ColumnScale): Floats {
  const width = mean.length
  if (shape.length !== 2 || shape[1] !== width)
    throw new RangeError(`expected rows of ${width} features, got an array [${shape.join(', ')}]`)
  const values = new Float32Array(data.length)
  const inverse = deviation.map((root) => (root > 0 ? 1 / root : 0))
  for (let at = 0; at < data.length; at += width)
    for (let d = 0; d < width; d++) values[at + d] = (data[at + d]! - mean[d]!) * inverse[d]!
  return hostTensor('float32', shape, values)
}
