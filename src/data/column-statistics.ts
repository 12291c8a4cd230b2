import type { HostTensor } from '../tensor/host.ts'
import { evenly } from './indices.ts'
import { chunksOf, type RowStore } from './row-store.ts'

/** What a column holds. Figures are over its finite values, and null if there are none. */
export interface ColumnStatistics {
  /** Counted from 0. */
  readonly column: number
  readonly min: number | null
  readonly max: number | null
  readonly mean: number | null
  /** Standard deviation, divided by n; null also where it overflows. */
  readonly deviation: number | null
  readonly nonFinite: number
  readonly constant: boolean
  /**
   * A standard deviation that outliers do not change; 0 if unknown. It is the interquartile range / 1.349, as of a
   * normal distribution, or for a column that is mostly one value the median distance of the others from it.
   */
  readonly spread: number
  readonly outliers?: Outliers | undefined
}

/** Values of a column that lie far from all others. */
export interface Outliers {
  readonly count: number
  /** The one farthest from the median, and its row. */
  readonly value: number
  readonly row: number
  /** Its distance from the median, in spreads. */
  readonly distance: number
}

/** The columns of an array, and the sum of its finite values in the order of the array. */
export interface Columns {
  readonly columns: readonly ColumnStatistics[]
  readonly sum: number
}

export interface ColumnOptions {
  /** Whether all columns hold values of one kind, as pixels do: they then share a median and a spread. */
  readonly alike?: boolean | undefined
}

/** Rows whose columns are described. */
interface DescribedRows {
  readonly width: number
  readonly count: number
  /** The number of the row at a position. */
  rowAt(position: number): number
  /** A function of the values of the rows at some positions: column j of row i of these. */
  some(positions: readonly number[]): (i: number, j: number) => number
  /** All values, some rows at a time. */
  chunks(): Iterable<ArrayLike<number | bigint>>
}

/** Medians and spreads are of this many rows, or of all. */
const SAMPLED = 1000

/** Values of each row that count where columns are alike. */
const PIXELS = 10

/** With more columns than these, medians and spreads by column take too long. */
const MOST_COLUMNS = 20_000

/** Powers of 2 from which a distance in spreads is recorded, and from which it may be that of an outlier. */
const [RECORDED, FAR] = [3, 7]

/** Powers of 2 below an outlier in which no value lies. */
const GAP = 3

/** Largest share of a column that can be outliers. */
const FEW = 0.05

/**
 * Statistics of each column of rows of `width` values: one pass over the values, which are not copied, after a look
 * at a thousand rows for medians and spreads.
 *
 * Outliers are values more than 2⁷ spreads from the median, at least 2³ times as far as every value that is not
 * one, and at most a twentieth of the column. The long tails of a log-normal column have no such gap, and the few
 * ones of a one-hot column are one spread away.
 */
export function columnStatistics(
  data: HostTensor['data'],
  width: number,
  options: ColumnOptions = {},
): Columns {
  return statisticsOfRows(
    {
      width,
      count: data.length / width,
      rowAt: (position) => position,
      some: (positions) => (i, j) => Number(data[positions[i]! * width + j]),
      chunks: () => [data],
    },
    options,
  )
}

/** The same of some rows of a store, which is read in chunks. */
export function storeStatistics(
  store: RowStore,
  rows: Int32Array,
  options: ColumnOptions = {},
): Columns {
  return statisticsOfRows(
    {
      width: store.width,
      count: rows.length,
      rowAt: (position) => rows[position]!,
      some(positions) {
        const values = store.gather(positions.map((position) => rows[position]!))
        return (i, j) => values[i * store.width + j]!
      },
      *chunks() {
        for (const { values } of chunksOf(store, rows)) yield values
      },
    },
    options,
  )
}

function statisticsOfRows(described: DescribedRows, { alike }: ColumnOptions): Columns {
  const { width, count } = described
  const centres = centresOf(described, alike || width > MOST_COLUMNS)
  const sums = columnSums(width)
  let sum = 0
  let position = 0
  for (const values of described.chunks())
    for (let start = 0; start < values.length; start += width, position++)
      for (let j = 0; j < width; j++) {
        const value = Number(values[start + j])
        if (!Number.isFinite(value)) {
          sums.nonFinite[j]!++
          continue
        }
        sum += value
        if (value < sums.min[j]!) sums.min[j] = value
        if (value > sums.max[j]!) sums.max[j] = value
        const difference = value - centres.median[j]!
        sums.first[j]! += difference
        sums.second[j]! += difference * difference
        const distance = Math.abs(difference) * centres.inverse[j]!
        if (distance >= 2 ** RECORDED)
          record(sums.far, { column: j, distance, value, row: described.rowAt(position) })
      }
  const columns = Array.from({ length: width }, (_, j) => statisticsOf(j, count, sums, centres))
  return { columns, sum }
}

