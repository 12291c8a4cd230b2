import { hasCategories, valueOfCell } from '../../data/table/model-cells.ts'
import type { TableColumn } from '../../distributions/columns/column.ts'
import { largest, meanOf } from './imputer.ts'
import { categorySet, type DrawInterval, drawInterval } from './multiple.ts'
import type { Predictions } from './predictions.ts'

/** What was put into a gap. Values are numbers in the units of the file, or indices of categories. */
export interface ImputedCell {
  /** The index of the row among those that were given, and that of the column. */
  readonly row: number
  readonly column: number
  /**
   * The mean of p(x|values of the row), for counts rounded to a whole number; the most probable category; the median
   * rank of an ordinal column.
   */
  readonly value: number
  /** M draws of p(x|values of the row). */
  readonly draws: Float64Array
  /** Of numbers and ordinal columns: the bounds that hold the true value with the stated probability. */
  readonly interval?: DrawInterval | undefined
  /** Of binary and categorical columns: the fewest categories that do so, the most probable one first. */
  readonly set?: readonly number[] | undefined
  /** Of each category, `[K]`. */
  readonly probabilities?: Float64Array | undefined
}

/** The probability that an interval or a set holds the true value, if the model is right. */
export const LEVEL = 0.9

/** What predictions of a row put into one of its columns. */
export function imputedCell(
  column: TableColumn,
  { means, probabilities, draws }: Predictions,
  at: { readonly index: number; readonly column: number; readonly columns: number },
  samples: number,
): Omit<ImputedCell, 'row' | 'column'> {
  const count = draws.length / means.length // D
  const values = Float64Array.from({ length: count }, (_, m) =>
    valueOfCell(column, draws[(at.index * count + m) * at.columns + at.column]!),
  )
  const own = values.slice(0, samples)
  const shares = probabilities.get(at.column)
  if (hasCategories(column) && shares) {
    const size = column.categories!.length
    const p = normalised(shares.subarray(at.index * size, (at.index + 1) * size))
    return { draws: own, probabilities: p, ...ofCategories(column, p) }
  }
  const mean = column.knots ? meanOf(values) : means[at.index * at.columns + at.column]!
  const interval = drawInterval(values, LEVEL)
  if (column.kind !== 'count') return { value: mean, draws: own, interval }
  const whole = { ...interval, low: Math.floor(interval.low), high: Math.ceil(interval.high) }
  return { value: Math.round(mean), draws: own, interval: whole }
}

function ofCategories({ kind }: TableColumn, p: Float64Array) {
  if (kind !== 'ordinal') return { value: largest(p), set: categorySet(p, LEVEL) }
  const low = rankAt(p, (1 - LEVEL) / 2)
  const high = rankAt(p, (1 + LEVEL) / 2)
  return { value: rankAt(p, 0.5), interval: { low, high, level: LEVEL } }
}

/** The first rank whose probability, with that of all lower ones, reaches a share. */
function rankAt(p: Float64Array, share: number): number {
  let sum = 0
  const rank = p.findIndex((each) => {
    sum += each
    return sum >= share - 1e-9
  })
  return rank < 0 ? p.length - 1 : rank
}

/** Float32 leaves sums of probabilities a millionth beside 1. */
function normalised(p: Float64Array): Float64Array {
  const sum = p.reduce((a, b) => a + b)
  return p.map((each) => each / sum)
}
