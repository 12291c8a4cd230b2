import type { DataSet, SplitName } from '../../data/dataset.ts'
import { splitLabels } from '../../data/rows.ts'
import { hasCategories, isObserved, valueOfCell } from '../../data/table/model-cells.ts'
import type { TableColumn } from '../../distributions/columns/column.ts'
import type { TrainedModel } from '../../train/trained.ts'
import type { Figure } from '../ledger/entry.ts'
import { splitChunks } from '../split-chunks.ts'

/** Errors of one column over the cells that have a value. */
export interface ColumnError {
  readonly column: TableColumn
  /** Cells with a value, of a known category. */
  readonly count: number
  /**
   * Of numbers the root of the mean squared error, in the units of the file; of categories the share of cells whose
   * most probable category is another one.
   */
  readonly error: number
  /** The same for the mean, or the most frequent category, of the training rows in place of the reconstruction. */
  readonly baseline: number
}

/** The errors of the reconstructions of a split, column by column. */
export async function columnErrors(
  trained: TrainedModel,
  data: DataSet,
  split: SplitName,
  signal?: AbortSignal,
): Promise<readonly ColumnError[]> {
  const columns = data.form.table!.columns
  const baselines = columns.map(baselineOf)
  for (const cells of splitChunks(data, 'train')) addCells(baselines, cells, columns.length)
  const expected = baselines.map((one) => one.value())
  const errors = columns.map((column) => ({ column, count: 0, own: 0, baseline: 0 }))
  const labels = splitLabels(data, split)
  let start = 0
  for (const x of splitChunks(data, split)) {
    signal?.throwIfAborted()
    const end = start + x.shape[0]!
    const restored = await trained.reconstruct(x, labels?.slice(start, end))
    x.data.forEach((cell, at) => {
      const sum = errors[at % columns.length]!
      const value = valueOfCell(sum.column, cell)
      if (!isObserved(sum.column, cell)) return
      sum.count++
      const off = (other: number) =>
        hasCategories(sum.column) ? Number(other !== value) : (other - value) ** 2
      sum.own += off(valueOfCell(sum.column, restored.data[at]!))
      sum.baseline += off(expected[at % columns.length]!)
    })
    start = end
  }
  return errors.map(({ column, count, own, baseline }) => {
    const figure = (sum: number) => (hasCategories(column) ? sum / count : Math.sqrt(sum / count))
    return { column, count, error: figure(own), baseline: figure(baseline) }
  })
}

/** The mean of numbers, or the most frequent of categories. */
function baselineOf(column: TableColumn) {
  const counts = new Map<number, number>()
  let [sum, count] = [0, 0]
  return {
    add(cell: number) {
      if (!isObserved(column, cell)) return
      const value = valueOfCell(column, cell)
      count++
      sum += value
      if (hasCategories(column)) counts.set(value, (counts.get(value) ?? 0) + 1)
    },
    value: () =>
      hasCategories(column)
        ? [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0])[0]
        : sum / count,
  }
}

function addCells(
  baselines: readonly ReturnType<typeof baselineOf>[],
  { data }: { readonly data: Float32Array },
  width: number,
): void {
  data.forEach((cell, at) => {
    baselines[at % width]!.add(cell)
  })
}

/** The errors as figures of the ledger, with the baseline in the note of each. */
export function columnFigures(errors: readonly ColumnError[], format: (value: number) => string) {
  return errors
    .filter(({ count }) => count > 0)
    .map(({ column, count, error, baseline }): Figure => {
      const isCategories = hasCategories(column)
      const name = JSON.stringify(column.name)
      return {
        figure: isCategories ? `wrong categories of ${name}` : `root mean squared error of ${name}`,
        value: error,
        unit: isCategories ? 'share of cells' : 'units of the column',
        samples: 0,
        kind: 'error',
        examples: count,
        note: isCategories
          ? `over the ${count} cells with a value; the most frequent category of the training rows is wrong in ${format(baseline)}`
          : `over the ${count} cells with a value; the mean of the training rows gives ${format(baseline)}`,
      }
    })
}
