import type { DType, HostTensor } from '../../tensor/host.ts'
import type { ByteSource } from './read/bytes.ts'

/** How a file is stored, besides its cells: what a writer of the same format needs to write a table as it came. */
export type Original =
  | CsvOriginal
  | JsonOriginal
  | ArffOriginal
  | ParquetOriginal
  | NpyOriginal
  | NpzOriginal
  | MadeOriginal

/** What a column of a format with types holds; a `number` is a float64. */
export type ColumnType = 'number' | 'float32' | 'integer' | 'boolean' | 'date' | 'text'

/** A column that is to be written. */
export interface TypedColumn {
  readonly name: string
  readonly type: ColumnType
}

export interface CsvOriginal {
  readonly format: 'csv'
  readonly separator: string
  /** The names of the columns as they stand in the file, with their quotes; absent without a header. */
  readonly header?: readonly string[] | undefined
  readonly decimal: 'point' | 'comma'
  /** Lines that begin with this text are no rows. */
  readonly comment?: string | undefined
  /** Whether the file begins with a byte order mark. */
  readonly mark: boolean
  readonly lineEnd: string
}

export interface JsonOriginal {
  readonly format: 'json lines' | 'json list'
  readonly lineEnd: string
}

export interface ArffOriginal {
  readonly format: 'arff'
  /** The lines before `@data`. */
  readonly header: readonly string[]
  readonly lineEnd: string
}

export interface ParquetOriginal {
  readonly format: 'parquet'
  readonly source: ByteSource
  /** The file's `ParquetStructure`, which only readers and writers of Parquet know. */
  readonly structure: unknown
  /** Columns that cannot be read, and why: `"tags" (nested)`. */
  readonly unread: readonly string[]
}

export interface NpyOriginal {
  readonly format: 'npy'
  readonly dtype: DType
  /** Axes of the array: one, or two. */
  readonly axes: number
}

export interface NpzOriginal {
  readonly format: 'npz'
  readonly arrays: ReadonlyMap<string, HostTensor>
  /** The array whose columns are the table's; absent if each array is a column. */
  readonly examples?: string | undefined
}

/** Rows that come from no file, and are read only once: their types are known beforehand. */
export interface MadeOriginal {
  readonly format: 'made'
  readonly types: readonly ColumnType[]
}
