import { valueIn } from '../../data/table/cells-to-rows.ts'
import type { GivenRows } from '../../data/table/given-rows.ts'
import { hasCategories } from '../../data/table/model-cells.ts'
import type { Cell } from '../../data/table/records.ts'
import type { TableEdit } from '../../data/table/write/edit.ts'
import type { TableColumn } from '../../distributions/columns/column.ts'
import type { Floats } from '../../tensor/host.ts'

/** Rows that are restored at a time. */
const ROWS_AT_ONCE = 2 ** 12

/**
 * The columns that a model was trained on, restored. A missing cell stays as it came: a denoiser restores what is there,
 * and does not fill gaps. So does a category that the model finds right.
 */
export function restoredCells(
  rows: Pick<GivenRows, 'cells'>,
  columns: readonly TableColumn[],
  reconstruct: (cells: Floats) => Promise<Floats>,
): TableEdit {
  return {
    replaced: columns.map(({ name }) => name),
    async cells(start, end) {
      const replaced = columns.map((): Cell[] => [])
      for (let from = start; from < end; from += ROWS_AT_ONCE) {
        const given = rows.cells(from, Math.min(end, from + ROWS_AT_ONCE))
        const restored = await reconstruct(given)
        const width = columns.length
        for (let at = 0; at < given.data.length; at++)
          replaced[at % width]!.push(
            restoredCell(columns[at % width]!, given.data[at]!, restored.data[at]!),
          )
      }
      return { replaced }
    },
  }
}

/** A restored cell in the units of the file; undefined where it stays as it came. */
export function restoredCell(column: TableColumn, given: number, restored: number): Cell {
  if (Number.isNaN(given)) return undefined
  if (hasCategories(column) && given === restored) return undefined
  const value = valueIn(column, restored)
  if (column.kind === 'count') return Math.max(0, Math.round(value as number))
  if (value instanceof Date && column.range?.every(Number.isInteger))
    return new Date(Math.round(value.getTime() / DAY) * DAY)
  return value ?? undefined
}

const DAY = 86_400_000