interface Centres {
  readonly median: Float64Array
  readonly spread: Float64Array
  /** 1 / spread; where that is unknown, of the largest spread. */
  readonly inverse: Float64Array
}

function centresOf(described: DescribedRows, alike: boolean): Centres {
  const { width, count } = described
  const positions = evenly(count, SAMPLED)
  const valueAt = described.some(positions)
  const median = new Float64Array(width)
  const spread = new Float64Array(width)
  const columnAt = (j: number) => positions.map((_, i) => valueAt(i, j))
  const anywhere = () =>
    positions.flatMap((_, i) => evenly(width, PIXELS).map((j) => valueAt(i, (i + j) % width)))
  const shared = alike ? centreOf(anywhere()) : undefined
  for (let j = 0; j < width; j++) {
    const centre = shared ?? centreOf(columnAt(j))
    median[j] = centre.median
    spread[j] = centre.spread
  }
  const widest = spread.reduce((a, b) => Math.max(a, b), 0)
  const inverse = spread.map((own, j) => 1 / (own || widest || Math.abs(median[j]!) || 1))
  return { median, spread, inverse }
}

/** Median and spread of some values. */
function centreOf(values: readonly number[]): { median: number; spread: number } {
  const sorted = Float64Array.from(values.filter(Number.isFinite)).sort()
  const quantile = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0
  const median = quantile(0.5)
  const range = quantile(0.75) - quantile(0.25)
  if (range > 0) return { median, spread: range / 1.349 }
  const others = sorted.map((value) => Math.abs(value - median)).filter((distance) => distance > 0)
  // One or two values could be outliers themselves.
  return { median, spread: others.length < 3 ? 0 : others.sort()[others.length >> 1]! }
}

/** Sums over a column, `[D]` each; those of first and second powers are of the differences from the median. */
const columnSums = (width: number) => ({
  min: new Float64Array(width).fill(Number.POSITIVE_INFINITY),
  max: new Float64Array(width).fill(Number.NEGATIVE_INFINITY),
  first: new Float64Array(width),
  second: new Float64Array(width),
  nonFinite: new Float64Array(width),
  far: new Map<number, FarValues>(),
})

/** Values of a column that are far from the median. */
interface FarValues {
  /** How many are at a distance of 2ᵏ to 2ᵏ⁺¹ spreads, by k. */
  readonly counts: Map<number, number>
  farthest: Omit<Outliers, 'count'>
}

function record(
  all: Map<number, FarValues>,
  found: Omit<Outliers, 'count'> & { readonly column: number },
): void {
  const { column, ...far } = found
  const known = all.get(column) ?? { counts: new Map(), farthest: far }
  all.set(column, known)
  const power = Math.min(1024, Math.floor(Math.log2(far.distance)))
  known.counts.set(power, (known.counts.get(power) ?? 0) + 1)
  if (far.distance > known.farthest.distance) known.farthest = far
}

function outliersAmong(far: FarValues | undefined, count: number): Outliers | undefined {
  if (!far) return undefined
  const powers = [...far.counts.keys()].sort((a, b) => a - b)
  const isGap = (power: number) =>
    Array.from({ length: GAP }, (_, i) => power - 1 - i).every((below) => !far.counts.has(below))
  const from = powers.find((power) => power >= FAR && isGap(power))
  if (from === undefined) return undefined
  const outliers = powers
    .filter((power) => power >= from)
    .reduce((sum, power) => sum + far.counts.get(power)!, 0)
  return outliers > Math.max(1, FEW * count) ? undefined : { count: outliers, ...far.farthest }
}

function statisticsOf(
  column: number,
  rows: number,
  sums: ReturnType<typeof columnSums>,
  { median, spread }: Centres,
): ColumnStatistics {
  const nonFinite = sums.nonFinite[column]!
  const count = rows - nonFinite
  if (count === 0)
    return {
      column,
      min: null,
      max: null,
      mean: null,
      deviation: null,
      nonFinite,
      constant: false,
      spread: 0,
    }
  const [min, max] = [sums.min[column]!, sums.max[column]!]
  const shift = sums.first[column]! / count
  const variance = Math.max(0, sums.second[column]! / count - shift ** 2)
  return {
    column,
    min,
    max,
    mean: median[column]! + shift,
    deviation: Number.isFinite(variance) ? Math.sqrt(variance) : null,
    nonFinite,
    constant: min === max,
    spread: min === max ? 0 : spread[column]!,
    outliers: outliersAmong(sums.far.get(column), count),
  }
}
