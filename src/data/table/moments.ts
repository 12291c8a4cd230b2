import type { PackedTable } from './packed.ts'
import type { TableSchema } from './schema.ts'
import { tableChunks } from './table-chunks.ts'

/** What the values of a column are over some rows, in the units in which it is scaled. */
export interface ColumnMoments {
  /** Rows with a value, and without. */
  readonly count: number
  readonly missing: number
  /** Smallest and largest value, in the units of the file. */
  readonly low: number
  readonly high: number
  /** Of the values; of their logarithms for a positive column, of log(1 + x) for a count. */
  readonly mean: number
  /** Standard deviation, divided by n. */
  readonly deviation: number
  /** Of the values themselves: mean, and variance divided by n. */
  readonly plain: { readonly mean: number; readonly variance: number }
  /** Codes that occur, of a column of categories. */
  readonly seen: ReadonlySet<number>
  /** Values of evenly spread rows, where the schema asks for quantiles. */
  readonly sample: Float64Array
}

/** Most values that quantiles are taken of. */
const SAMPLED = 100_000

const scaledAs = {
  positive: Math.log,
  count: Math.log1p,
} as const satisfies Readonly<Record<string, (x: number) => number>>

/** The moments of every column of a packed table over some rows, in one pass. */
export function columnMoments(
  table: PackedTable,
  schema: TableSchema,
  rows: Int32Array,
): readonly ColumnMoments[] {
  const every = Math.max(1, Math.ceil(rows.length / SAMPLED))
  const sums = table.columns.map(({ name, kind, dictionary }) => {
    const transform = schema.columns.find((one) => one.name === name)?.transform
    const map = kind in scaledAs ? scaledAs[kind as keyof typeof scaledAs] : undefined
    return new RunningMoments(dictionary !== undefined, map, transform === 'quantile')
  })
  const width = table.columns.length
  for (const { start, count, values } of tableChunks(table, rows))
    for (let column = 0; column < width; column++) {
      const sum = sums[column]!
      for (let i = 0, at = column; i < count; i++, at += width)
        sum.add(values[at]!, (start + i) % every === 0)
    }
  return sums.map((sum) => sum.moments())
}

/**
 * Sums of differences from the first value, so that values that are large and close together, such as times, lose no
 * digits.
 */
class ShiftedSums {
  private count = 0
  private first = 0
  private sum = 0
  private squares = 0

  add(value: number): void {
    if (this.count === 0) this.first = value
    this.count++
    const difference = value - this.first
    this.sum += difference
    this.squares += difference * difference
  }

  moments(): { mean: number; variance: number } {
    const shift = this.sum / this.count
    const variance = Math.max(0, this.squares / this.count - shift * shift)
    return { mean: this.first + shift, variance }
  }
}

/** What is summed of one column. */
class RunningMoments {
  private count = 0
  private missing = 0
  private low = Number.POSITIVE_INFINITY
  private high = Number.NEGATIVE_INFINITY
  private readonly scaled = new ShiftedSums()
  private readonly plain = new ShiftedSums()
  private readonly seen = new Set<number>()
  private readonly sample: number[] = []

  constructor(
    private readonly isCodes: boolean,
    private readonly map: ((x: number) => number) | undefined,
    private readonly isSampled: boolean,
  ) {}

  add(value: number, isSampled: boolean): void {
    if (Number.isNaN(value)) {
      this.missing++
      return
    }
    if (this.isCodes) {
      this.count++
      this.seen.add(value)
      return
    }
    if (value < this.low) this.low = value
    if (value > this.high) this.high = value
    if (this.isSampled && isSampled) this.sample.push(value)
    this.count++
    this.plain.add(value)
    if (this.map) this.scaled.add(this.map(value))
  }

  moments(): ColumnMoments {
    const { count, missing, low, high, seen } = this
    const sample = Float64Array.from(this.sample)
    const plain = this.plain.moments()
    const { mean, variance } = this.map ? this.scaled.moments() : plain
    const deviation = Math.sqrt(variance)
    return { count, missing, low, high, mean, deviation, plain, seen, sample }
  }
}
