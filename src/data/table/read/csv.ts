import { UserError } from '../../../tensor/errors.ts'
import { counted } from '../../../tensor/numbers.ts'
import type { Cell, RecordBatch, RecordSource, TableReading } from '../records.ts'
import { batchRows, columnNames } from './batches.ts'
import type { ByteSource } from './bytes.ts'
import { type CsvLayout, csvLayout, isBlank } from './csv-dialect.ts'
import { type CsvRow, countLines, csvRows } from './csv-rows.ts'
import { fileEncoding, lineEndOf } from './lines.ts'
import { type Encoding, encodingText, textOf } from './text.ts'

/** Characters at the beginning from which separator and header are found out; more if a row is longer. */
const LAYOUT_HEAD = 2 ** 16

/**
 * Opens a CSV or TSV file. Cells are texts as they stand between separators, without quotes around them; an empty
 * cell is an empty text. With `decimal: 'comma'`, cells that are numbers with a decimal comma become texts with a
 * point: `1.234,5` becomes `1234.5`.
 *
 * Empty lines are skipped, but in a table of one column they are rows with an empty cell.
 *
 * @throws UserError for a file that is not text, an empty one, and names of columns that cannot be told apart
 */
export async function openCsv(source: ByteSource, reading: TableReading): Promise<RecordSource> {
  const { name } = source
  const encoding = await fileEncoding(source, reading)
  const found = await layoutOf(source, encoding, reading)
  if (!found) throw new UserError(`${name}: is empty; expected a table with a row for each example`)
  const { layout, lineEnd } = found
  const { first, header } = layout
  const columns = columnNames(
    header ? first.cells : first.cells.map(() => ''),
    name,
    `line ${first.line}`,
  )
  const convert = layout.decimal === 'comma' ? withPoint : undefined
  const table: Table = { name, layout, columns, convert }
  return {
    name,
    format: 'csv',
    columns,
    reading: readingText(layout, encoding, reading),
    original: {
      format: 'csv',
      separator: layout.separator,
      header: header ? rawCells(first) : undefined,
      decimal: layout.decimal,
      comment: reading.comment,
      mark: encoding.mark > 0,
      lineEnd,
    },
    batches: () => csvBatches(source, encoding, table),
  }
}

interface Table {
  readonly name: string
  readonly layout: CsvLayout
  readonly columns: readonly string[]
  readonly convert: ((cell: string) => string) | undefined
}

async function layoutOf(
  source: ByteSource,
  encoding: Encoding,
  reading: TableReading,
): Promise<{ layout: CsvLayout; lineEnd: string } | undefined> {
  const found = (text: string, isWhole: boolean) => {
    const layout = csvLayout(text, isWhole, reading, source.name)
    return layout && { layout, lineEnd: lineEndOf(text) }
  }
  let head = ''
  let enough = LAYOUT_HEAD
  for await (const piece of textOf(source, encoding, () => 1 + countLines(head))) {
    head += piece
    if (head.length < enough) continue
    const layout = found(head.slice(0, enough), false)
    if (layout) return layout
    enough *= 4
  }
  return found(head, true)
}

/** How the file is read, and what of it can be stated because it was found out. */
function readingText(layout: CsvLayout, encoding: Encoding, { comment }: TableReading) {
  const { separator, header, first, decimal } = layout
  const found = [...layout.found, ...(encoding.found ? ['encoding'] : [])]
  return (
    [
      `separated by ${separator === '\t' ? 'tab' : JSON.stringify(separator)}`,
      header ? `header in line ${first.line}` : 'no header',
      encodingText(encoding),
      ...(decimal === 'comma' ? ['decimal comma'] : []),
      ...(comment === undefined ? [] : [`comments after ${JSON.stringify(comment)}`]),
    ].join(', ') + (found.length > 0 ? ` (found out: ${found.join(', ')})` : '')
  )
}

async function* csvBatches(
  source: ByteSource,
  encoding: Encoding,
  table: Table,
): AsyncIterable<RecordBatch> {
  const rows = csvRows(source.name, table.layout)
  const most = batchRows(table.columns.length)
  let waiting: CsvRow[] = []
  let any = false
  for await (const text of textOf(source, encoding, () => rows.line)) {
    for (const row of rows.push(text, false)) if (isWanted(row, table)) waiting.push(row)
    any ||= waiting.length > 0
    while (waiting.length >= most) yield batchOf(waiting.splice(0, most), table)
  }
  for (const row of rows.push('', true)) if (isWanted(row, table)) waiting.push(row)
  any ||= waiting.length > 0
  if (!any)
    throw new UserError(`${source.name}: has a header and no rows; expected at least one row`)
  for (; waiting.length > 0; waiting = waiting.slice(most))
    yield batchOf(waiting.slice(0, most), table)
}

/** Whether a row belongs to the table. Throws UserError for one that does not fit. */
function isWanted({ cells, line }: CsvRow, { name, layout, columns }: Table): boolean {
  const { first, header } = layout
  if (line < first.line || (header && line === first.line)) return false
  if (cells.length === columns.length) return true
  if (isBlank(cells)) return false
  throw new UserError(
    `${name}: line ${line} has ${counted(cells.length, 'value')}; expected ${columns.length} as in ${header ? 'the header' : `line ${first.line}`}`,
  )
}

function batchOf(rows: readonly CsvRow[], { columns, convert }: Table): RecordBatch {
  const cells = columns.map((_, column) => {
    const values = new Array<Cell>(rows.length)
    for (let row = 0; row < rows.length; row++) values[row] = rows[row]!.cells[column]!
    return convert ? values.map((cell) => convert(cell as string)) : values
  })
  return {
    count: rows.length,
    columns: cells,
    place: (row) => `line ${rows[row]!.line}`,
    raw: (row) => rawCells(rows[row]!),
  }
}

const rawCells = ({ cells, raw = cells }: CsvRow): readonly string[] => raw

const commaNumber = /^\s*[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)?(?:,\d*)?(?:[eE][+-]?\d+)?\s*$/

/** A number with a decimal comma as a text with a point; any other text as it is. */
const withPoint = (cell: string): string =>
  /\d/.test(cell) && commaNumber.test(cell) ? cell.replaceAll('.', '').replace(',', '.') : cell
