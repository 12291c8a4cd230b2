import {
  columnVariances,
  explainedByColumn,
  explainedVariance,
} from '../../evaluate/statistics/variance.ts'
import type { TestOutputs } from './finding.ts'

/** Share of the variance of a column that reconstructions explain if nothing keeps the model from learning it. */
const EACH = 0.5

/** Whether reconstructions explain much of every column; without any, they do not. */
export const isEachLearned = (outputs: TestOutputs | undefined): boolean =>
  outputs?.restored !== undefined &&
  explainedByColumn(outputs.x, outputs.restored).every((share) => share >= EACH)

/**
 * Whether reconstructions of a table explain a share of the variance of some column: the most probable category is another
 * row's category so often that squared errors of all columns together say little.
 */
export const isSomeLearned = ({ x, restored }: TestOutputs, least: number): boolean => {
  const variances = columnVariances(x)
  const shares = restored ? explainedByColumn(x, restored) : []
  return shares.some((share, d) => variances[d]! > 0 && share >= least)
}

/** Share of the total variance that reconstructions explain if the model has learned the data. */
const TOTAL = 0.9

/** Whether reconstructions explain nearly all of the data; without any, they do not. */
export const isWellLearned = (outputs: TestOutputs | undefined): boolean =>
  outputs?.restored !== undefined && explainedVariance(outputs.x, outputs.restored) >= TOTAL
