import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeNpy } from '../../../src/data/npy.ts'
import { writeNpz } from '../../../src/data/npz.ts'
import { recordsOfArray } from '../../../src/data/table/read/arrays.ts'
import { bytesInMemory } from '../../../src/data/table/read/bytes.ts'
import { recordsOfObjects } from '../../../src/data/table/read/objects.ts'
import { openRecords } from '../../../src/data/table/read/open-records.ts'
import type { Cell, TableReading } from '../../../src/data/table/records.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import {
  allRows,
  csvText,
  gzipped,
  jsonLines,
  type Kind,
  objectOf,
  parquetBytes,
  type Table,
  utf8,
  utf16,
} from './written.ts'

/** Sizes of pieces that cut text at every position, at some, and hardly ever. */
const pieces = fc.constantFrom(1, 7, 65536)

const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  fc.constantFrom(
    'a,b',
    'a;b\t|',
    'say "hi"',
    '"',
    '""',
    'two\nlines',
    'two\r\nlines',
    'cr\ralone',
  ),
  fc.constantFrom('007', '𝄞 clef', 'e\u0301', '日本', ' spaces ', '#1', 'null', '{"a":1}', "it's"),
  fc.nat(600).map((length) => 'long "x",\n'.repeat(length / 10)),
)

const cells: Readonly<Record<Kind, fc.Arbitrary<Cell>>> = {
  text,
  // JSON's whole numbers beyond 2⁵³ are read as text.
  number: fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((x) => !Number.isInteger(x) || Number.isSafeInteger(x))
    .map((x) => (x === 0 ? 0 : x)),
  boolean: fc.boolean(),
  integer: fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
  date: fc.date({ noInvalidDate: true }),
}

const names = fc.uniqueArray(
  fc.oneof(
    fc.constantFrom('__proto__', 'constructor', 'a "quoted", name', 'größe', 'two\nlines'),
    fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 5 })
      .filter((name) => /[^\s\d.,+-]/.test(name)),
  ),
  { minLength: 1, maxLength: 4 },
)

interface Typed extends Table {
  readonly kinds: readonly Kind[]
}

const tables = (kinds: readonly Kind[]): fc.Arbitrary<Typed> =>
  names.chain((names) =>
    fc
      .array(fc.constantFrom(...kinds), { minLength: names.length, maxLength: names.length })
      .chain((kinds) =>
        fc
          .array(fc.tuple(...kinds.map((kind) => fc.option(cells[kind], { freq: 5 }))), {
            minLength: 1,
            maxLength: 12,
          })
          .map((rows) => ({ names, kinds, rows })),
      ),
  )

const runs = { numRuns: 40 }

/** Without half a surrogate pair, which no file can hold. */
const isWellFormed = (text: string) => !/\p{Surrogate}/u.test(text)

const noText = (text: string) => text.includes('\0')

async function opened(bytes: Uint8Array, piece: number, reading: TableReading = {}) {
  const source = await openRecords(bytesInMemory(bytes, 'file', piece), reading)
  return { columns: source.columns, rows: await allRows(source) }
}

