import { stream } from '../tensor/random.ts'
import type { DataSet, SplitName } from './dataset.ts'
import { splitOf } from './rows.ts'
import type { SplitRows } from './split.ts'

/** Anomalous rows of a store by the split that they measure on, each ascending. */
export interface DividedAnomalies {
  readonly validation: Int32Array
  readonly test: Int32Array
}

/**
 * Divides the anomalous rows of the training data between validation and test. None is learned from, so those that a
 * rule puts into training measure on validation, or on test where there is no validation split. Where no rule says
 * otherwise, each split gets half of them, by seed: few rows are anomalous, and a tenth of ten measures nothing.
 *
 * @param rows the normal rows of each split
 * @param ruleOf the split that a rule states for a row; undefined where none does
 * @param hasTest whether there is a separate test set, which has anomalies of its own
 */
export function dividedAnomalies(
  anomalous: Int32Array,
  rows: SplitRows,
  ruleOf: (row: number) => SplitName | undefined,
  { seed, hasTest }: { readonly seed: number; readonly hasTest: boolean },
): DividedAnomalies {
  const hasValidation = rows.validation.length > 0
  const spare = hasValidation ? 'validation' : hasTest ? undefined : 'test'
  const chosen = { validation: [] as number[], test: [] as number[] }
  const open: number[] = []
  for (const row of anomalous) {
    const split = ruleOf(row)
    const used = split === 'train' ? spare : split
    if (split === undefined) open.push(row)
    else if (used === 'validation' || used === 'test') chosen[used].push(row)
  }
  const toTest = hasTest ? 0 : hasValidation ? Math.ceil(open.length / 2) : open.length
  const order = stream(seed, 'anomalies').permutation(open.length)
  order.forEach((position, i) => {
    const split = i < toTest ? 'test' : spare
    if (split) chosen[split].push(open[position]!)
  })
  const ascending = (list: number[]) => Int32Array.from(list).sort()
  return { validation: ascending(chosen.validation), test: ascending(chosen.test) }
}

/** A split with its anomalies, to measure how well these are found. */
export interface WithAnomalies {
  /**
   * The data set in which the rows of the split are its normal rows and then its anomalies, without classes: all that
   * reads a split reads both, each row under the number that it has everywhere.
   */
  readonly data: DataSet
  /** How many of the rows, from the first, are normal. */
  readonly normal: number
  /** The labels of the others, as text. */
  readonly labels: readonly string[]
}

/**
 * A split with its anomalies; without any, where only normal rows are known or the data set was not opened with
 * `normal`.
 *
 *     const { data: both, normal } = withAnomalies(data, 'validation')
 *     const cells = splitValues(both, 'validation', indices) // index < normal: a normal row
 */
export function withAnomalies(data: DataSet, split: SplitName): WithAnomalies {
  const own = splitOf(data, split)
  const { rows = new Int32Array(0), labels = [] } = own.anomalies ?? {}
  const both = Int32Array.from([...own.rows, ...rows])
  return {
    data: {
      ...data,
      classes: undefined,
      classLabels: undefined,
      classNames: undefined,
      splits: {
        ...data.splits,
        [split]: { ...own, rows: both, labels: undefined, anomalies: undefined },
      },
    },
    normal: own.rows.length,
    labels,
  }
}
