import type { TableColumn } from '../../distributions/columns/column.ts'
import { UserError } from '../../tensor/errors.ts'
import type { RowStore } from '../row-store.ts'
import { cellOf, hasCategories } from './model-cells.ts'
import type { PackedTable } from './packed.ts'

/**
 * The rows of a packed table as cells `[count, columns]`, read and converted as they are needed.
 *
 * @throws UserError where the table lacks a column
 */
export function cellStore(table: PackedTable, columns: readonly TableColumn[]): RowStore {
  const toCells = cellReader(table, columns)
  return {
    dtype: 'float32',
    count: table.count,
    width: columns.length,
    gather: (rows) => toCells(table.read(rows), rows.length),
  }
}

/** Rows whose columns are converted one after the other: few enough for the processor's cache. */
const BLOCK = 256

/** What makes cells `[n · columns]` of values that a packed table returns for n rows. */
export function cellReader(
  table: PackedTable,
  columns: readonly TableColumn[],
): (values: Float64Array, count: number) => Float32Array {
  const stride = table.columns.length
  const width = columns.length
  const converted = columns.map((column) => {
    const at = positionOf(table, column.name)
    return { at, convert: conversion(column, table.columns[at]!.dictionary) }
  })
  return (values, count) => {
    const cells = new Float32Array(count * width)
    for (let start = 0; start < count; start += BLOCK) {
      const end = Math.min(count, start + BLOCK)
      const from = values.subarray(start * stride, end * stride)
      const to = cells.subarray(start * width, end * width)
      converted.forEach(({ at, convert }, j) => {
        convert({ values: from, at, stride, cells: to, j, width })
      })
    }
    return cells
  }
}

/** The index of a packed column by its name. */
export function positionOf({ name: table, columns }: PackedTable, name: string): number {
  const at = columns.findIndex((column) => column.name === name)
  if (at >= 0) return at
  throw new UserError(
    `${table}: has no column ${JSON.stringify(name)}, which the model was trained on`,
  )
}

/** A column of values, every `stride`-th from `at`, and of cells, every `width`-th from `j`. */
interface ColumnOfBlock {
  readonly values: Float64Array
  readonly at: number
  readonly stride: number
  readonly cells: Float32Array
  readonly j: number
  readonly width: number
}

type Conversion = (column: ColumnOfBlock) => void

/** What writes the cells of a column: a loop for each kind, without a call for each cell where there are many. */
function conversion(column: TableColumn, dictionary?: readonly string[]): Conversion {
  if (hasCategories(column)) return indicesFrom(categoryIndices(column, dictionary))
  if (column.kind === 'count') return shifted(0, 1)
  const isLinear = column.kind !== 'positive' && !column.knots
  return isLinear ? shifted(column.centre, column.scale) : byCell(column)
}

const indicesFrom =
  (indices: Float64Array): Conversion =>
  ({ values, at, stride, cells, j, width }) => {
    for (let from = at, to = j; to < cells.length; from += stride, to += width) {
      const code = values[from]!
      cells[to] = Number.isNaN(code) ? code : indices[code]!
    }
  }

/** As `cellOf` does for columns that are centred and scaled. */
const shifted =
  (centre: number, scale: number): Conversion =>
  ({ values, at, stride, cells, j, width }) => {
    for (let from = at, to = j; to < cells.length; from += stride, to += width)
      cells[to] = (values[from]! - centre) / scale
  }

const byCell =
  (column: TableColumn): Conversion =>
  ({ values, at, stride, cells, j, width }) => {
    for (let from = at, to = j; to < cells.length; from += stride, to += width)
      cells[to] = cellOf(column, values[from]!)
  }

/**
 * The index of each packed code. A category that the model does not know gets the index after the last; in a binary
 * column, which has no place for it, it counts as missing.
 */
function categoryIndices(column: TableColumn, dictionary: readonly string[] = []): Float64Array {
  const known = new Map(column.categories?.map((category, index) => [category, index]))
  const unseen = column.kind === 'binary' ? Number.NaN : known.size
  return Float64Array.from(dictionary, (category) => known.get(category) ?? unseen)
}
