import { criticalStudent } from '../statistics/critical-values.ts'
import type { Group } from './groups.ts'

/** A figure that leaves the program, with everything that says what it is. */
export interface LedgerEntry {
  /** What the figure is called: `ELBO`, `reconstruction`, `KL`. */
  readonly figure: string
  readonly value: number
  /** `nats per example`, `bits per dimension`, `squared error per example`, … */
  readonly unit: string
  /** The split that it is a mean over: `train`, `validation` or `test`. */
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
  /** Of the mean, over examples (and whatever was drawn for each). */
  readonly standardError?: number
  /** Of what was drawn alone, the examples being held: how far another seed would move the figure. */
  readonly drawingError?: number
  /** 95 % interval, where it is not that of a mean over the examples. */
  readonly interval?: readonly [low: number, high: number]
  readonly note?: string
  /**
   * SHA-256 of the values of the examples that were evaluated, in their order, and of their labels where
   * these enter the figure. Single examples of two figures are the same only where both hashes are equal.
   */
  readonly examplesHash?: string
  readonly labelsHash?: string
  /** Of a figure of samples: whether they are draws x ~ p(x|z) or the means of p(x|z). */
  readonly samplesAre?: 'draws' | 'means'
}

/** A ledger entry with the figures of the single examples, where it is a mean over them. */
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

/** A figure before what all figures of an evaluation share, unless it has that of its own. */
export type Figure = Omit<MeasuredEntry, Shared> & Partial<Pick<MeasuredEntry, Shared>>

/** As much of a hash as tells two apart at a glance. */
export const shortHash = (hash = ''): string => hash.slice(0, 12)

/** The 95 % interval of a figure, where it has one: its own, or Student's by its standard error. */
export function intervalOf(entry: LedgerEntry): readonly [low: number, high: number] | undefined {
  const { value, standardError: error, interval, examples } = entry
  if (interval || error === undefined || examples < 2) return interval
  const half = criticalStudent(0.95, examples - 1) * error
  return [value - half, value + half]
}

/** Two digits behind the point, four below 10; powers of ten for the very large and very small. */
export function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : value > 0 ? '∞' : '−∞'
  const magnitude = Math.abs(value)
  if (magnitude !== 0 && (magnitude >= 1e7 || magnitude < 1e-3)) return value.toExponential(3)
  return value.toFixed(magnitude >= 10 ? 2 : 4)
}
