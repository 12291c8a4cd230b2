import { dividedAnomalies } from './anomalies.ts'
import type { DataSet, Split, SplitName } from './dataset.ts'
import { anomaliesAt, type NormalLabels, type NormalRows, normalNote, numbersOf } from './normal.ts'
import type { SplitRows } from './split.ts'

/** What the splits of a data set have besides, where only normal rows are learned from. */
export interface NormalSplits {
  readonly splits: { readonly [S in SplitName]: Pick<Split, 'anomalies' | 'numbers'> }
  /** What a user should know of it, in sentences. */
  readonly notes: readonly string[]
}

/**
 * The anomalies of each split, and the numbers of its rows.
 *
 * @param parts the rows of the training data, and those of a separate test set
 * @param rows the normal rows of the splits of the training data
 * @param ruleOf the split that a rule states for a row of the training data
 */
export function normalSplits(
  [main, test]: readonly NormalRows[],
  rows: SplitRows,
  ruleOf: (row: number) => SplitName | undefined,
  { normal, seed }: { readonly normal: NormalLabels; readonly seed: number },
): NormalSplits {
  const divided = dividedAnomalies(main!.anomalous, rows, ruleOf, { seed, hasTest: !!test })
  const numbers = numbersOf(main!)
  const used = { validation: divided.validation.length, test: divided.test.length }
  return {
    splits: {
      train: { numbers },
      validation: { numbers, anomalies: anomaliesAt(main!, divided.validation) },
      test: test
        ? { numbers: numbersOf(test), anomalies: anomaliesAt(test, test.anomalous) }
        : { numbers, anomalies: anomaliesAt(main!, divided.test) },
    },
    notes: [
      normalNote(main!, normal, used),
      ...(test ? [normalNote(test, normal, { validation: 0, test: test.anomalous.length })] : []),
    ],
  }
}

/**
 * The splits of a data set: validation is cut from the rows that training is, and each has its anomalies where these are kept
 * apart.
 */
export function dividedSplits(
  { train, validation }: { readonly train: Split; readonly validation: Int32Array },
  test: Split,
  apart: Pick<NormalSplits, 'splits'> | undefined,
): DataSet['splits'] {
  return {
    train: { ...train, ...apart?.splits.train },
    validation: { ...train, name: 'validation', rows: validation, ...apart?.splits.validation },
    test: { ...test, ...apart?.splits.test },
  }
}
