import {
  columnsText,
  outlierText,
  unlikeScales as scalesOf,
  scalesText,
  short,
} from '../../data/column-remarks.ts'
import { type ColumnStatistics, storeStatistics } from '../../data/column-statistics.ts'
import { type DataSet, type SplitName, splitNames } from '../../data/dataset.ts'
import { valueIn } from '../../data/table/cells-to-rows.ts'
import type { TableColumn } from '../../distributions/columns/column.ts'
import { likelihoodChoice } from '../../models/likelihoods.ts'
import { listed } from '../../tensor/described.ts'
import { flatOptions } from '../config.ts'
import { setting } from './advice.ts'
import { explodingKl } from './divergence.ts'
import type {
  Check,
  CurveCheck,
  ExaminedCurves,
  ExaminedRun,
  Finding,
  Suggestion,
} from './finding.ts'
import { isEachLearned, isWellLearned } from './learned.ts'

/** Statistics of the columns of a split, in stored values; computed once for each data set. */
function columnsOf(data: DataSet, split: SplitName): readonly ColumnStatistics[] {
  const known = computed.get(data) ?? {}
  computed.set(data, known)
  const { store, rows } = data.splits[split]
  known[split] ??= storeStatistics(store, rows, { alike: data.kind === 'image' }).columns
  return known[split]
}

const computed = new WeakMap<DataSet, { [S in SplitName]?: readonly ColumnStatistics[] }>()

/** Whether the data are numbers of any size: neither pixels in bytes nor drawn as 0 and 1. */
const isUnbounded = ({ data }: ExaminedCurves): boolean =>
  data.splits.train.store.dtype === 'float32' && data.binarize === 'none'

/** Whether columns were taken by their kinds: standardised, constant ones left out, each under a likelihood of its own. */
const hasKinds = ({ data }: ExaminedCurves): boolean =>
  data.form.table !== undefined && !data.form.table.numbers

/** Whether squared errors of all columns are added up, as they are unless the likelihood is for values in [0, 1]. */
function isGaussian(examined: ExaminedRun): boolean {
  if (hasKinds(examined)) return false
  const { likelihood } = examined.config.options
  return likelihood === undefined || likelihoodChoice(String(likelihood)).kind === 'gaussian'
}

/** A value that is far from all others, so that the loss and every mean hang on its row. */
export const outliers: CurveCheck = (examined) => {
  if (!isUnbounded(examined)) return undefined
  if (hasKinds(examined)) return tableOutliers(examined)
  const { data } = examined
  for (const split of splitNames) {
    const found = columnsOf(data, split).filter((column) => column.outliers)
    const worst = found.reduce<ColumnStatistics | undefined>(
      (a, b) => (a && a.outliers!.distance >= b.outliers!.distance ? a : b),
      undefined,
    )
    if (!worst) continue
    const { row, count } = worst.outliers!
    return {
      name: 'outliers',
      what: 'A few values are so far from all others that they outweigh the rest of the data.',
      evidence: `${found.length === 1 ? '' : `${found.length} columns have outliers; `}${outlierText(worst)} (rows and columns counted from 0; ${split} split)`,
      try: `correct or remove ${count === 1 ? `row ${row}` : `the rows of these ${count} values`} of the ${data.splits[split].store === data.splits.train.store ? '' : 'test '}data before training`,
    }
  }
  return undefined
}

/** The same for the real-valued columns of a table with kinds, in the units of the file. */
function tableOutliers({ data }: ExaminedCurves): Finding | undefined {
  for (const split of splitNames) {
    const found = columnsOf(data, split).flatMap(({ column: index, outliers: found }) => {
      const column = data.form.table!.columns[index]!
      return found && isReal(column) ? [{ ...found, column }] : []
    })
    const [first, ...others] = found
    if (!first) continue
    const worst = others.reduce((a, b) => (b.distance > a.distance ? b : a), first)
    const { column, count, row, value, distance } = worst
    const name = JSON.stringify(column.name)
    return {
      name: 'outliers',
      what: 'A few values are so far from all others that they outweigh the rest of the data.',
      evidence: `${found.length === 1 ? '' : `${found.length} columns have outliers; `}column ${name} has ${count === 1 ? 'an outlier' : `${count} outliers; the farthest is`}${count === 1 ? ':' : ''} ${valueIn(column, value)} in row ${row + 1}, ${short(distance)} times the spread of the other values away from their median (${split} split)`,
      try: `correct row ${row + 1} of the data, or let a schema give column ${name} the distribution student-t or the transform quantile`,
    }
  }
  return undefined
}

const isReal = ({ kind }: TableColumn): boolean => kind === 'numeric' || kind === 'positive'

/**
 * Columns of a table that differ in scale by a factor of 100 or more. Under a Gaussian likelihood with one σ, the
 * reconstruction term is a sum of squared errors in which the column of the largest variance outweighs the others.
 */
