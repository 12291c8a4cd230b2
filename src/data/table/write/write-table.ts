import { UserError } from '../../../tensor/errors.ts'
import type { RecordSource } from '../records.ts'
import type { CsvOptions } from './csv.ts'
import { requireFitting, type TableEdit, typedEdit } from './edit.ts'
import type { TableTarget } from './format.ts'

export interface WritingOptions extends Pick<CsvOptions, 'spreadsheet'> {}

/**
 * A table as it came, with other columns: its rows in order, each cell as it was but for those of the edit. It is computed and
 * written some rows at a time, whatever its size.
 *
 *     const source = await openRecords(bytes)
 *     const edit = { added: [{ name: 'score', type: 'number' }], cells: (start, end) => ({ added: [scores.slice(start, end)] }) }
 *     for await (const part of tableParts(source, edit, { format: 'csv', gzip: false })) …
 *
 * In the format of its file, a table keeps its separator, header, decimal sign, line ends, quotes (CSV), the text of its
 * lines (JSON lines), the bytes of its columns (Parquet) or its type (arrays). Text is written in UTF-8.
 *
 * @throws UserError for an edit that does not fit the table, and for cells that the format cannot hold
 */
export async function* tableParts(
  source: RecordSource,
  edit: TableEdit,
  target: TableTarget,
  options: WritingOptions = {},
): AsyncGenerator<Uint8Array | string> {
  requireFitting(source, edit)
  const parts = partsOf(source, edit, target, options)
  if (!target.gzip) yield* parts
  else {
    const { gzipParts } = await import('./gzip-parts.ts')
    yield* gzipParts(parts)
  }
}

async function* partsOf(
  source: RecordSource,
  edit: TableEdit,
  { format }: TableTarget,
  { spreadsheet }: WritingOptions,
): AsyncGenerator<Uint8Array | string> {
  const { original } = source
  if (format === 'parquet' && original?.format === 'parquet') {
    const { parquetCopyParts } = await import('./parquet-copy.ts')
    return yield* parquetCopyParts(source, original, edit)
  }
  const typed = await typedEdit(source, edit)
  switch (format) {
    case 'csv':
    case 'tsv': {
      const { csvParts } = await import('./csv.ts')
      const separator = format === 'tsv' ? '\t' : undefined
      return yield* csvParts(source, typed, { separator, spreadsheet })
    }
    case 'json lines':
    case 'json list': {
      const { jsonParts } = await import('./json.ts')
      return yield* jsonParts(
        source,
        typed,
        format === 'json list' && original?.format !== 'json lines',
      )
    }
    case 'parquet': {
      const { parquetParts } = await import('./parquet.ts')
      return yield* parquetParts(source, typed)
    }
    case 'npy': {
      const { npyParts } = await import('./arrays.ts')
      return yield* npyParts(source, typed)
    }
    case 'npz': {
      const { npzBytes } = await import('./arrays.ts')
      return yield await npzBytes(source, typed)
    }
    case 'arff': {
      const { arffParts } = await import('./arff.ts')
      if (original?.format === 'arff') return yield* arffParts(source, original, typed)
      throw new UserError(
        `${source.name}: is no ARFF file, and only those are written as ARFF; choose a name that ends in .csv, .jsonl or .parquet`,
      )
    }
  }
}
