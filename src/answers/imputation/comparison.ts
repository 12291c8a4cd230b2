import type { TableColumn } from '../../distributions/columns/column.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import { streams } from '../../tensor/random.ts'
import { encodingOf } from './encoding.ts'
import { type ImputationError, imputationError } from './error.ts'
import type { ImputedCell } from './imputed-cells.ts'
import { type Imputer, valuesOfCells } from './imputer.ts'
import { iterativeRidge } from './iterative-ridge.ts'
import { meanOrMode } from './mean-or-mode.ts'
import { nearestRows } from './nearest-rows.ts'

/** The share of the known cells that is hidden. */
export const HIDDEN_SHARE = 0.2

/** Of a table with fewer rows nothing is hidden: errors of so few cells say nothing. */
export const FEWEST_ROWS = 20

/** The errors of a method in the cells that were hidden. */
export interface ComparedMethod {
  readonly method: string
  readonly error: ImputationError
}

export interface ImputationComparison {
  readonly rows: number
  /** Cells that were hidden. */
  readonly hidden: number
  /** The model first. */
  readonly methods: readonly ComparedMethod[]
  /** A baseline that would take too long for so many columns. */
  readonly omitted?: string | undefined
}

/** Multiplications that iterative ridge may take: some ten seconds. */
const MOST_WORK = 1e10

/**
 * Hides a share of the known cells of some rows, and compares what the model and the baselines put in their place. The
 * baselines are fitted on these rows, without the hidden cells. Which cells of a row are hidden depends on the seed and
 * the number of the row.
 *
 * A column is left out where fewer than two different values would be left, or those that are hidden are all equal to
 * them.
 *
 * @param cells `[n, C]`, NaN for gaps
 * @param numbers of the rows, which they draw by
 * @param model what the model puts into the gaps of such cells
 * @returns undefined for fewer than 20 rows, and if no cell can be hidden
 */
export async function compareImputation(
  columns: readonly TableColumn[],
  cells: Floats,
  numbers: readonly number[],
  model: (cells: Floats, numbers: readonly number[]) => Promise<readonly ImputedCell[]>,
  seed: number,
): Promise<ImputationComparison | undefined> {
  const width = columns.length
  if (numbers.length < FEWEST_ROWS) return undefined
  const truth = valuesOfCells(columns, cells.data)
  const hidden = hiddenCells(truth, numbers, width, seed)
  const kept = columns.flatMap((_, c) => (isComparable(truth, hidden, c, width) ? [c] : []))
  hidden.forEach((_, at) => {
    if (!kept.includes(at % width)) hidden[at] = 0
  })
  const count = hidden.reduce((a, b) => a + b, 0)
  if (count === 0) return undefined
  const left = hostTensor('float32', cells.shape, blanked(cells.data, hidden))
  const imputed = truth.slice()
  for (const { row, column, value } of await model(left, numbers))
    imputed[row * width + column] = value
  const of = (values: Float64Array) => picked(values, kept, width)
  const own = kept.map((c) => columns[c]!)
  const [compared, marks] = [of(truth), of(Float64Array.from(hidden))]
  const known = of(Float64Array.from(blanked(truth, hidden)))
  const errorOf = (values: Float64Array) => imputationError(own, compared, values, marks)
  const tooWide = ridgeWork(own, known) > MOST_WORK
  const baselines: [string, () => Imputer][] = [
    ['mean or mode', () => meanOrMode(own, known)],
    ['5 nearest rows', () => nearestRows(own, known)],
    ...(tooWide ? [] : [['iterative ridge', () => iterativeRidge(own, known)] as const]),
  ].map(([name, fit]) => [name as string, fit as () => Imputer])
  return {
    rows: numbers.length,
    hidden: count,
    methods: [
      { method: 'the model', error: errorOf(of(imputed)) },
      ...baselines.map(([method, fit]) => ({ method, error: errorOf(fit()(known)) })),
    ],
    ...(tooWide && { omitted: 'iterative ridge' }),
  }
}

/** 1 for each known cell that is hidden. */
function hiddenCells(
  truth: Float64Array,
  numbers: readonly number[],
  width: number,
  seed: number,
): Uint8Array {
  const streamOf = streams(seed, 'cells hidden for comparison')
  const hidden = new Uint8Array(truth.length)
  numbers.forEach((number, row) => {
    const { uniform } = streamOf(number)
    for (let c = 0; c < width; c++) {
      const at = row * width + c
      if (uniform() < HIDDEN_SHARE && !Number.isNaN(truth[at]!)) hidden[at] = 1
    }
  })
  return hidden
}

/** Whether a column has a hidden cell, and two different values besides. */
function isComparable(
  truth: Float64Array,
  hidden: Uint8Array,
  column: number,
  width: number,
): boolean {
  const values = new Set<number>()
  let anyHidden = false
  for (let at = column; at < truth.length; at += width) {
    if (hidden[at] === 1) anyHidden = true
    else if (!Number.isNaN(truth[at]!)) values.add(truth[at]!)
    if (anyHidden && values.size > 1) return true
  }
  return false
}

const blanked = <T extends Float32Array | Float64Array>(values: T, hidden: Uint8Array): T =>
  values.map((value, at) => (hidden[at] === 1 ? Number.NaN : value)) as T

/** Some columns of rows of `width` values. */
const picked = (values: Float64Array, columns: readonly number[], width: number): Float64Array =>
  Float64Array.from({ length: (values.length / width) * columns.length }, (_, at) => {
    const row = Math.floor(at / columns.length)
    return values[row * width + columns[at % columns.length]!]!
  })

/** Multiplications of ten rounds of regressions: for each feature, products of all others and their eigenvectors. */
function ridgeWork(columns: readonly TableColumn[], rows: Float64Array): number {
  const features = encodingOf(columns, rows).columnOf.length
  const count = rows.length / columns.length
  return 10 * features * (count * features ** 2 + 10 * features ** 3)
}
