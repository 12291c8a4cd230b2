import { UserError } from '../../../tensor/errors.ts'
import type { TypedColumn } from '../original.ts'
import type { Cell, RecordBatch, RecordSource } from '../records.ts'
import { typesOf, valueAs } from './column-types.ts'

/** What is changed in a table that is otherwise written as it came. */
export interface TableEdit {
  /** Columns that are added at the end. */
  readonly added?: readonly TypedColumn[] | undefined
  /** Names of columns of which cells are replaced. */
  readonly replaced?: readonly string[] | undefined
  /**
   * The new cells of the rows from `start` (included) to `end` (excluded). It is called for one range after the other,
   * from the first row to the last; a range has at most some ten thousand rows.
   */
  cells(start: number, end: number): EditedCells | Promise<EditedCells>
}

/** New cells of some rows, column by column, in the order of the edit's `added` and `replaced`. */
export interface EditedCells {
  /** `null` is a missing value. */
  readonly added?: readonly ArrayLike<Cell>[] | undefined
  /** `undefined` stands for a cell that stays as it came, `null` for a missing value. */
  readonly replaced?: readonly ArrayLike<Cell>[] | undefined
}

/** New cells of some rows, that may be cut elsewhere than a table is read. */
export interface EditedRows extends EditedCells {
  readonly count: number
}

/** An edit whose rows come one part after the other, each of any length. */
export function editOfParts(
  columns: Pick<TableEdit, 'added' | 'replaced'>,
  parts: AsyncIterable<EditedRows>,
): TableEdit {
  const rows = parts[Symbol.asyncIterator]()
  let part: EditedRows | undefined
  let used = 0

  async function cells(start: number, end: number): Promise<EditedCells> {
    const taken: EditedCells[] = []
    for (let wanted = end - start; wanted > 0; ) {
      if (!part || used === part.count) {
        const next = await rows.next()
        if (next.done) throw new RangeError(`edit: rows ${end - wanted + 1} to ${end} are missing`)
        ;[part, used] = [next.value, 0]
      }
      const count = Math.min(wanted, part.count - used)
      taken.push(cut(part, used, used + count))
      used += count
      wanted -= count
    }
    return {
      added: columns.added?.map((_, j) => taken.flatMap(({ added }) => Array.from(added![j]!))),
      replaced: columns.replaced?.map((_, j) =>
        taken.flatMap(({ replaced }) => Array.from(replaced![j]!)),
      ),
    }
  }
  return { ...columns, cells }
}

function cut({ added, replaced }: EditedCells, from: number, to: number): EditedCells {
  const part = (column: ArrayLike<Cell>) =>
    Array.from({ length: to - from }, (_, i) => column[from + i])
  return { added: added?.map(part), replaced: replaced?.map(part) }
}

/** A batch of a table with its new cells. */
export interface EditedBatch {
  readonly batch: RecordBatch
  /** By the index of the column in the table: its new cells; absent for columns that stay. */
  readonly replaced: ReadonlyMap<number, ArrayLike<Cell>>
  readonly added: readonly ArrayLike<Cell>[]
}

/** The rows of a table with their new cells. */
export async function* editedBatches(
  source: RecordSource,
  edit: TableEdit,
): AsyncGenerator<EditedBatch> {
  const indices = replacedIndices(source, edit)
  let start = 0
  for await (const batch of source.batches()) {
    const end = start + batch.count
    const { added = [], replaced = [] } = await edit.cells(start, end)
    yield { batch, added, replaced: new Map(indices.map((index, j) => [index, replaced[j]!])) }
    start = end
  }
}

/** Where the replaced columns stand in a table. */
export const replacedIndices = (
  { columns }: RecordSource,
  { replaced = [] }: TableEdit,
): number[] => replaced.map((name) => columns.indexOf(name))

/**
 * An edit whose new cells are of the type of their column, as its other cells show it: whole numbers where all are whole,
 * numbers and booleans where a category is given as text.
 */
export async function typedEdit(source: RecordSource, edit: TableEdit): Promise<TableEdit> {
  const indices = replacedIndices(source, edit)
  if (indices.length === 0) return edit
  const types = await typesOf(source)
  return {
    ...edit,
    async cells(start, end) {
      const { added, replaced = [] } = await edit.cells(start, end)
      return {
        added,
        replaced: replaced.map((cells, j) =>
          Array.from(cells, (cell) =>
            cell === undefined ? undefined : (valueAs(types[indices[j]!]!, cell) ?? cell),
          ),
        ),
      }
    },
  }
}

/**
 * Checks that an edit fits a table.
 *
 * @throws UserError for a column that would stand there twice
 */
export function requireFitting({ name, columns }: RecordSource, edit: TableEdit): void {
  const twice = edit.added?.find((column) => columns.includes(column.name))
  if (twice)
    throw new UserError(
      `${name}: has a column ${JSON.stringify(twice.name)} already, the name of a column that is to be added; rename or remove it in the file`,
    )
  const absent = edit.replaced?.find((column) => !columns.includes(column))
  if (absent !== undefined)
    throw new UserError(
      `${name}: has no column ${JSON.stringify(absent)}, whose cells are to be replaced`,
    )
}
