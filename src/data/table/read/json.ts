import { described, isRecord, shortened } from '../../../tensor/described.ts'
import { UserError } from '../../../tensor/errors.ts'
import { grouped } from '../../../tensor/numbers.ts'
import type { Cell, RecordBatch, RecordSource, TableReading } from '../records.ts'
import { batchRows, columnNames } from './batches.ts'
import { type ByteSource, readAll, readHead } from './bytes.ts'
import { ownValue, requireCell } from './cells.ts'
import { countLines } from './csv-rows.ts'
import { fileEncoding, lineEndOf, linesOf } from './lines.ts'
import { recordsOfObjects } from './objects.ts'
import { ENCODING_HEAD, type Encoding, encodingText, textHead, textOf } from './text.ts'

/** The keys of this many rows at the beginning are the columns. */
const KEY_ROWS = 10_000

/** Most bytes of a file that is one JSON list: it is read as a whole. */
const MOST_LIST = 2 ** 28

/**
 * Opens JSON lines: an object in each line. The columns are the keys of the first 10,000 rows. A key that a row
 * lacks, and null, are missing values. Whole numbers beyond 2⁵³ become text, so that no digit is lost.
 *
 * @throws UserError, here or while the rows are read, that names the line of a fault
 */
export async function openJsonLines(
  source: ByteSource,
  reading: TableReading,
): Promise<RecordSource> {
  const { name } = source
  const encoding = await fileEncoding(source, reading)
  const { keys, count, lineEnd } = await firstKeys(source, encoding)
  if (count === 0) throw new UserError(`${name}: is empty; expected an object in each line`)
  if (keys.size === 0)
    throw new UserError(`${name}: its objects have no keys; expected one for each column`)
  const columns = columnNames([...keys], name)
  return {
    name,
    format: 'json lines',
    columns,
    reading: `an object in each line, ${encodingText(encoding)}`,
    original: { format: 'json lines', lineEnd },
    batches: () => jsonBatches(source, encoding, [...keys]),
  }
}

async function firstKeys(source: ByteSource, encoding: Encoding) {
  const keys = new Set<string>()
  const lineEnd = lineEndOf(textHead(await readHead(source, ENCODING_HEAD), encoding))
  let count = 0
  for await (const rows of rowsOf(source, encoding))
    for (const { row } of rows) {
      if (count === KEY_ROWS) return { keys, count, lineEnd }
      for (const key of Object.keys(row)) keys.add(key)
      count++
    }
  return { keys, count, lineEnd }
}

/** Opens a JSON file that is one list of objects, or of lists. @throws UserError as `openJsonLines` */
export async function openJsonList(
  source: ByteSource,
  reading: TableReading,
): Promise<RecordSource> {
  const { name } = source
  const encoding = await fileEncoding(source, reading)
  const bytes = await readAll(source, MOST_LIST)
  let text = ''
  const whole = {
    ...source,
    stream: async function* () {
      yield bytes
    },
  }
  for await (const piece of textOf(whole, encoding, () => 1 + countLines(text))) text += piece
  const rows = parsed(text)
  if (rows === undefined)
    throw new UserError(
      `${name}: begins with [ but is not valid JSON${faultText(text)}; expected a list of objects`,
    )
  const records = recordsOfObjects(rows as object[], name)
  return {
    ...records,
    format: 'json lines',
    original: { format: 'json list', lineEnd: lineEndOf(text) },
    reading: `a list of ${'objects'}, ${encodingText(encoding)}`,
  }
}

interface JsonRow {
  readonly row: object
  readonly line: number
  readonly text: string
}

async function* rowsOf(source: ByteSource, encoding: Encoding): AsyncIterable<JsonRow[]> {
  for await (const { first, lines } of linesOf(source, encoding)) {
    const rows: JsonRow[] = []
    for (const [i, text] of lines.entries()) {
      const row = parsed(text)
      if (isRecord(row)) rows.push({ row, line: first + i, text })
      else if (text.trim() !== '') throw unlikeRow(row, text, `${source.name}: line ${first + i}`)
    }
    yield rows
  }
}

function unlikeRow(row: unknown, text: string, where: string): UserError {
  const what =
    row === undefined
      ? `is not valid JSON: ${shortened(text.trim(), 60)}`
      : `is ${Array.isArray(row) ? 'a list' : described(row)}`
  return new UserError(`${where} ${what}; expected an object such as {"age": 31}, all in one line`)
}

async function* jsonBatches(
  source: ByteSource,
  encoding: Encoding,
  keys: readonly string[],
): AsyncIterable<RecordBatch> {
  const known = new Set(keys)
  const most = batchRows(keys.length)
  let waiting: JsonRow[] = []
  for await (const rows of rowsOf(source, encoding)) {
    for (const { row, line } of rows)
      for (const key of Object.keys(row)) if (!known.has(key)) throw newKey(source.name, line, key)
    waiting = waiting.concat(rows)
    while (waiting.length >= most) yield batchOf(waiting.splice(0, most), keys, source.name)
  }
  if (waiting.length > 0) yield batchOf(waiting, keys, source.name)
}

const newKey = (name: string, line: number, key: string): UserError =>
  new UserError(
    `${name}: line ${line} has the key ${JSON.stringify(shortened(key))}, which none of the first ${grouped(KEY_ROWS)} rows has; add it to one of them, with null as its value`,
  )

function batchOf(rows: readonly JsonRow[], keys: readonly string[], name: string): RecordBatch {
  const place = (row: number) => `line ${rows[row]!.line}`
  const cells = keys.map((key) =>
    rows.map(({ row }, i): Cell => requireCell(ownValue(row, key), `${name}: ${place(i)}`, key)),
  )
  return { count: rows.length, columns: cells, place, raw: (row) => [rows[row]!.text] }
}

/** Texts, which are left alone, and whole numbers of 16 digits or more. */
const longNumbers = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g

/** The value of a JSON text, with whole numbers that a double does not hold as text; undefined if it is not JSON. */
function parsed(text: string): unknown {
  const exact = /\d{16}/.test(text)
    ? text.replace(longNumbers, (token) =>
        token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${token}"`,
      )
    : text
  try {
    return JSON.parse(exact)
  } catch {
    return undefined
  }
}

/** Where a text stops to be JSON, as far as the error of this machine's parser says so. */
function faultText(text: string): string {
  try {
    JSON.parse(text)
    return ''
  } catch (error) {
    const position = /position (\d+)/.exec((error as Error).message)
    return position ? ` in line ${1 + countLines(text.slice(0, Number(position[1])))}` : ''
  }
}
