import type { TableColumn } from '../distributions/columns/column.ts'
import { featureCount, featuresOf } from '../distributions/columns/features.ts'
import { interpret } from '../graph/interpret.ts'
import { Tensor } from '../graph/tensor.ts'
import { hostTensor } from '../tensor/host.ts'
import {
  passesOver,
  type ReadOptions,
  type RowSource,
  type RowValues,
} from '../tensor/row-source.ts'

/**
 * The features of a table's rows in float64, with the mean of the known values of a feature in place of those that are
 * missing.
 *
 * @param rows cells, `[n, C]`
 */
export async function featureRows(
  columns: readonly TableColumn[],
  rows: RowSource,
  { signal }: ReadOptions,
): Promise<RowSource> {
  const dimension = featureCount(columns)
  const features = featuresOf(columns, Tensor.input('x', ['batch', columns.length]))
  const read = (cells: RowValues) => {
    const x = hostTensor(
      'float32',
      [cells.length / columns.length, columns.length],
      cells as Float32Array,
    )
    const [values, known] = interpret([features.values, features.known], { x })
    return { values: values!.data as Float64Array, known: known!.data as Uint8Array }
  }
  const sums = new Float64Array(dimension)
  const counts = new Float64Array(dimension)
  await passesOver(rows, 1, { signal })((cells) => {
    const { values, known } = read(cells)
    for (let at = 0; at < values.length; at++) {
      if (!known[at]) continue
      sums[at % dimension]! += values[at]!
      counts[at % dimension]!++
    }
  })
  const means = sums.map((sum, f) => sum / counts[f]!)
  return {
    count: rows.count,
    dimension,
    dtype: 'float64',
    async chunk(start, end) {
      const { values, known } = read(await rows.chunk(start, end))
      for (let at = 0; at < values.length; at++) if (!known[at]) values[at] = means[at % dimension]!
      return values
    },
  }
}
