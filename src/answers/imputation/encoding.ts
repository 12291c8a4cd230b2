import {
  categoryCount,
  type ImputedColumn,
  knownValues,
  largest,
  meanOf,
  requireValues,
} from './imputer.ts'

/** Rows as numbers, for methods that know nothing else. */
export interface Encoding {
  /** The column that each of the F features is of. */
  readonly columnOf: readonly number[]
  /** Features `[n, F]` of values `[n, C]`; NaN in all features of a gap. */
  encode(values: Float64Array): Float64Array
  /** The value of a column, of what was predicted for its features. */
  decode(column: number, predicted: (feature: number) => number): number
}

/** A feature is `(value - centre) / scale`, or whether the value is this category. */
interface Feature {
  readonly column: number
  readonly centre: number
  readonly scale: number
  readonly category?: number
}

/**
 * The encoding of columns, fitted on the known values of rows `[n, C]`:
 * - numbers in the units of the file, and ordinal columns by the rank of their category: one feature, of mean 0 and
 *   standard deviation 1 (divided by n). A predicted rank is rounded to that of a category.
 * - binary and categorical columns: a feature for each category, 0 or 1. The category with the largest prediction is
 *   taken, the first of equals.
 *
 * @throws RangeError for a column without a value
 */
export function encodingOf(columns: readonly ImputedColumn[], rows: Float64Array): Encoding {
  const features = knownValues(columns, rows).flatMap((known, column): Feature[] => {
    if (!isOneHot(columns[column]!)) return [{ column, ...standardising(known) }]
    return Array.from({ length: categoryCount(columns[column]!) }, (_, category) => {
      return { column, category, centre: 0, scale: 1 }
    })
  })
  const columnOf = features.map(({ column }) => column)
  const featuresOf = columns.map((_, c) =>
    features.flatMap(({ column }, f) => (column === c ? [f] : [])),
  )
  return {
    columnOf,
    encode(values) {
      const count = requireValues(columns, values)
      const encoded = new Float64Array(count * features.length)
      for (let row = 0, at = 0; row < count; row++)
        for (const feature of features)
          encoded[at++] = encodedValue(feature, values[row * columns.length + feature.column]!)
      return encoded
    },
    decode(column, predicted) {
      const own = featuresOf[column]!
      if (isOneHot(columns[column]!)) return largest(own.map(predicted))
      const { centre, scale } = features[own[0]!]!
      const value = predicted(own[0]!) * scale + centre
      const categories = categoryCount(columns[column]!)
      return categories === 0 ? value : Math.min(categories - 1, Math.max(0, Math.round(value)))
    },
  }
}

const isOneHot = ({ kind }: ImputedColumn) => kind === 'binary' || kind === 'categorical'

function encodedValue({ category, centre, scale }: Feature, value: number): number {
  if (category === undefined || Number.isNaN(value)) return (value - centre) / scale
  return Number(value === category)
}

/** Mean and standard deviation, or 1 if all values are equal. */
function standardising(known: Float64Array): { centre: number; scale: number } {
  const centre = meanOf(known)
  const variance = meanOf(known.map((value) => (value - centre) ** 2))
  return { centre, scale: known.every((value) => value === known[0]) ? 1 : Math.sqrt(variance) }
}

/** The mean of the known values of each feature, `[F]`. */
export function featureMeans(encoded: Float64Array, width: number): Float64Array {
  const sums = new Float64Array(width)
  const counts = new Float64Array(width)
  encoded.forEach((value, at) => {
    if (Number.isNaN(value)) return
    sums[at % width]! += value
    counts[at % width]!++
  })
  return sums.map((sum, feature) => sum / counts[feature]!)
}
