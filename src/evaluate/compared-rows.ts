import type { TableColumn } from '../distributions/columns/column.ts'
import { expand, expandedWidth, shownColumns } from '../distributions/columns/expand.ts'
import { Tensor } from '../graph/tensor.ts'
import type { Runtime, Session } from '../runtime/session.ts'
import { asFloats, type Floats, hostTensor } from '../tensor/host.ts'
import { keptIn } from '../tensor/kept.ts'

/** Added to the note of a figure of distances between rows of a table. */
export const COMPARED_NOTE =
  'distances are between rows as the encoder sees them: numbers standardised, a place for each category, missing values 0'

/** Whether the cells of a table are vectors of real numbers already, between which distances make sense. */
export const isComparable = (columns: readonly TableColumn[] | undefined): boolean =>
  columns === undefined ||
  columns.every(
    (column) =>
      !column.gaps &&
      column.kind !== 'count' &&
      column.kind !== 'binary' &&
      expandedWidth([column]) === 1,
  )

/** Whether an encoder sees the cells of these columns as they are: comparable, and in their order. */
const isShownInOrder = (columns: readonly TableColumn[]): boolean =>
  isComparable(columns) && shownColumns(columns).every((column, at) => column === at)

/**
 * Examples `[n, D]` as vectors between which distances make sense: the cells of a table as an encoder sees them
 * (`expand`), without the masks, since what is missing is not modelled; everything else as it is.
 */
export async function comparedRows(
  runtime: Runtime,
  columns: readonly TableColumn[] | undefined,
  x: Floats,
): Promise<Floats> {
  if (!columns || (isShownInOrder(columns) && !x.data.some(Number.isNaN))) return x
  const session = await comparing(runtime, columns)
  return asFloats((await session.run({ x })).seen!)
}

type Columns = readonly TableColumn[]

/** Sessions by their runtime, with which they are freed, and the columns. */
const sessions = new WeakMap<Runtime, WeakMap<Columns, Promise<Session>>>()

/** The graph of these columns, compiled once for each runtime. */
function comparing(runtime: Runtime, columns: Columns): Promise<Session> {
  const known = sessions.get(runtime) ?? new WeakMap<Columns, Promise<Session>>()
  sessions.set(runtime, known)
  return keptIn(known, columns, () => {
    const unmasked = columns.map((column) => ({ ...column, gaps: false }))
    return runtime.compile({ seen: expand(unmasked, Tensor.input('x', ['batch', columns.length])) })
  })
}

/**
 * Rows with the gaps of others: row i misses what row i of `examples` misses, in turn if there are more rows. A model of a
 * table has no opinion on what is missing, so that rows without gaps would differ from examples by that alone.
 */
export function withGapsOf(examples: Floats, rows: Floats): Floats {
  const { data } = examples
  if (!data.some(Number.isNaN)) return rows
  const values = rows.data.map((value, at) =>
    Number.isNaN(data[at % data.length]!) ? Number.NaN : value,
  )
  return hostTensor('float32', rows.shape, values, rows.scale)
}
