import { grouped } from '../../tensor/numbers.ts'
import { criticalStudent } from '../statistics/critical-values.ts'
import { meanWithError } from '../statistics/mean.ts'
import type { Group } from './groups.ts'

/** A reported figure, with everything needed to interpret it. */
export interface LedgerEntry {
  /** Name of the figure: `ELBO`, `reconstruction`, `KL`. */
  readonly figure: string
  readonly value: number
  /** `nats per example`, `bits per dimension`, `squared error per example`, … */
  readonly unit: string
  /** The split that it is computed on: `train`, `validation` or `test`. */
  readonly split: string
  /** How many examples the mean is over. */
  readonly examples: number
  readonly likelihood: string
  /** `none`, `static` or `dynamic`. */
  readonly binarize: string
  /** Samples per example: importance samples for a bound, Monte Carlo samples otherwise. */
  readonly samples: number
  readonly seed: number
  /**
   * A bound on the log-likelihood, an objective that bounds nothing (β ≠ 1, free bits), an error, or a
   * metric that nothing minimises.
   */
  readonly kind: 'bound' | 'objective' | 'error' | 'metric'
  /** Standard error of the mean, over examples (and over what was drawn for each). */
  readonly standardError?: number
  /** Standard error from the random draws alone, for fixed examples: how far another seed would move the figure. */
  readonly drawingError?: number
  /** 95 % interval of a figure that is not a mean over the examples. */
  readonly interval?: readonly [low: number, high: number]
  /** The same figure for what needs no model: the mean of a column of the training rows, or its most frequent category. */
  readonly baseline?: number
  readonly note?: string
  /**
   * SHA-256 of the values of the evaluated examples, in order, and of their labels if the figure depends on them.
   * Two figures are of the same examples only if both hashes are equal.
   */
  readonly examplesHash?: string
  readonly labelsHash?: string
  /** For a figure of samples: whether they are draws x ~ p(x|z) or the means of p(x|z). */
  readonly samplesAre?: 'draws' | 'means'
}

/** A ledger entry with the value of each example, if it is a mean over them. */
export interface MeasuredEntry extends LedgerEntry {
  readonly group: Group
  readonly examplesHash: string
  /** In the order of the split. */
  readonly values?: Float64Array
}

type Shared =
  | 'group'
  | 'split'
  | 'examples'
  | 'likelihood'
  | 'binarize'
  | 'seed'
  | 'examplesHash'
  | 'labelsHash'

/** A figure without the fields that all figures of an evaluation share; it may have its own. */
export type Figure = Omit<MeasuredEntry, Shared> & Partial<Pick<MeasuredEntry, Shared>>

/** A figure's value as the mean of the values of single examples. */
export function averaged(values: Float64Array): Averaged {
  const { mean, error } = meanWithError(values)
  return { value: mean, standardError: error, values }
}

/** With an interface, the declaration reads in TypeScript before 5.7, whose arrays have no type parameter. */
interface Averaged {
  readonly value: number
  readonly standardError: number
  readonly values: Float64Array
}

/** Enough of a hash to tell two apart at a glance. */
export const shortHash = (hash = ''): string => hash.slice(0, 12)

/** The 95 % interval of a figure, if it has one: its own, or Student's t from the standard error. */
export function intervalOf(entry: LedgerEntry): readonly [low: number, high: number] | undefined {
  const { value, standardError: error, interval, examples } = entry
  if (interval || error === undefined || examples < 2) return interval
  const half = criticalStudent(0.95, examples - 1) * error
  return [value - half, value + half]
}

/** Two decimals, four below 10, thousands in groups; scientific notation for very large and very small values. */
export function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : value > 0 ? '∞' : '−∞'
  const magnitude = Math.abs(value)
  if (magnitude !== 0 && (magnitude >= 1e7 || magnitude < 1e-3)) return value.toExponential(3)
  return grouped(value.toFixed(magnitude >= 10 ? 2 : 4))
}
