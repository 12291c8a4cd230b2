import type { Floats } from '../../tensor/host.ts'
import { rowDistances } from '../neighbours/row-distances.ts'
import { columnScale } from '../representation/standardise.ts'
import { meanWithError } from './mean.ts'

/** The variance of each column of `[n, D]` over the rows, divided by n. */
export const columnVariances = (x: Floats): Float64Array =>
  columnScale(x).deviation.map((deviation) => deviation ** 2)

/** The sum of the variances of the columns of `[n, D]`: the mean squared distance of a row from the mean of all. */
export const totalVariance = (x: Floats): number =>
  columnVariances(x).reduce((sum, variance) => sum + variance, 0)

/** The mean squared distance of the rows of `[n, D]` from their reconstructions. */
export const squaredError = (x: Floats, restored: Floats): number =>
  meanWithError(rowDistances(x, restored)).mean

/** Share of the total variance that reconstructions explain; negative if the mean of the rows has less error. */
export const explainedVariance = (x: Floats, restored: Floats): number =>
  1 - squaredError(x, restored) / totalVariance(x)

/** The same for each column; 1 for a constant one. */
export function explainedByColumn(x: Floats, restored: Floats): Float64Array {
  const variances = columnVariances(x)
  const [count, width] = x.shape as readonly [number, number]
  const errors = new Float64Array(width)
  for (let at = 0; at < x.data.length; at++)
    errors[at % width]! += (x.data[at]! - restored.data[at]!) ** 2 / count
  return variances.map((variance, d) => (variance === 0 ? 1 : 1 - errors[d]! / variance))
}
