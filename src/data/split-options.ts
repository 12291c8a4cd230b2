import { UserError } from '../tensor/errors.ts'
import type { Binarize } from './dataset.ts'
import type { NormalLabels } from './normal.ts'

/** The column of a table that says how its rows are split; by seed if none does. */
export interface SplitRule {
  /** A column with train, validation or test in every row. */
  readonly splitBy?: string | undefined
  /** A column of times: the latest rows are for testing, those before them for validation. */
  readonly timeOrder?: string | undefined
  /** A column of groups, none of which is in two splits. */
  readonly group?: string | undefined
}

export const splitRules = ['splitBy', 'timeOrder', 'group'] as const

/** How to split and binarise. */
export interface SplitOptions extends SplitRule {
  /** Rows set aside for validation, chosen by seed; 0 for none. By default 5000, or a tenth if that is fewer. */
  readonly validation?: number | undefined
  /** Rows set aside for testing if the source has no test set, chosen by seed; a tenth of all rows by default. */
  readonly test?: number | undefined
  readonly binarize: Binarize
  readonly seed: number
  /** The labels of normal examples, where only these are learned from. */
  readonly normal?: NormalLabels | undefined
}

const DEFAULT_VALIDATION = 5000

/** How many rows are set aside for validation and, without a test set of its own, for testing. */
export function sizesOf(count: number, options: SplitOptions, hasTest: boolean) {
  return {
    validation: options.validation ?? Math.min(DEFAULT_VALIDATION, Math.round(count / 10)),
    test: hasTest ? 0 : (options.test ?? Math.max(1, Math.round(count / 10))),
  }
}

/** Throws UserError for split sizes that are not numbers of rows. */
export function requireCounts(options: SplitOptions): void {
  for (const field of ['validation', 'test'] as const) {
    const value = options[field]
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0))
      throw new UserError(`${field}: ${value}; expected a whole number of rows, 0 or more`)
  }
}
