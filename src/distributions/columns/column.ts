/** What a column that a model is trained on holds. */
export const trainedKinds = [
  'numeric',
  'positive',
  'count',
  'binary',
  'categorical',
  'ordinal',
  'datetime',
] as const

export type TrainedKind = (typeof trainedKinds)[number]

/** The distributions of each kind of column; the first is its default. */
export const distributionsOf = {
  numeric: ['gaussian', 'student-t'],
  positive: ['log-normal'],
  count: ['negative-binomial', 'poisson'],
  binary: ['bernoulli'],
  categorical: ['categorical'],
  ordinal: ['ordinal'],
  datetime: ['gaussian', 'student-t'],
} as const satisfies Readonly<Record<TrainedKind, readonly string[]>>

/** p(value of a column | decoder's output). */
export type ColumnDistribution = (typeof distributionsOf)[TrainedKind][number]

/**
 * A column of a table as a model is trained on it, fitted on the training rows: it belongs to the model.
 *
 * A model sees a row as cells `[C]` in float32, one for each column; NaN is a missing cell. With `x` the value in the
 * file, the cell is
 * - numeric, datetime (in days since 1970): `(x - centre) / scale`, or the quantile mapping of x by `knots`
 * - positive: `(log x - centre) / scale`
 * - count: x; an encoder sees `(log(1 + x) - centre) / scale`
 * - binary: 0 or 1, the first or the second of `categories`
 * - categorical, ordinal: the index of x in `categories`, or their number K if x is none of them
 */
export interface TableColumn {
  readonly name: string
  readonly kind: TrainedKind
  readonly distribution: ColumnDistribution
  /** Whether training rows had missing values: an encoder then sees, beside the cell, whether there is a value. */
  readonly gaps: boolean
  readonly centre: number
  /** Above 0. */
  readonly scale: number
  /** Of counts: their mean and a dispersion that explains their variance, with which training starts. */
  readonly initial?: { readonly mean: number; readonly dispersion: number } | undefined
  /** Values as text: of a binary column 2, in the order of their indices. */
  readonly categories?: readonly string[] | undefined
  /**
   * A mapping by quantiles: linear from `x[i]` to `y[i]`, both increasing, and beyond the ends with the slope of the
   * first and the last piece.
   */
  readonly knots?: { readonly x: readonly number[]; readonly y: readonly number[] } | undefined
  /** The smallest and the largest training value, in the units of the file; absent for categories. */
  readonly range?: readonly [low: number, high: number] | undefined
}
