import { cellOf, hasCategories } from '../data/table/model-cells.ts'
import type { TableColumn } from '../distributions/columns/column.ts'
import { constant, type Tensor } from '../graph/tensor.ts'
import { type Floats, hostTensor } from '../tensor/host.ts'

/**
 * Rows `[n, C]` with every number brought to the nearest that training has seen in its column. An encoder that is shown a value
 * far outside gives a code that no training row has, and with it wrong values in all other columns: then the score
 * would blame those. So it is shown the end of the range instead, and the score compares with the value itself.
 *
 * Missing values and categories stay, and so does what has no columns.
 */
export const withinTraining = (
  columns: readonly TableColumn[] | undefined,
  rows: Floats,
): Floats => (columns ? withinReach(columns, rows, 0) : rows)

/** How far from the range of training a value still counts as it is, in lengths of that range. */
const REACH = 1e9

/** The largest value of what has no columns. */
const LARGEST = 1e12

/**
 * Rows with values that are brought nearer where they are so far from the range of training that their squares are beyond
 * float32: 1e20 among temperatures. Scores stay finite, and no other row comes near theirs.
 *
 * @param reach lengths of the range of a column that its values may be outside of it
 */
export function withinReach(
  columns: readonly TableColumn[] | undefined,
  rows: Floats,
  reach = REACH,
): Floats {
  const bounds = columns ? columns.map((column) => boundsOf(column, reach)) : [[-LARGEST, LARGEST]]
  if (!rows.data.some((value, at) => isOutside(bounds[at % bounds.length], value))) return rows
  const values = rows.data.map((value, at) => {
    const range = bounds[at % bounds.length]
    return range ? Math.max(range[0]!, Math.min(range[1]!, value)) : value
  })
  return hostTensor('float32', rows.shape, values, rows.scale)
}

/** `withinTraining` of `[B, D]` in a graph. */
export const withinTrainingExpression = (
  columns: readonly TableColumn[] | undefined,
  x: Tensor,
): Tensor => (columns ? withinReachExpression(columns, x, 0) : x)

/** `withinReach` of `[B, D]` in a graph. */
export function withinReachExpression(
  columns: readonly TableColumn[] | undefined,
  x: Tensor,
  reach = REACH,
): Tensor {
  if (!columns) return x.clip(-LARGEST, LARGEST)
  const bounds = columns.map((column) => boundsOf(column, reach) ?? NO_BOUNDS)
  const limits = (end: 0 | 1) =>
    constant(
      bounds.map((range) => range[end]),
      [bounds.length],
    )
  // Runtimes differ in the maximum of NaN and a number.
  return x.equal(x).select(x.max(limits(0)).min(limits(1)), x)
}

/** Float32 has no larger numbers. */
const NO_BOUNDS = [-3.4028234663852886e38, 3.4028234663852886e38] as const

const isOutside = (range: readonly number[] | undefined, value: number): boolean =>
  range !== undefined && (value < range[0]! || value > range[1]!)

function boundsOf(column: TableColumn, reach: number): readonly [number, number] | undefined {
  if (!column.range || hasCategories(column)) return undefined
  const [low, high] = column.range.map((value) => cellOf(column, value)) as [number, number]
  const beyond = reach * (high - low || 1)
  return [Math.fround(low - beyond), Math.fround(high + beyond)]
}
