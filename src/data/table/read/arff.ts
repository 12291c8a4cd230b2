import { shortened } from '../../../tensor/described.ts'
import { UserError } from '../../../tensor/errors.ts'
import type { Cell, ColumnHint, RecordBatch, RecordSource, TableReading } from '../records.ts'
import { batchRows, columnNames } from './batches.ts'
import { type ByteSource, readHead } from './bytes.ts'
import { fileEncoding, lineEndOf, linesOf } from './lines.ts'
import { ENCODING_HEAD, type Encoding, encodingText, textHead } from './text.ts'

/** Whether text begins as an ARFF file does: with comments, then `@relation`. */
export const isArff = (head: string): boolean =>
  /^\uFEFF?(\s*(%[^\r\n]*)?[\r\n]+)*\s*@relation\s/i.test(head)

interface Attribute {
  readonly name: string
  readonly hint: ColumnHint | undefined
}

interface Header {
  readonly attributes: readonly Attribute[]
  /** Number of the line `@data`. */
  readonly data: number
  /** The lines before it. */
  readonly lines: readonly string[]
}

/**
 * Opens an ARFF file of Weka: `@attribute` lines with the type numeric, real, integer, string, date or a list of
 * categories, then rows of values. `?` is a missing value.
 *
 * @throws UserError, here or while the rows are read, that names the line of a fault
 */
export async function openArff(source: ByteSource, reading: TableReading): Promise<RecordSource> {
  const { name } = source
  const encoding = await fileEncoding(source, reading)
  const header = await readHeader(source, encoding)
  const { attributes } = header
  const lineEnd = lineEndOf(textHead(await readHead(source, ENCODING_HEAD), encoding))
  if (attributes.length === 0)
    throw new UserError(`${name}: has no @attribute line; expected one for each column`)
  return {
    name,
    format: 'arff',
    columns: columnNames(
      attributes.map((attribute) => attribute.name),
      name,
    ),
    hints: attributes.map(({ hint }) => hint),
    original: { format: 'arff', header: header.lines, lineEnd },
    reading: `ARFF, @data in line ${header.data}, ${encodingText(encoding)}`,
    batches: () => arffBatches(source, encoding, header),
  }
}

async function readHeader(source: ByteSource, encoding: Encoding): Promise<Header> {
  const attributes: Attribute[] = []
  const before: string[] = []
  for await (const { first, lines } of linesOf(source, encoding))
    for (const [i, text] of lines.entries()) {
      const line = text.trim()
      if (/^@data\b/i.test(line)) return { attributes, data: first + i, lines: before }
      before.push(text)
      if (/^@attribute\b/i.test(line))
        attributes.push(attributeOf(line, `${source.name}: line ${first + i}`))
      else if (line !== '' && !line.startsWith('%') && !/^@relation\b/i.test(line))
        throw new UserError(
          `${source.name}: line ${first + i}: ${JSON.stringify(shortened(line))} cannot be read; expected @attribute or @data`,
        )
    }
  throw new UserError(`${source.name}: has no @data line; expected one before the rows`)
}

function attributeOf(line: string, where: string): Attribute {
  const found = /^@attribute\s+('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\S+)\s+(.+)$/i.exec(line)
  const type = found?.[2]?.trim() ?? ''
  const name = valuesOf(found?.[1] ?? '', where)[0]?.text ?? ''
  if (type.startsWith('{') && type.endsWith('}')) {
    const categories = valuesOf(type.slice(1, -1), where).map(({ text }) => text)
    return { name, hint: { kind: 'categorical', categories } }
  }
  if (/^(numeric|real|integer)\b/i.test(type)) return { name, hint: undefined }
  if (/^string\b/i.test(type)) return { name, hint: undefined }
  if (/^date\b/i.test(type)) return { name, hint: { kind: 'datetime' } }
  throw new UserError(
    `${where}: ${JSON.stringify(shortened(line))} cannot be read; expected @attribute, a name, and numeric, string, date or {a, b}`,
  )
}

interface Value {
  readonly text: string
  readonly quoted: boolean
  /** As it stands in the line, with its quotes. */
  readonly raw: string
}

/** Values between commas, in single or double quotes or without, where \\ stands before a quote. */
const value = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^,'"]*))\s*(,|$)/y

function valuesOf(line: string, where: string): Value[] {
  const values: Value[] = []
  value.lastIndex = 0
  for (;;) {
    const at = value.lastIndex
    const found = value.exec(line)
    if (!found)
      throw new UserError(
        `${where}: ${JSON.stringify(shortened(line.slice(at)))} cannot be divided into values; expected commas between them, and a quote at both ends or none`,
      )
    const quoted = found[1] ?? found[2]
    const raw = found[0].slice(0, found[0].length - found[4]!.length).trim()
    values.push(
      quoted === undefined
        ? { text: found[3]!.trim(), quoted: false, raw }
        : { text: quoted.replace(/\\(.)/g, '$1'), quoted: true, raw },
    )
    if (found[4] === '') return values
  }
}

interface Row {
  readonly values: readonly Value[]
  readonly line: number
}

async function* arffBatches(
  source: ByteSource,
  encoding: Encoding,
  { attributes, data }: Header,
): AsyncIterable<RecordBatch> {
  const most = batchRows(attributes.length)
  let waiting: Row[] = []
  for await (const { first, lines } of linesOf(source, encoding)) {
    for (const [i, text] of lines.entries()) {
      const line = first + i
      if (line > data && !/^\s*(%|$)/.test(text))
        waiting.push({
          line,
          values: rowOf(text, attributes.length, `${source.name}: line ${line}`),
        })
    }
    while (waiting.length >= most) yield batchOf(waiting.splice(0, most), attributes.length)
  }
  for (; waiting.length > 0; waiting = waiting.slice(most))
    yield batchOf(waiting.slice(0, most), attributes.length)
}

function rowOf(text: string, width: number, where: string): readonly Value[] {
  if (text.trimStart().startsWith('{'))
    throw new UserError(`${where}: is a sparse row; expected all values, with commas between them`)
  const values = valuesOf(text, where)
  if (values.length !== width)
    throw new UserError(
      `${where} has ${values.length} values; expected ${width}, one for each @attribute`,
    )
  return values
}

const cellOf = ({ text, quoted }: Value): Cell => (text === '?' && !quoted ? null : text)

function batchOf(rows: readonly Row[], width: number): RecordBatch {
  const columns = Array.from({ length: width }, (_, column) =>
    rows.map(({ values }) => cellOf(values[column]!)),
  )
  return {
    count: rows.length,
    columns,
    place: (row) => `line ${rows[row]!.line}`,
    raw: (row) => rows[row]!.values.map(({ raw }) => raw),
  }
}
