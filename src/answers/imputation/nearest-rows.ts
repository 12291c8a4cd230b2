import { requireOneOf, requireOptions, requireWhole } from '../../tensor/checks.ts'
import { encodingOf, featureMeans } from './encoding.ts'
import { type ImputedColumn, type Imputer, withGapsFilled } from './imputer.ts'

export interface NearestRowsOptions {
  /** How many rows a value is averaged over; 5 by default. */
  readonly neighbours?: number | undefined
  /** Whether near rows count more: by 1 / distance, and rows at distance 0 alone. All count the same by default. */
  readonly weights?: 'uniform' | 'distance' | undefined
}

/**
 * Fills a gap with the mean over the rows, nearest to this one, that have a value in the column; with the most
 * frequent of their categories. As scikit-learn's `KNNImputer`, over the features of `encodingOf`: the squared distance of
 * two rows is that of the features that both have, times F / their number (Dixon 1979, Pattern recognition with partly
 * missing data). Of equally near rows the first are taken. Without a row that shares a feature with this one, it is the
 * mean of the column, or its mode.
 *
 * Takes time n m F for n rows with gaps and the m rows that were given.
 *
 * @param rows `[m, C]` that neighbours are sought among
 * @throws RangeError for options that are none, and for a column without a value
 */
export function nearestRows(
  columns: readonly ImputedColumn[],
  rows: Float64Array,
  options: NearestRowsOptions = {},
): Imputer {
  requireOptions(options, 'options', ['neighbours', 'weights'])
  const { neighbours = 5, weights = 'uniform' } = options
  requireWhole(neighbours, 'neighbours', { low: 1 })
  requireOneOf(weights, 'weights', ['uniform', 'distance'])
  const { columnOf, encode, decode } = encodingOf(columns, rows)
  const features = columnOf.length
  const donors = encode(rows)
  const means = featureMeans(donors, features)
  const candidates = columns.map((_, column) => rowsWithValue(rows, column, columns.length))
  const distancesFrom = distancesTo(donors, features)

  return (values) => {
    const encoded = encode(values)
    let measured = -1
    let distances: Float64Array = new Float64Array(0)
    return withGapsFilled(columns, values, (row, column) => {
      if (row !== measured) {
        distances = distancesFrom(encoded.subarray(row * features, (row + 1) * features))
        measured = row
      }
      const near = nearest(distances, candidates[column]!, neighbours)
      if (near.length === 0) return decode(column, (feature) => means[feature]!)
      const shares = sharesOf(near, distances, weights)
      return decode(column, (feature) =>
        near.reduce((sum, donor, i) => sum + shares[i]! * donors[donor * features + feature]!, 0),
      )
    })
  }
}

/** The rows that have a value in a column. */
function rowsWithValue(rows: Float64Array, column: number, width: number): Int32Array {
  const found: number[] = []
  for (let at = column, row = 0; at < rows.length; at += width, row++)
    if (!Number.isNaN(rows[at]!)) found.push(row)
  return Int32Array.from(found)
}

/**
 * What gives the squared distances `[m]` of a row to the donors `[m, F]`; NaN where they share no feature. The array is
 * reused between calls.
 */
function distancesTo(donors: Float64Array, width: number): (row: Float64Array) => Float64Array {
  const known = donors.map((value) => Number(!Number.isNaN(value)))
  const values = donors.map((value) => (Number.isNaN(value) ? 0 : value))
  const distances = new Float64Array(donors.length / width)
  return (row) => {
    const shared = Array.from(row.keys()).filter((feature) => !Number.isNaN(row[feature]!))
    for (let donor = 0, start = 0; start < values.length; donor++, start += width) {
      let sum = 0
      let count = 0
      for (const feature of shared) {
        const isKnown = known[start + feature]!
        const difference = values[start + feature]! - row[feature]!
        sum += isKnown * difference * difference
        count += isKnown
      }
      distances[donor] = (sum / count) * width
    }
    return distances
  }
}

/** The `count` candidates at the smallest distances, nearest first; fewer if others have no distance. */
function nearest(distances: Float64Array, candidates: Int32Array, count: number): number[] {
  const found: number[] = []
  let limit = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const distance = distances[candidate]!
    if (!(distance < limit)) continue
    let at = found.length
    while (at > 0 && distances[found[at - 1]!]! > distance) at--
    found.splice(at, 0, candidate)
    if (found.length > count) found.pop()
    if (found.length === count) limit = distances[found[count - 1]!]!
  }
  return found
}

/** What each of the nearest rows counts, 1 in sum. */
function sharesOf(
  near: readonly number[],
  squaredDistances: Float64Array,
  weights: 'uniform' | 'distance',
): number[] {
  const distances = near.map((donor) => Math.sqrt(squaredDistances[donor]!))
  const isEqual = distances.some((distance) => distance === 0)
  const unscaled = distances.map((distance) => {
    if (weights === 'uniform') return 1
    return isEqual ? Number(distance === 0) : 1 / distance
  })
  const sum = unscaled.reduce((a, b) => a + b)
  return unscaled.map((weight) => weight / sum)
}
