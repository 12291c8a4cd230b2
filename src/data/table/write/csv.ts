import type { CsvOriginal } from '../original.ts'
import type { Cell, RecordSource } from '../records.ts'
import { inert, type TextForm, textOfCell } from './cell-texts.ts'
import { type EditedBatch, editedBatches, type TableEdit } from './edit.ts'

/** How a CSV file is written. */
export interface CsvForm extends TextForm {
  readonly separator: string
  readonly header: boolean
  readonly comment?: string | undefined
  readonly mark: boolean
  readonly lineEnd: string
}

/** How CSV is written where no file says it. */
export const plainCsv: CsvForm = {
  separator: ',',
  header: true,
  decimal: 'point',
  mark: false,
  lineEnd: '\n',
  spreadsheet: false,
}

export interface CsvOptions {
  readonly separator?: string | undefined
  readonly spreadsheet?: boolean | undefined
}

/**
 * A table as CSV in UTF-8, some rows at a time. Of a CSV file, cells go out as they stand in it, with the same quotes;
 * separator (if none is stated), header or none, decimal sign, line end and byte order mark are those of the file. New cells are
 * in quotes only where they would be read otherwise.
 */
export async function* csvParts(
  source: RecordSource,
  edit: TableEdit,
  { separator, spreadsheet = false }: CsvOptions = {},
): AsyncGenerator<string> {
  const { original } = source
  const of: CsvOriginal | undefined = original?.format === 'csv' ? original : undefined
  const form: CsvForm = {
    ...plainCsv,
    ...(of && { ...of, header: of.header !== undefined }),
    separator: separator ?? of?.separator ?? plainCsv.separator,
    spreadsheet,
  }
  // Raw cells of another separator would be read otherwise.
  const isRaw = of !== undefined
  if (form.mark) yield '\uFEFF'
  if (form.header) yield headerLine(source, edit, of, form)
  for await (const edited of editedBatches(source, edit)) yield rowLines(edited, isRaw, form)
}

function headerLine(
  { columns }: RecordSource,
  { added = [] }: TableEdit,
  original: CsvOriginal | undefined,
  form: CsvForm,
): string {
  const own = original?.header
    ? original.header.map((raw) => rawText(raw, form))
    : columns.map((name) => newText(name, form))
  return lineOf([...own, ...added.map(({ name }) => newText(name, form))], form)
}

function rowLines({ batch, replaced, added }: EditedBatch, isRaw: boolean, form: CsvForm): string {
  const { count, columns } = batch
  const lines: string[] = []
  for (let row = 0; row < count; row++) {
    const raw = isRaw ? batch.raw?.(row) : undefined
    const cells: string[] = []
    for (let j = 0; j < columns.length; j++) {
      const edited = replaced.get(j)?.[row]
      cells.push(
        edited !== undefined
          ? cellText(edited, form)
          : raw
            ? rawText(raw[j]!, form)
            : cellText(columns[j]![row], form),
      )
    }
    for (const column of added) cells.push(cellText(column[row], form))
    lines.push(lineOf(cells, form))
  }
  return lines.join('')
}

function lineOf(cells: readonly string[], { separator, comment, lineEnd }: CsvForm): string {
  const first = cells[0]!
  const isComment = comment !== undefined && first.startsWith(comment)
  const safe = isComment ? [inQuotes(first), ...cells.slice(1)] : cells
  return safe.join(separator) + lineEnd
}

/** A cell as it stands in a CSV file; one that a spreadsheet would run, or that has the new separator in it, is changed. */
function rawText(raw: string, form: CsvForm): string {
  const isQuoted = raw.startsWith('"')
  if (form.spreadsheet) {
    const text = isQuoted ? raw.slice(1, -1).replaceAll('""', '"') : raw
    const safe = inert(text, form)
    if (safe !== text) return isQuoted ? inQuotes(safe) : quotedIfNeeded(safe, form)
  }
  return !isQuoted && raw.includes(form.separator) ? inQuotes(raw) : raw
}

const cellText = (cell: Cell, form: CsvForm): string =>
  typeof cell === 'string' ? newText(cell, form) : quotedIfNeeded(textOfCell(cell, form), form)

const newText = (text: string, form: CsvForm): string => quotedIfNeeded(inert(text, form), form)

/** A text as CSV writes it: in quotes where it would be read otherwise. */
const quotedIfNeeded = (text: string, { separator }: CsvForm): string =>
  /["\r\n]|^\s|\s$/.test(text) || text.includes(separator) ? inQuotes(text) : text

const inQuotes = (text: string): string => `"${text.replaceAll('"', '""')}"`
