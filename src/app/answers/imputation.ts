import type { ImputedCell } from '../../answers/imputation/imputed-cells.ts'
import { LEVEL } from '../../answers/imputation/imputed-cells.ts'
import {
  fewCodes,
  fewCodesRemark,
  type ImputationMethod,
  type ImputationOptions,
  imputationDefaults,
  imputationMethods,
  modelImputer,
} from '../../answers/imputation/model-imputer.ts'
import { type TableValue, valueIn } from '../../data/table/cells-to-rows.ts'
import { cellOf, hasCategories } from '../../data/table/model-cells.ts'
import type { TableColumn } from '../../distributions/columns/column.ts'
import { requireOneOf, requireWhole } from '../../tensor/checks.ts'
import { UserError } from '../../tensor/errors.ts'
import type { Floats } from '../../tensor/host.ts'
import type { Labels, WithParameters } from '../../train/trained.ts'

export interface ImputeOptions {
  /** Draws for each gap, up to 1000; 20 by default. */
  readonly samples?: number | undefined
  /**
   * `resampling` (default) draws by importance weights (Mattei and Frellsen 2019, MIWAE); `gibbs` repeats encoding and
   * decoding (Rezende et al. 2014), 100 steps in at least 20 chains for each row.
   */
  readonly method?: ImputationMethod | undefined
  /** Codes that resampling draws for each row, up to 100 000; 1000 by default. */
  readonly importanceSamples?: number | undefined
}

/** What was put into a gap. */
export interface ImputedGap {
  /** The index of the row, from 0. */
  readonly row: number
  readonly column: string
  /**
   * The mean of what the model expects, given the other values of the row; for counts rounded to a whole number. The most
   * probable category, or the median of an ordinal column.
   */
  readonly value: TableValue
  /** As many draws as asked for: a table with the m-th of each gap is one imputation. */
  readonly draws: readonly TableValue[]
  /** The probability that the interval, or the set, holds the true value, if the model is right. */
  readonly level: number
  /** Of numbers, dates and ordinal columns. */
  readonly low?: TableValue
  readonly high?: TableValue
  /** Of binary and categorical columns: the fewest categories that reach the level, the most probable one first. */
  readonly set?: readonly TableValue[]
  /** Of columns with categories: that of the value. */
  readonly probability?: number
}

/** Rows with their gaps filled. */
export interface Imputation {
  /** The rows as they were given, with a value in each gap of a trained column. */
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  readonly gaps: readonly ImputedGap[]
  /** How many of the codes of each row count, `[n]`: NaN for rows without gaps, and with `gibbs`. */
  readonly effectiveSamples: Float64Array
  /** What the caller should know, in sentences. */
  readonly notes: readonly string[]
}

export const imputeOptionNames = ['samples', 'method', 'importanceSamples'] as const

/**
 * The options with their defaults.
 *
 * @throws UserError for a value that is none of them
 */
export function resolvedImputation({
  samples = imputationDefaults.samples,
  method = imputationDefaults.method,
  importanceSamples = imputationDefaults.importanceSamples,
}: ImputeOptions): Omit<ImputationOptions, 'seed'> {
  requireWhole(samples, 'samples', { low: 1, high: 1000 }, UserError)
  requireOneOf(method, 'method', imputationMethods, UserError)
  requireWhole(importanceSamples, 'importanceSamples', { low: 2, high: 100_000 }, UserError)
  return { samples, method, importanceSamples }
}

/**
 * Fills the gaps of given rows.
 *
 * @param given the rows as the caller has them
 * @param cells of these rows, `[n, C]`
 */
export async function imputedRows(
  trained: WithParameters,
  given: unknown,
  cells: Floats,
  { labels, ...options }: ImputationOptions & { readonly labels?: Labels | undefined },
): Promise<Imputation> {
  const columns = trained.model.info.columns!
  const imputer = await modelImputer(trained, options)
  try {
    const { cells: found, effectiveSamples } = await imputer.impute(cells, { labels })
    const gaps = found.map((cell) => imputedGap(columns[cell.column]!, cell))
    const remark = fewCodesRemark(fewCodes(effectiveSamples, options.samples), options)
    return {
      rows: filledRows(columns, given, cells, gaps),
      gaps,
      effectiveSamples,
      notes: remark ? [remark.library] : [],
    }
  } finally {
    await imputer.close()
  }
}

/** A value of a model as it stands in a table: a category by its text, a number to the digits that a cell holds. */
export const shownValue = (column: TableColumn, value: number): TableValue =>
  valueIn(column, cellOf(column, value))

/** What was put into a gap, in the words of the table. */
export function imputedGap(column: TableColumn, cell: ImputedCell): ImputedGap {
  const shown = (value: number) => shownValue(column, value)
  const { row, value, draws, interval, set, probabilities } = cell
  return {
    row,
    column: column.name,
    value: shown(value),
    draws: Array.from(draws, shown),
    level: interval?.level ?? LEVEL,
    ...(interval && { low: shown(interval.low), high: shown(interval.high) }),
    ...(set && { set: set.map(shown) }),
    ...(hasCategories(column) && probabilities && { probability: probabilities[value]! }),
  }
}

/** Objects keep what else they hold; other rows get the names of the columns. */
function filledRows(
  columns: readonly TableColumn[],
  given: unknown,
  { data }: Floats,
  gaps: readonly ImputedGap[],
): Record<string, unknown>[] {
  const width = columns.length
  const rows = Array.from({ length: data.length / width }, (_, row) => {
    const own: unknown = Array.isArray(given) ? given[row] : undefined
    if (typeof own === 'object' && own !== null && !Array.isArray(own) && !ArrayBuffer.isView(own))
      return { ...own } as Record<string, unknown>
    return Object.fromEntries(
      columns.map((column, c) => [column.name, valueIn(column, data[row * width + c]!)]),
    )
  })
  for (const { row, column, value } of gaps) rows[row]![column] = value
  return rows
}
