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
  const baselines = columns.map((column) => new Baseline(column))
  for (const { data: cells } of splitChunks(data, 'train'))
    for (const [j, baseline] of baselines.entries()) baseline.add(cells, j, columns.length)
  const errors = columns.map((column, j) => new Errors(column, baselines[j]!.value))
  const labels = splitLabels(data, split)
  let start = 0
  for (const x of splitChunks(data, split)) {
    signal?.throwIfAborted()
    const end = start + x.shape[0]!
    const restored = await trained.reconstruct(x, labels?.slice(start, end))
    for (const [j, one] of errors.entries()) one.add(x.data, restored.data, j, columns.length)
    start = end
  }
  return errors.map(({ column, count, own, baseline }) => {
    const figure = (sum: number) => (hasCategories(column) ? sum / count : Math.sqrt(sum / count))
    return { column, count, error: figure(own), baseline: figure(baseline) }
  })
}

/** The mean of numbers, or the most frequent of categories. */
class Baseline {
  private readonly counts = new Map<number, number>()
  private sum = 0
  private count = 0

  constructor(private readonly column: TableColumn) {}

  /** Adds every `width`-th cell from `j`. */
  add(cells: Float32Array, j: number, width: number): void {
    const { column, counts } = this
    const isCategories = hasCategories(column)
    for (let at = j; at < cells.length; at += width) {
      const cell = cells[at]!
      if (!isObserved(column, cell)) continue
      if (isCategories) counts.set(cell, (counts.get(cell) ?? 0) + 1)
      else {
        this.count++
        this.sum += valueOfCell(column, cell)
      }
    }
  }

  get value(): number {
    if (!hasCategories(this.column)) return this.sum / this.count
    return [...this.counts].reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0])[0]
  }
}

/** Sums of the errors of a column. */
class Errors {
  count = 0
  own = 0
  baseline = 0

  constructor(
    readonly column: TableColumn,
    private readonly expected: number,
  ) {}

  /** Adds every `width`-th cell from `j`. */
  add(cells: Float32Array, restored: Float32Array, j: number, width: number): void {
    const { column, expected } = this
    const isCategories = hasCategories(column)
    for (let at = j; at < cells.length; at += width) {
      if (!isObserved(column, cells[at]!)) continue
      const value = valueOfCell(column, cells[at]!)
      const other = valueOfCell(column, restored[at]!)
      this.count++
      this.own += isCategories ? Number(other !== value) : (other - value) ** 2
      this.baseline += isCategories ? Number(expected !== value) : (expected - value) ** 2
    }
  }
}

/** The errors as figures of the ledger, each beside its baseline. */
export const columnFigures = (errors: readonly ColumnError[]): Figure[] =>
  errors
    .filter(({ count }) => count > 0)
    .map(({ column, count, error, baseline }) => {
      const isCategories = hasCategories(column)
      const name = JSON.stringify(column.name)
      return {
        figure: isCategories ? `wrong categories of ${name}` : `root mean squared error of ${name}`,
        value: error,
        baseline,
        unit: isCategories
          ? 'share of cells'
          : column.kind === 'datetime'
            ? 'days'
            : 'units of the column',
        samples: 0,
        kind: 'error',
        examples: count,
        note: isCategories
          ? 'over the cells with a value, whose number is that of the examples; mode: the most frequent category of the training rows for every cell'
          : 'over the cells with a value, whose number is that of the examples; mean: that of the training rows for every cell',
      }
    })
