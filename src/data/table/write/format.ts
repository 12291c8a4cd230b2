import { UserError } from '../../../tensor/errors.ts'
import { option, worded } from '../../../tensor/wording.ts'

/** Formats in which a table can be written. */
export type WrittenFormat =
  | 'csv'
  | 'tsv'
  | 'json lines'
  | 'json list'
  | 'parquet'
  | 'npy'
  | 'npz'
  | 'arff'

const endings: Readonly<Record<string, WrittenFormat>> = {
  csv: 'csv',
  txt: 'csv',
  data: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  jsonl: 'json lines',
  ndjson: 'json lines',
  json: 'json list',
  parquet: 'parquet',
  pq: 'parquet',
  npy: 'npy',
  npz: 'npz',
  arff: 'arff',
}

/** A format, and whether the file is packed as a whole. */
export interface TableTarget {
  readonly format: WrittenFormat
  readonly gzip: boolean
}

/** The format that the ending of a name says; undefined if it says none. */
export function targetOf(path: string): TableTarget | undefined {
  const [, ending, packed] = /\.([a-z]+)(\.gz)?$/i.exec(path) ?? []
  const format = endings[ending?.toLowerCase() ?? '']
  const gzip = packed !== undefined
  // Parquet and NPZ are compressed inside, and Parquet is read from its end.
  if (!format || (gzip && (format === 'parquet' || format === 'npz'))) return undefined
  return { format, gzip }
}

/**
 * The format that the ending of a name says.
 *
 * @throws UserError if it says none
 */
export function requireTarget(path: string): TableTarget {
  const target = targetOf(path)
  if (target) return target
  throw new UserError(
    worded`${option('out', path)}: expected a name that ends in .csv, .tsv, .jsonl, .parquet, .npy, .npz or .arff (the texts also in .gz), which chooses the format`,
  )
}