describe('a random table', () => {
  it('reads back from CSV as its texts, however it is written and cut', async () => {
    const styles = fc.record({
      piece: pieces,
      separator: fc.constantFrom(',', ';', '\t', '|'),
      lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
      last: fc.boolean(),
      quoted: fc.infiniteStream(fc.boolean()),
      encoding: fc.constantFrom('utf-8', 'utf-8 with a mark', 'utf-16le', 'utf-16be'),
      packed: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(tables(['text', 'number', 'boolean']), styles, async (table, style) => {
        const { piece, separator, encoding, quoted } = style
        const flags = [...quoted.take(200)]
        const written = csvText(table, { ...style, quote: (i) => flags[i % 200]! })
        fc.pre(!noText(written) && isWellFormed(written))
        // A last row of one empty cell needs its line end.
        fc.pre(style.last || table.names.length > 1)
        const marked = encoding === 'utf-8' ? written : `\uFEFF${written}`
        const bytes = encoding.startsWith('utf-8')
          ? utf8(marked)
          : utf16(marked, encoding === 'utf-16le')
        const read = await opened(style.packed ? gzipped(bytes) : bytes, piece, {
          separator,
          header: true,
        })
        expect(read.columns).toEqual(table.names)
        expect(read.rows).toEqual(
          table.rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell)))),
        )
      }),
      runs,
    )
  })

  it('reads back from JSON lines with its types', async () => {
    const style = fc.record({ piece: pieces, lineEnd: fc.constantFrom('\n', '\r\n', '\n\n') })
    await fc.assert(
      fc.asyncProperty(tables(['text', 'number', 'boolean']), style, async (table, style) => {
        const written = jsonLines(table, style.lineEnd)
        fc.pre(isWellFormed(written))
        const read = await opened(utf8(written), style.piece)
        expect(read).toEqual({ columns: table.names, rows: table.rows })
        const list = utf8(
          JSON.stringify(
            table.rows.map((row) => objectOf(table.names, row)),
            null,
            1,
          ),
        )
        expect(await opened(list, style.piece)).toEqual(read)
      }),
      runs,
    )
  })

  it('reads back from Parquet with its types, also from groups of two rows', async () => {
    const all = ['text', 'number', 'boolean', 'integer', 'date'] as const
    await fc.assert(
      fc.asyncProperty(tables(all), fc.constantFrom(1, 2, 1000), async (table, group) => {
        fc.pre(
          table.rows.every((row) =>
            row.every((cell) => typeof cell !== 'string' || isWellFormed(cell)),
          ),
        )
        const read = await opened(parquetBytes(table, table.kinds, group), 65536)
        expect(read).toEqual({ columns: table.names, rows: table.rows })
      }),
      runs,
    )
  })

  it('reads back from rows in memory', async () => {
    await fc.assert(
      fc.asyncProperty(tables(['text', 'number', 'boolean', 'integer', 'date']), async (table) => {
        const rows = table.rows.map((row) => objectOf(table.names, row))
        const source = recordsOfObjects(rows)
        expect(source.columns).toEqual(table.names)
        expect(await allRows(source)).toEqual(table.rows)
        const lists = recordsOfObjects(table.rows as unknown as object[])
        expect(lists.columns).toEqual(table.names.map((_, i) => `column ${i + 1}`))
        expect(await allRows(lists)).toEqual(table.rows)
      }),
      runs,
    )
  })

  it('reads back from .npy and .npz, plain and in gzip', async () => {
    const shape = fc.record({
      n: fc.integer({ min: 1, max: 9 }),
      d: fc.integer({ min: 1, max: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(shape, pieces, fc.boolean(), async ({ n, d }, piece, packed) => {
        const data = Float64Array.from({ length: n * d }, (_, i) => i + 0.5)
        const array = hostTensor('float64', [n, d], data)
        const rows = Array.from({ length: n }, (_, i) => [...data.slice(i * d, (i + 1) * d)])
        const numbered = Array.from({ length: d }, (_, i) => `column ${i + 1}`)
        const file = (bytes: Uint8Array) => opened(packed ? gzipped(bytes) : bytes, piece)
        expect(await file(writeNpy(array))).toEqual({ columns: numbered, rows })
        expect(await file(writeNpz(new Map([['x', array]])))).toEqual({
          columns: numbered,
          rows,
        })
        const columns = numbered.map((name, j) => {
          const values = hostTensor(
            'float64',
            j % 2 ? [n, 1] : [n],
            Float64Array.from(rows, (row) => row[j]!),
          )
          return [name.replace('column ', 'c'), values] as const
        })
        expect(await file(writeNpz(new Map(columns)))).toEqual({
          // One array alone is the examples.
          columns: d === 1 ? numbered : numbered.map((name) => name.replace('column ', 'c')),
          rows,
        })
        expect(await allRows(recordsOfArray(array))).toEqual(rows)
      }),
      { numRuns: 30 },
    )
  })

  it('reads back from ARFF', async () => {
    const quote = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`
    const table = tables(['text', 'number']).map((table) => ({
      ...table,
      names: table.names.map((_, i) => `it's "${i}"`),
      rows: table.rows.map((row) =>
        row.map((cell) =>
          typeof cell === 'string' ? cell.replace(/[\r\n]/g, ' ').slice(0, 50) : cell,
        ),
      ),
    }))
    await fc.assert(
      fc.asyncProperty(table, pieces, async ({ names, kinds, rows }, piece) => {
        const header = names.map(
          (name, i) => `@attribute ${quote(name)} ${kinds[i] === 'text' ? 'string' : 'NUMERIC'}`,
        )
        const lines = rows.map((row) =>
          row
            .map((cell) =>
              cell === null ? '?' : typeof cell === 'string' ? quote(cell) : String(cell),
            )
            .join(','),
        )
        const written = ['% made up', '@RELATION t', ...header, '@data', ...lines].join('\n')
        fc.pre(!noText(written) && isWellFormed(written))
        const read = await opened(utf8(written), piece)
        const texts = rows.map((row) => row.map((cell) => (cell === null ? null : String(cell))))
        expect(read).toEqual({ columns: names, rows: texts })
      }),
      runs,
    )
  })
})
