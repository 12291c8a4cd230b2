import type { TableColumn } from '../../../src/distributions/columns/column.ts'
import type { ColumnsOptions } from '../../../src/distributions/columns/parameters.ts'
import { constant, type Tensor } from '../../../src/graph/tensor.ts'
import { golden, type WrittenArrays } from '../../goldens/golden.ts'

/** A table, the outputs of a decoder for its rows, and SciPy's log-likelihood of each value in the units of the file. */
export interface GoldenTable {
  readonly options: ColumnsOptions
  readonly parameters: WrittenArrays
  readonly outputs: readonly (readonly number[])[]
  readonly values: readonly (readonly (number | null)[])[]
  readonly logProb: readonly (readonly number[])[]
}

export const { columns, tables, counts, studentT } = golden<{
  readonly columns: readonly TableColumn[]
  readonly tables: readonly GoldenTable[]
  /** x, mean, dispersion, log-probabilities of Poisson and negative binomial. */
  readonly counts: readonly (readonly number[])[]
  /** x, σ, ν, log-density. */
  readonly studentT: readonly (readonly number[])[]
}>('columns')

/** A value of the file as a model sees it. */
export function cellOf({ kind, centre, scale, knots }: TableColumn, value: number | null): number {
  if (value === null) return Number.NaN
  if (knots) {
    const { x, y } = knots
    const piece = x.filter((at) => at <= value).length - 1
    const i = Math.min(Math.max(piece, 0), x.length - 2)
    return y[i]! + ((y[i + 1]! - y[i]!) / (x[i + 1]! - x[i]!)) * (value - x[i]!)
  }
  if (kind === 'numeric' || kind === 'datetime') return (value - centre) / scale
  return kind === 'positive' ? (Math.log(value) - centre) / scale : value
}

/** Rows as a constant `[B, n]`. */
export const matrix = (rows: readonly (readonly number[])[]): Tensor =>
  constant(rows.flat(), [rows.length, rows[0]!.length])

export const cellsOf = (
  of: readonly TableColumn[],
  values: readonly (readonly (number | null)[])[],
): Tensor => matrix(values.map((row) => row.map((value, i) => cellOf(of[i]!, value))))

/** Parameters as constants. */
export const constants = (written: WrittenArrays): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(written).map(([name, { shape, data }]) => [name, constant(data, shape)]),
  )
