import { gzipSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import type { Cell, RecordSource } from '../../../src/data/table/records.ts'

/** A table of texts, numbers and booleans; null is a gap. */
export interface Table {
  readonly names: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

export const gzipped = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes))

export function utf16(text: string, little: boolean): Uint8Array {
  const bytes = new Uint8Array(2 * text.length)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), little)
  return bytes
}

/** A table as CSV: a value is quoted where it must be, and where `quote` says so. */
export function csvText(
  { names, rows }: Table,
  { separator = ',', lineEnd = '\n', quote = (_: number) => false, last = true } = {},
): string {
  let count = 0
  const cell = (value: Cell) => {
    const text = value === null || value === undefined ? '' : String(value)
    const must = text.includes('"') || text.includes(separator) || /[\r\n]/.test(text)
    return must || quote(count++) ? `"${text.replaceAll('"', '""')}"` : text
  }
  const lines = [names, ...rows].map((row) => {
    const line = row.map(cell).join(separator)
    // An empty line would be no row.
    return line === '' && row.length > 1 ? `""${line}` : line
  })
  return lines.join(lineEnd) + (last ? lineEnd : '')
}

export const jsonLines = ({ names, rows }: Table, lineEnd = '\n'): string =>
  rows.map((row) => JSON.stringify(objectOf(names, row)) + lineEnd).join('')

export const objectOf = (names: readonly string[], row: readonly Cell[]): object =>
  // `fromEntries` makes own properties, of `__proto__` too.
  Object.fromEntries(names.map((name, i) => [name, row[i]]))

export type Kind = 'text' | 'number' | 'boolean' | 'integer' | 'date'

const parquetTypes = {
  text: 'STRING',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  integer: 'INT64',
  date: 'TIMESTAMP',
} as const

export function parquetBytes(
  { names, rows }: Table,
  kinds: readonly Kind[],
  rowGroupSize = 1000,
): Uint8Array {
  const columnData = names.map((name, i) => ({
    name,
    data: rows.map((row) => row[i] ?? null),
    type: parquetTypes[kinds[i]!],
  }))
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize, pageSize: 200 }))
}

/** All rows of a source. */
export async function allRows(source: RecordSource): Promise<Cell[][]> {
  const rows: Cell[][] = []
  for await (const batch of source.batches())
    for (let row = 0; row < batch.count; row++) rows.push(batch.columns.map((cells) => cells[row]))
  return rows
}
