import type { ColumnKind } from './schema.ts'

/** A column of a packed table. */
export interface PackedColumn {
  readonly name: string
  readonly kind: ColumnKind
  /** Values of categories, labels and keys as text, in the order of their codes. */
  readonly dictionary?: readonly string[] | undefined
  /** How many rows have no value. */
  readonly missing: number
}

/**
 * A table whose rows have a fixed width, in memory or in a file, so that any of them can be read. Values are float64:
 * a number as it is, the code of a category, label or key, a date in days since 1970; NaN where there is none.
 */
export interface PackedTable {
  /** Name in messages. */
  readonly name: string
  /** Columns in the order of the file, without those of kind `ignore`. */
  readonly columns: readonly PackedColumn[]
  readonly count: number
  /** SHA-256 of names, kinds and values, hexadecimal; independent of the format that they came from. */
  readonly hash: string
  /** Some rows in the given order, row by row: `[n · columns]`. */
  read(rows: ArrayLike<number>): Float64Array
  /**
   * A number for each row: equal rows have equal ones, and others almost never do. Also in different tables, unless
   * they are of rows within this one, which takes a fraction of the time.
   */
  rowHashes(within?: 'table'): Float64Array
  /** Whether the rows are in memory, and not in a file. */
  readonly inMemory: boolean
  readonly bytes: number
  /** What a user should know of the packing, in sentences. */
  readonly notes?: readonly string[] | undefined
  close(): void
}
