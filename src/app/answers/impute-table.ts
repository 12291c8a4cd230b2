import {
  compareImputation,
  type ImputationComparison,
} from '../../answers/imputation/comparison.ts'
import type { ImputedCell } from '../../answers/imputation/imputed-cells.ts'
import { type ImputationOptions, modelImputer } from '../../answers/imputation/model-imputer.ts'
import { evenly, wholeNumbers } from '../../data/indices.ts'
import type { GivenRows } from '../../data/table/given-rows.ts'
import type { PackedTable } from '../../data/table/packed.ts'
import type { Cell } from '../../data/table/records.ts'
import { type EditedRows, editOfParts, type TableEdit } from '../../data/table/write/edit.ts'
import type { TableColumn } from '../../distributions/columns/column.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import { counted } from '../../tensor/numbers.ts'
import type { WithParameters } from '../../train/trained.ts'
import { type ImputedGap, imputedGap, shownValue } from './imputation.ts'
import type { ImputedSpool } from './imputed-spool.ts'

/** A table of new rows for a model. */
export interface GivenTable {
  readonly packed: PackedTable
  readonly rows: GivenRows
}

/** Rows that are imputed, or written, at once. */
const ROWS = 2000

/** A column of a file, and whether all its numbers, or days, are whole. */
interface FileColumn {
  readonly column: TableColumn
  readonly gaps: number
  readonly whole: boolean
}

/** The trained columns of a file, in the order of the model. */
export function fileColumns(
  { packed }: Pick<GivenTable, 'packed'>,
  columns: readonly TableColumn[],
): FileColumn[] {
  const at = columns.map(({ name }) => packed.columns.findIndex((other) => other.name === name))
  const open = new Set(at.filter((_, c) => REAL.includes(columns[c]!.kind)))
  const stride = packed.columns.length
  for (let start = 0; start < packed.count && open.size > 0; start += ROWS) {
    const values = packed.read(wholeNumbers(start, Math.min(packed.count, start + ROWS)))
    values.forEach((value, i) => {
      if (!Number.isInteger(value) && !Number.isNaN(value)) open.delete(i % stride)
    })
  }
  return columns.map((column, c) => {
    const { missing } = packed.columns[at[c]!]!
    return { column, gaps: missing, whole: open.has(at[c]!) && missing < packed.count }
  })
}

const REAL: readonly TableColumn['kind'][] = ['numeric', 'positive', 'datetime']

/** What is said of gaps that stay: those of columns that the model was not trained on. */
export const otherGaps = (
  { packed }: Pick<GivenTable, 'packed'>,
  columns: readonly TableColumn[],
): string[] =>
  packed.columns.flatMap(({ name, missing }) =>
    missing === 0 || columns.some((column) => column.name === name)
      ? []
      : [
          `column ${JSON.stringify(name)}: ${counted(missing, 'gap')} ${missing === 1 ? 'stays' : 'stay'}, since the run was not trained on this column`,
        ],
  )

/** Some rows of a table, imputed. */
export interface ImputedPart {
  /** The number of its first row; gaps have those of the file, from 0. */
  readonly firstRow: number
  readonly gaps: readonly ImputedGap[]
  readonly effectiveSamples: Float64Array
}

/**
 * Fills the gaps of a table, some rows at a time; numbers of a column of whole ones are rounded. What fills a row depends on
 * its values, its number in the file and the seed.
 *
 * @param spool takes what was found, for the tables that are written of it
 */
export async function* imputedParts(
  trained: WithParameters,
  { rows }: Pick<GivenTable, 'rows'>,
  columns: readonly FileColumn[],
  options: ImputationOptions,
  spool: ImputedSpool,
): AsyncGenerator<ImputedPart> {
  const imputer = await modelImputer(trained, options)
  try {
    for (let start = 0; start < rows.count; start += ROWS) {
      const end = Math.min(rows.count, start + ROWS)
      const numbers = wholeNumbers(start, end)
      const labels = rows.labels?.subarray(start, end)
      const found = await imputer.impute(rows.cells(start, end), { numbers, labels })
      const cells = found.cells.map((cell) => {
        const own = { ...cell, row: start + cell.row }
        return columns[cell.column]!.whole ? inWholeNumbers(own) : own
      })
      await spool.add(cells)
      const gaps = cells.map((cell) => imputedGap(columns[cell.column]!.column, cell))
      yield { firstRow: start, gaps, effectiveSamples: found.effectiveSamples }
    }
  } finally {
    await imputer.close()
  }
}

function inWholeNumbers(cell: ImputedCell): ImputedCell {
  const { interval } = cell
  return {
    ...cell,
    value: rounded(cell.value),
    draws: cell.draws.map(rounded),
    ...(interval && {
      interval: {
        ...interval,
        low: Math.floor(interval.low),
        high: Math.ceil(interval.high),
      },
    }),
  }
}

/** Without a zero of negative sign. */
const rounded = (value: number) => Math.round(value) + 0

/**
 * The edit of a table that fills its gaps.
 *
 * @param draw 0 for the values that stand for the gaps, m for the m-th draws
 */
export function filling(
  { rows }: Pick<GivenTable, 'rows'>,
  columns: readonly FileColumn[],
  spool: ImputedSpool,
  draw: number,
): TableEdit {
  const replaced = columns.flatMap(({ column, gaps }) => (gaps > 0 ? [column.name] : []))
  return editOfParts({ replaced }, filledCells(rows.count, columns, spool, draw))
}

async function* filledCells(
  count: number,
  columns: readonly FileColumn[],
  spool: ImputedSpool,
  draw: number,
): AsyncGenerator<EditedRows> {
  const replaced = columns.flatMap(({ gaps }, c) => (gaps > 0 ? [c] : []))
  const found = spool.read(draw)
  let next = await found.next()
  for (let start = 0; start < count; start += ROWS) {
    const end = Math.min(count, start + ROWS)
    const cells = new Map(replaced.map((c) => [c, new Array<Cell>(end - start).fill(undefined)]))
    while (!next.done && next.value.row < end) {
      const { row, column, value } = next.value
      cells.get(column)![row - start] = shownValue(columns[column]!.column, value)
      next = await found.next()
    }
    yield { count: end - start, replaced: [...cells.values()] }
  }
}

/**
 * Hides known cells of rows that are evenly spread over a table, and compares the model with baselines.
 *
 * @param most rows
 */
export async function compareOnTable(
  trained: WithParameters,
  { rows }: Pick<GivenTable, 'rows'>,
  columns: readonly FileColumn[],
  options: ImputationOptions,
  most: number,
): Promise<ImputationComparison | undefined> {
  const numbers = evenly(rows.count, most)
  const labels = rows.labels && numbers.map((number) => rows.labels![number]!)
  const cells = gathered(rows.cells, numbers, columns.length)
  const imputer = await modelImputer(trained, options)
  const model = async (left: Floats) =>
    (await imputer.impute(left, { numbers, labels })).cells.map((cell) =>
      columns[cell.column]!.whole ? inWholeNumbers(cell) : cell,
    )
  try {
    const own = columns.map(({ column }) => column)
    return await compareImputation(own, cells, numbers, model, options.seed)
  } finally {
    await imputer.close()
  }
}

function gathered(
  cells: GivenTable['rows']['cells'],
  numbers: readonly number[],
  width: number,
): Floats {
  const data = new Float32Array(numbers.length * width)
  numbers.forEach((number, i) => {
    data.set(cells(number, number + 1).data, i * width)
  })
  return hostTensor('float32', [numbers.length, width], data)
}
