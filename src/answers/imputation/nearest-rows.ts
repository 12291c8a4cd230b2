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
 * frequent of their categories. As scikit-learn's `KNNImputer`, over the features of `encodingOf`: the squared
 * distance of two rows is that of the features that both have, times F / their number (Dixon 1979, Pattern
 * recognition with partly missing data). Without a row that shares a feature with this one, it is the mean of the
 * column, or its mode.
 *
 * Rows that are equally far and compete for the last places share these evenly: the mean over all ways to choose
 * among them, where scikit-learn takes some of them. Tables of few distinct values have many such rows.
 *
 * Takes time n m F for n rows with gaps and the m rows that were given.
 *
 * @param rows `[m, C]` that neighbours are searched among
 * @throws RangeError for an unknown option, one out of range, and a column without a value
 */
export function nearestRows(
  columns: readonly ImputedColumn[],
  rows: Float64Array,
  options: NearestRowsOptions = {},
): Imputer {
  requireOptions(options, 'nearestRows', ['neighbours', 'weights'])
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
      const shares = sharesOf(near, weights)
      return decode(column, (feature) =>
        near.reduce((sum, { row: donor }, i) => {
          return sum + shares[i]! * donors[donor * features + feature]!
        }, 0),
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
    const own = Int32Array.from(row.keys()).filter((feature) => !Number.isNaN(row[feature]!))
    for (let donor = 0, start = 0; start < values.length; donor++, start += width) {
      let sum = 0
      let count = 0
      for (let i = 0; i < own.length; i++) {
        const feature = own[i]!
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

/** A row near another one. */
interface Near {
  readonly row: number
  readonly squaredDistance: number
  /** How many of the places among the nearest are its own: 1, or less if it shares them. */
  readonly places: number
}

/** The candidates that share `count` places, nearest first; fewer places if others have no distance. */
function nearest(distances: Float64Array, candidates: Int32Array, count: number): Near[] {
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
  const near = (row: number, places: number) => ({
    row,
    squaredDistance: distances[row]!,
    places,
  })
  if (found.length < count) return found.map((row) => near(row, 1))
  const nearer = found.filter((row) => distances[row]! < limit)
  const last = candidates.filter((row) => distances[row] === limit)
  const places = (count - nearer.length) / last.length
  return [...nearer.map((row) => near(row, 1)), ...Array.from(last, (row) => near(row, places))]
}

/** What each of the nearest rows counts, 1 in sum. */
function sharesOf(near: readonly Near[], weights: 'uniform' | 'distance'): number[] {
  const isEqual = near[0]!.squaredDistance === 0
  const unscaled = near.map(({ squaredDistance, places }) => {
    if (weights === 'uniform') return places
    return isEqual ? places * Number(squaredDistance === 0) : places / Math.sqrt(squaredDistance)
  })
  const sum = unscaled.reduce((a, b) => a + b)
  return unscaled.map((weight) => weight / sum)
}