export const unlikeScales: Check = (examined) => {
  const { data, trained } = examined
  if (data.kind !== 'table' || !isUnbounded(examined) || !isGaussian(examined)) return undefined
  const columns = columnsOf(data, 'train')
  const scales = scalesOf(columns)
  if (!scales || isEachLearned(trained?.outputs)) return undefined
  return {
    name: 'unlike-scales',
    what: 'The columns have such unlike scales that the loss depends on the largest alone.',
    evidence: `${scalesText(scales)}; ${sharesText(columns)}`,
    ...standardise(examined, scales.largest),
  }
}

/** Columns whose share of the variance is written out. */
const MOST_SHARES = 5

/** `of the total variance, column 0 has 99.96 %, column 1 0.04 % and column 2 1.4e-10 %`. */
function sharesText(columns: readonly ColumnStatistics[]): string {
  const variance = ({ deviation }: ColumnStatistics) => (deviation ?? 0) ** 2
  const total = columns.reduce((sum, column) => sum + variance(column), 0)
  const sorted = columns
    .filter(({ constant }) => !constant)
    .sort((a, b) => variance(b) - variance(a))
  const shown =
    sorted.length <= MOST_SHARES ? sorted : [...sorted.slice(0, MOST_SHARES - 1), sorted.at(-1)!]
  const shares = shown.map(
    (column, i) =>
      `column ${column.column}${i === 0 ? ' has' : ''} ${percent((100 * variance(column)) / total)}`,
  )
  return `of the total variance, ${listed(shares)}`
}

const percent = (value: number): string => `${value >= 0.01 ? value.toFixed(2) : short(value)} %`

/** The option, where a run left standardising out; where there is no such option, what to do to the data. */
const standardise = (
  { config }: ExaminedRun,
  { column, mean, deviation }: ColumnStatistics,
): Suggestion =>
  flatOptions(config).standardise === false
    ? setting({ standardise: true })
    : {
        try: `standardise the columns before training: from each subtract its mean, then divide by its standard deviation (column ${column}: subtract ${short(mean!)}, divide by ${short(deviation ?? 1)})`,
      }

/** Values whose root mean square is above the first of these, or that all vary by less than the second. */
const [LARGE, SMALL] = [100, 0.01]

/**
 * Values of a size that training does not reach: weights and σ start near 1, and Adam moves each by about the
 * learning rate a step.
 */
export const unscaledValues: Check = (examined) => {
  const { data, trained } = examined
  if (!isUnbounded(examined) || !isGaussian(examined) || trained?.run.model.fit) return undefined
  // Outliers move the mean and the standard deviation, and are found by themselves.
  const columns = columnsOf(data, 'train').filter(
    ({ mean, deviation, outliers }) => mean !== null && deviation && !outliers,
  )
  const size = ({ mean, deviation }: ColumnStatistics) => Math.hypot(mean!, deviation!)
  const [first, ...others] = columns
  if (!first) return undefined
  const largest = others.reduce((a, b) => (size(b) > size(a) ? b : a), first)
  const small = columns.every(({ deviation }) => deviation! < SMALL)
  if (size(largest) < LARGE && !small) return undefined
  if (isWellLearned(trained?.outputs) && !explodingKl(examined)) return undefined
  const { column, mean, deviation, min, max } = largest
  const most = Math.max(Math.abs(min!), Math.abs(max!))
  return {
    name: 'unscaled-values',
    what: `The values are too ${size(largest) >= LARGE ? 'large' : 'small'} for weights that start near 1.`,
    evidence: `column ${column} has mean ${short(mean!)} and standard deviation ${short(deviation!)}${small ? ', the largest of all' : ''}; expected about 0 and 1`,
    ...(data.kind === 'table'
      ? standardise(examined, largest)
      : { try: `divide all values by ${short(most)} before training` }),
  }
}

/**
 * A column that is the same in all training examples: its density is infinite, so a learned σ goes to 0. If its value
 * is large, training spends its steps on reaching it, or fails.
 */
export const constantColumns: Check = (examined) => {
  const { data, trained } = examined
  if (data.kind !== 'table' || !isUnbounded(examined) || !isGaussian(examined)) return undefined
  const constant = columnsOf(data, 'train').filter((column) => column.constant)
  if (constant.length === 0) return undefined
  const size = ({ min }: ColumnStatistics) => Math.abs(min!)
  const largest = constant.reduce((a, b) => (size(b) > size(a) ? b : a))
  const one = constant.length === 1
  const names = columnsText(constant.map(({ column }) => column))
  const isObstacle =
    size(largest) >= LARGE && !trained?.run.model.fit && !isWellLearned(trained?.outputs)
  return {
    name: isObstacle ? 'large-constant-columns' : 'constant-columns',
    what: isObstacle
      ? `${one ? 'A column has' : 'Columns have'} the same large value in every training example: there is nothing to learn, and its squared error outweighs that of all other columns.`
      : `${one ? 'A column is' : 'Columns are'} the same in every training example: there is nothing to learn, and under a Gaussian likelihood the density of a constant is infinite.`,
    evidence: `${names} of ${data.exampleShape[0]} ${one ? 'is' : 'are'} constant over ${data.splits.train.rows.length} training examples${one ? `, at ${short(largest.min!)}` : isObstacle ? `; column ${largest.column} is at ${short(largest.min!)}` : ''}`,
    try: `leave out ${names} of the data before training`,
  }
}
