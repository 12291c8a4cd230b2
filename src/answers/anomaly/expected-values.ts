import { hasCategories, valueOfCell } from '../../data/table/model-cells.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import { canSample, hasRandomCode } from '../../train/capabilities.ts'
import type { Labels, TrainedModel } from '../../train/trained.ts'
import type { ImputedCell } from '../imputation/imputed-cells.ts'
import { imputationDefaults, modelImputer } from '../imputation/model-imputer.ts'
import type { DrawInterval } from '../imputation/multiple.ts'

/** A cell of some rows whose value is in question. */
export interface QuestionedCell {
  /** The index of its row among those that are given. */
  readonly row: number
  readonly column: number
}

/** What a model expects of a cell, given the other values of its row: in the units of the file, or the index of a category. */
export interface ExpectedValue {
  /** The mean, for counts rounded to a whole number; the most probable category; the median rank of an ordinal column. */
  readonly value: number
  /** Of numbers and ordinal columns: bounds that hold the value of such a row with probability 0.9. */
  readonly interval?: DrawInterval | undefined
  /** Of a column with categories: that of the expected one. */
  readonly probability?: number | undefined
}

export interface ExpectationOptions {
  readonly seed: number
  readonly labels?: Labels | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * What a model expects of some cells of rows `[n, C]`. Each is treated as the one gap of a copy of its row.
 *
 * A model with a distribution over rows fills the gap by importance resampling (`modelImputer`): that is p(x_c|all others),
 * so a column that depends little on the others has a wide interval. Where few of the codes count, an interval would be
 * too narrow, and is left out. Any other model says only what it restores the cell to (`restoredCells`).
 *
 * @throws UserError if the model cannot reconstruct; the signal's reason if it is aborted
 */
export async function expectedValues(
  trained: TrainedModel,
  rows: Floats,
  cells: readonly QuestionedCell[],
  options: ExpectationOptions,
): Promise<ExpectedValue[]> {
  if (cells.length === 0) return []
  const { model } = trained
  const columns = model.info.columns
  const labels = options.labels && cells.map(({ row }) => options.labels![row]!)
  const gaps = withOneGap(rows, cells)
  if (columns && canSample(model) && hasRandomCode(model))
    return imputedValues(trained, gaps, cells, { ...options, labels })
  const restored = await restoredCells(trained, gaps, cells, { ...options, labels })
  return Array.from(restored, (cell, i) => {
    const column = columns?.[cells[i]!.column]
    return { value: column && !hasCategories(column) ? valueOfCell(column, cell) : cell }
  })
}

/** A copy of its row for each of the cells, with a gap in its place: `[cells, C]`. */
function withOneGap({ shape, data }: Floats, cells: readonly QuestionedCell[]): Floats {
  const width = shape[1]!
  const copies = new Float32Array(cells.length * width)
  cells.forEach(({ row, column }, i) => {
    copies.set(data.subarray(row * width, (row + 1) * width), i * width)
    copies[i * width + column] = Number.NaN
  })
  return hostTensor('float32', [cells.length, width], copies)
}

/** Codes drawn for each cell, and how many of them must count for an interval to be stated. */
const [CODES, FEWEST_CODES] = [2000, 10]

/** Copies at once, between which the signal is checked. */
const COPIES_AT_ONCE = 16

async function imputedValues(
  trained: TrainedModel,
  gaps: Floats,
  cells: readonly QuestionedCell[],
  { seed, labels, signal }: ExpectationOptions,
): Promise<ExpectedValue[]> {
  const imputer = await modelImputer(trained, {
    ...imputationDefaults,
    importanceSamples: CODES,
    seed,
  })
  const width = gaps.shape[1]!
  const found: ExpectedValue[] = []
  try {
    for (let start = 0; start < cells.length; start += COPIES_AT_ONCE) {
      signal?.throwIfAborted()
      const own = cells.slice(start, start + COPIES_AT_ONCE)
      const copies = gaps.data.slice(start * width, (start + own.length) * width)
      const filled = await imputer.impute(hostTensor('float32', [own.length, width], copies), {
        labels: labels && own.map((_, i) => labels[start + i]!),
        numbers: own.map((_, i) => start + i),
      })
      own.forEach(({ column }, i) => {
        const cell = filled.cells.find((one) => one.row === i && one.column === column)!
        found.push(expectedOf(cell, filled.effectiveSamples[i]! >= FEWEST_CODES))
      })
    }
  } finally {
    await imputer.close()
  }
  return found
}

const expectedOf = (
  { value, interval, probabilities }: ImputedCell,
  isCertain: boolean,
): ExpectedValue => ({
  value,
  ...(isCertain && { interval, probability: probabilities?.[value] }),
})

/** Steps of `restoredCells` at the most, and the change of a cell at which they end. */
const [STEPS, LEAST_CHANGE] = [50, 1e-4]

/**
 * The cells as a model restores them: a gap at first, then again and again what the model made of it, until it stays
 * the same. Of a linear autoencoder this is where the other values alone would put the cell. If the model restores a column
 * mostly from itself, the cell stays near its mean, where it began.
 */
async function restoredCells(
  trained: TrainedModel,
  gaps: Floats,
  cells: readonly QuestionedCell[],
  { labels, signal }: ExpectationOptions,
): Promise<Float32Array> {
  const width = gaps.shape[1]!
  const rows = hostTensor('float32', gaps.shape, gaps.data.slice())
  // Examples that are no rows of a table have no gaps: they begin with 0.
  if (!trained.model.info.columns)
    cells.forEach(({ column }, i) => {
      rows.data[i * width + column] = 0
    })
  const current = new Float32Array(cells.length).fill(Number.NaN)
  for (let step = 0; step < STEPS; step++) {
    signal?.throwIfAborted()
    const restored = await trained.reconstruct(rows, labels)
    let change = 0
    cells.forEach(({ column }, i) => {
      const at = i * width + column
      const cell = restored.data[at]!
      const moved = Math.abs(cell - current[i]!)
      change = Math.max(change, Number.isNaN(moved) ? Number.POSITIVE_INFINITY : moved)
      current[i] = cell
      rows.data[at] = cell
    })
    if (change < LEAST_CHANGE) break
  }
  return current
}
