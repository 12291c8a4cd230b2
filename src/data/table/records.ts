import type { Original } from './original.ts'

/** A value as a source gives it: text of a CSV file, a number of a Parquet column, null for a gap. */
export type Cell = string | number | bigint | boolean | Date | null | undefined

/** Some rows of a table, column by column. */
export interface RecordBatch {
  readonly count: number
  /** The values of each column, in the order of the source's `columns`: `count` each. */
  readonly columns: readonly ArrayLike<Cell>[]
  /** Where a row of the batch stands, for messages: `line 12`, `row 12`. Counted from 1, as an editor shows it. */
  place(row: number): string
  /**
   * A row as it stands in a file of text, for a writer of the same format: the cells of CSV and ARFF with their quotes,
   * the one line of JSON lines.
   */
  raw?(row: number): readonly string[]
}

/** A table that can be read from its beginning to its end, more than once. */
export interface RecordSource {
  /** Name in messages: the path of a file. */
  readonly name: string
  readonly format: TableFormat
  /** Names of the columns, all different. */
  readonly columns: readonly string[]
  /** What the format itself says of a column, as ARFF does: what it holds, and its categories in order. */
  readonly hints?: readonly (ColumnHint | undefined)[] | undefined
  /** Number of rows, where the format says so. */
  readonly count?: number | undefined
  /** How the file is read, for `inspect`: `separated by ";", header in line 1, UTF-8`. */
  readonly reading: string
  /** What a writer of the same format needs besides the cells. */
  readonly original?: Original | undefined
  /**
   * The rows in order, in batches of at most some thousands (of at most some hundred thousand cells), so that memory
   * does not grow with the table.
   *
   * @throws UserError that names the file and the line or row of a fault
   */
  batches(): AsyncIterable<RecordBatch>
}

/** What a file says of one of its columns. */
export interface ColumnHint {
  readonly kind?: 'binary' | 'categorical' | 'datetime' | undefined
  readonly categories?: readonly string[] | undefined
}

export type TableFormat =
  | 'csv'
  | 'parquet'
  | 'json lines'
  | 'npy'
  | 'npz'
  | 'arff'
  | 'objects'
  | 'array'

/** How text becomes a table, where it is not found out from the text itself. */
export interface TableReading {
  /** Between the values of a CSV file: one character, or `tab`. */
  readonly separator?: string | undefined
  /** As `TextDecoder` knows it: `utf-8`, `utf-16le`, `windows-1252`. */
  readonly encoding?: string | undefined
  /** Whether the first line of a CSV file holds the names of its columns. */
  readonly header?: boolean | undefined
  readonly decimal?: 'point' | 'comma' | undefined
  /** Lines that begin with this text are skipped. */
  readonly comment?: string | undefined
  /** The array of an `.npz` archive that holds the examples. */
  readonly array?: string | undefined
}
