import { constant, type Tensor } from '../../graph/tensor.ts'
import { picked } from '../picked.ts'
import type { TableColumn } from './column.ts'

/** Columns of one distribution are computed together, in this order. Log-normal columns are Gaussian in their cells. */
const groupNames = [
  'gaussian',
  'student-t',
  'negative-binomial',
  'poisson',
  'bernoulli',
  'ordinal',
  'categorical',
] as const

export type GroupName = (typeof groupNames)[number]

const groupOf = ({ distribution }: TableColumn): GroupName =>
  distribution === 'log-normal' ? 'gaussian' : distribution

/** Columns of one distribution, next to each other in grouped cells and in a decoder's output. */
export interface Group {
  readonly name: GroupName
  readonly columns: readonly TableColumn[]
  /** Where they begin in grouped cells, `[B, C]`. */
  readonly start: number
  /** Where their outputs begin, in a decoder's `[B, O]`, and how many there are. */
  readonly firstOutput: number
  readonly outputs: number
}

export interface Layout {
  readonly groups: readonly Group[]
  /** The index of each column of grouped cells in the table. */
  readonly order: readonly number[]
  readonly outputs: number
}

/** Number of categories of a column that has some. */
export function categoriesOf({
  name,
  categories,
}: Pick<TableColumn, 'name' | 'categories'>): number {
  if (!categories) throw new Error(`column ${name} has no categories`)
  return categories.length
}

/** A categorical column has an output for each category, any other column one. */
const outputsOfColumn = (column: TableColumn) =>
  column.distribution === 'categorical' ? categoriesOf(column) : 1

export function layoutOf(columns: readonly TableColumn[]): Layout {
  const groups: Group[] = []
  const order: number[] = []
  let firstOutput = 0
  for (const name of groupNames) {
    const indices = columns.flatMap((column, i) => (groupOf(column) === name ? [i] : []))
    if (indices.length === 0) continue
    const own = indices.map((i) => columns[i]!)
    const outputs = own.reduce((sum, column) => sum + outputsOfColumn(column), 0)
    groups.push({ name, columns: own, start: order.length, firstOutput, outputs })
    order.push(...indices)
    firstOutput += outputs
  }
  return { groups, order, outputs: firstOutput }
}

/** How many numbers a decoder gives for a row of these columns. */
export const outputsOf = (columns: readonly TableColumn[]): number => layoutOf(columns).outputs

/** Grouped cells, `[B, C]`, in the order of the table. */
export function ungrouped(x: Tensor, { order }: Layout): Tensor {
  const positions = order.map((_, column) => order.indexOf(column))
  return picked(x, positions)
}

/** One number for each column, `[C]`. */
export const perColumn = (
  columns: readonly TableColumn[],
  value: (column: TableColumn) => number,
): Tensor => constant(columns.map(value), [columns.length])
