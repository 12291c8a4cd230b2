import { deflateSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { writeNpy } from '../../../src/data/npy.ts'
import { writeNpz } from '../../../src/data/npz.ts'
import { recordsOfArray } from '../../../src/data/table/read/arrays.ts'
import { type ByteSource, bytesInMemory } from '../../../src/data/table/read/bytes.ts'
import { recordsOfObjects } from '../../../src/data/table/read/objects.ts'
import { openRecords } from '../../../src/data/table/read/open-records.ts'
import type { RecordSource, TableReading } from '../../../src/data/table/records.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { allRows, gzipped, parquetBytes, utf8, utf16 } from './written.ts'

/** The message with which a table is refused; undefined if it is read to its end. */
async function refusal(
  open: () => RecordSource | Promise<RecordSource>,
): Promise<string | undefined> {
  try {
    await allRows(await open())
    return undefined
  } catch (error) {
    expect(error).toBeInstanceOf(UserError)
    return (error as UserError).message
  }
}

const refusalOf = (bytes: Uint8Array | string, reading: TableReading = {}) =>
  refusal(() =>
    openRecords(bytesInMemory(typeof bytes === 'string' ? utf8(bytes) : bytes, 'f', 64), reading),
  )

type Case = [what: string, bytes: Uint8Array | string, message: string, reading?: TableReading]

const parquet = parquetBytes(
  {
    names: ['a', 'b'],
    rows: [
      [1.5, 'x'],
      [2.5, 'y'],
      [3.5, 'z'],
    ],
  },
  ['number', 'text'],
)
const cut = (bytes: Uint8Array, end: number) => bytes.slice(0, end)
const changed = (bytes: Uint8Array, at: number, to: number) => bytes.with(at, to)
const npy = writeNpy(hostTensor('float32', [2, 2], Float32Array.of(1, 2, 3, 4)))
const floats = (...shape: number[]) =>
  hostTensor('float32', shape, new Float32Array(shape.reduce((a, b) => a * b, 1)))

describe('a broken CSV file', () => {
  const cases: Case[] = [
    ['no bytes', '', 'f: is empty; expected a table with a row for each example'],
    ['empty lines only', '\n\r\n\n', 'f: is empty; expected a table with a row for each example'],
    ['a header only', 'a,b\n', 'f: has a header and no rows; expected at least one row'],
    [
      'a header only that is stated',
      '1,2\n',
      'f: has a header and no rows; expected at least one row',
      { header: true },
    ],
    [
      'a long row',
      'a,b\n1,2\n"x\ny",2\n1,2,3\n',
      'f: line 5 has 3 values; expected 2 as in the header',
    ],
    ['a short row', '1,2,3\r\n1,2\r\n', 'f: line 2 has 2 values; expected 3 as in line 1'],
    ['a short row after CR', 'a;b\r1;2\r5\r', 'f: line 3 has 1 value; expected 2 as in the header'],
    [
      'a short row after comments',
      '# x\na,b\n# y\n1,2\n3\n',
      'f: line 5 has 1 value; expected 2 as in the header',
      { comment: '#' },
    ],
    [
      'duplicate names',
      'a,b,a\n1,2,3\n',
      'f: line 1: columns 1 and 3 are both called "a"; expected a different name for each',
    ],
    [
      'duplicate __proto__',
      '__proto__,__proto__\n1,2\n',
      'f: line 1: columns 1 and 2 are both called "__proto__"; expected a different name for each',
    ],
    [
      'an open quote',
      'a,b\n1,"x\n2,y\n',
      'f: line 2: the quote that begins value 2 is never closed; close it, and double quotes inside of a value',
    ],
    [
      'text after a quote',
      'a,b\n1,2\n1,"x"y\n',
      'f: line 3: "y\\n" follows the closing quote of value 2; expected a separator or the end of the line: double quotes inside of a value',
    ],
    [
      'a NUL character',
      'a,b\n1,2\n1,\0\n',
      'f: line 3 holds a NUL character, which no text has; expected a table as text',
    ],
    [
      'a picture',
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0),
      'f: is a PNG image; expected a table as CSV, JSON lines, Parquet, ARFF, .npy or .npz',
    ],
    [
      'bytes of a program',
      Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 5, 7),
      'f: line 1 holds a NUL character, which no text has; expected a table as text',
    ],
    [
      'Latin 1 that is said to be UTF-8',
      Uint8Array.of(...utf8('a,b\n1,2\n3,'), 0xe9, 10),
      'f: line 3 is not valid UTF-8; state the encoding of the file, such as windows-1252',
      { encoding: 'utf-8' },
    ],
    [
      'a lone surrogate',
      utf16('\uFEFFa,b\n1,\ud800\n', true),
      'f: line 1 or a later one is not valid UTF-16, little-endian; state the encoding of the file, such as windows-1252',
    ],
    [
      'half a character at the end',
      Uint8Array.of(...utf8('a,b\n1,'), 0xe2, 0x82),
      'f: line 2 is not valid UTF-8; state the encoding of the file, such as windows-1252',
      { encoding: 'utf8' },
    ],
    [
      'an unknown encoding',
      'a\n1\n',
      'f: encoding "latin-9000" is not known; expected utf-8, utf-16le, windows-1252 or another name of the WHATWG Encoding Standard',
      { encoding: 'latin-9000' },
    ],
    [
      'a separator of two characters',
      'a\n1\n',
      'f: separator "::" cannot be one; expected one character, such as ; or |, or the word tab',
      { separator: '::' },
    ],
    [
      'an empty comment',
      'a\n1\n',
      'f: comment is empty; expected a text such as #',
      { comment: '' },
    ],
    [
      'gzip cut short',
      cut(gzipped(utf8('a,b\n1,2\n')), 20),
      'f: the gzip data is corrupted or truncated',
    ],
    [
      'gzip with a wrong checksum',
      changed(gzipped(utf8('a,b\n1,2\n')), 22, 1),
      'f: the gzip data is corrupted or truncated',
    ],
  ]
  it.each(cases)('with %s is refused', async (_, bytes, message, reading) => {
    expect(await refusalOf(bytes, reading)).toBe(message)
  })

  /** A file that never ends; counts the bytes read. */
  function endless(begin: string, filler: string): { source: ByteSource; read: () => number } {
    let read = 0
    const source: ByteSource = {
      name: 'f',
      size: 2 ** 40,
      slice: async (start, end) => utf8((begin + filler.repeat(2 ** 20)).slice(start, end)),
      async *stream() {
        yield utf8(begin)
        for (const piece = utf8(filler.repeat(2 ** 16 / filler.length)); ; read += piece.length)
          yield piece
      },
    }
    return { source, read: () => read }
  }

  it.each([
    ['a value', 'a,b\n1,', 'x', 'f: line 2 has a value of more than 1,048,576 characters'],
    [
      'a quoted value',
      'a,b\n1,"x',
      'y\n',
      'f: line 2 has a value of more than 1,048,576 characters',
    ],
  ])(
    'with %s that never ends is refused before it fills the memory',
    async (_, begin, filler, message) => {
      const { source, read } = endless(begin, filler)
      expect(await refusal(() => openRecords(source, { separator: ',', header: true }))).toBe(
        `${message}; check whether the separator is right and every quote is closed`,
      )
      expect(read()).toBeLessThan(2 ** 26)
    },
  )
})

describe('a broken file of another format', () => {
  const jsonHint = 'expected an object such as {"age": 31}, all in one line'
  const cases: Case[] = [
    [
      'JSON: half an object',
      '{"a": 1}\n{"a": \n',
      `f: line 2 is not valid JSON: {"a":; ${jsonHint}`,
    ],
    ['JSON: a list', '{"a": 1}\n\n[1]\n', `f: line 3 is a list; ${jsonHint}`],
    [
      'JSON: a nested value',
      '{"a": 1}\n{"a": {"b": 2}}\n',
      'f: line 2, column "a": is a value of type Object; expected a text, a finite number, a boolean, a date or null',
    ],
    [
      'JSON: 1e999',
      '{"a": 1}\n{"a": 1e999}\n',
      'f: line 2, column "a": is Infinity; expected a text, a finite number, a boolean, a date or null',
    ],
    ['JSON: no keys', '{}\n{}\n', 'f: its objects have no keys; expected one for each column'],
    [
      'JSON: a late key',
      `${'{"a":1}\n'.repeat(10_000)}{"__proto__":2}\n`,
      'f: line 10001 has the key "__proto__", which none of the first 10,000 rows has; add it to one of them, with null as its value',
    ],
    [
      'a JSON list cut short',
      '[{"a": 1},\n{"a": 2}',
      'f: begins with [ but is not valid JSON in line 2; expected a list of objects',
    ],
    [
      'a JSON list of other things',
      '[{"a": 1}, 5]',
      'f: row 2 is 5; expected an object with a value for each column',
    ],
    ['an empty JSON list', '[]', 'f: holds no rows; expected one for each example'],
    [
      'Parquet cut short',
      cut(parquet, parquet.length - 9),
      'f: begins as a Parquet file and does not end as one: it is cut short; copy or write it again',
    ],
    [
      'Parquet in gzip',
      gzipped(parquet),
      'f: is a Parquet file in gzip, which cannot be read from its end; unpack it first (Parquet is compressed inside)',
    ],
    [
      'Parquet with a wrong description',
      changed(parquet, parquet.length - 6, 255),
      `f: its description at the end is damaged or cut short (it claims ${16711680 + new DataView(parquet.buffer).getUint16(parquet.length - 8, true)} bytes of a file of ${parquet.length}); write the file again`,
    ],
    [
      'npy cut short',
      cut(npy, npy.length - 1),
      'f: the header claims shape [2, 2] of 4-byte elements, 16 bytes, but only 15 bytes follow the header: the file is truncated or its header is wrong',
    ],
    [
      'npy of pictures',
      writeNpy(floats(2, 3, 3)),
      'f: has the shape [2, 3, 3]; expected [N, D], a row for each example, to read it as a table',
    ],
    [
      'npy without columns',
      writeNpy(floats(3, 0)),
      'f: has the shape [3, 0]; expected at least one row and one column',
    ],
    [
      'npz cut short',
      cut(writeNpz(new Map([['x', floats(2, 2)]])), 90),
      'f: the zip directory at the end of the file is missing: the file is truncated or not a zip archive',
    ],
    [
      'npz without an array that is stated',
      writeNpz(new Map([['x', floats(2, 2)]])),
      'f: holds no array "z", as array says; expected one of "x"',
      { array: 'z' },
    ],
    [
      'npz with unclear names',
      writeNpz(
        new Map([
          ['p', floats(2, 2)],
          ['q', floats(3, 2)],
        ]),
      ),
      'f: holds the arrays "p", "q"; expected one array, or exactly one named x, data, images for the examples (or X, x_train, X_train); the examples can be stated with array',
    ],
    [
      'ARFF without data',
      '@relation x\n@attribute a numeric\n',
      'f: has no @data line; expected one before the rows',
    ],
    [
      'ARFF without attributes',
      '@relation x\n@data\n1\n',
      'f: has no @attribute line; expected one for each column',
    ],
    [
      'ARFF with an unknown type',
      '@relation x\n@attribute a relational\n@data\n',
      'f: line 2: "@attribute a relational" cannot be read; expected @attribute, a name, and numeric, string, date or {a, b}',
    ],
    [
      'ARFF with a sparse row',
      '@relation x\n@attribute a numeric\n@data\n{0 1}\n',
      'f: line 4: is a sparse row; expected all values, with commas between them',
    ],
    [
      'ARFF with a long row',
      '@relation x\n@attribute a numeric\n@data\n1\n1,2\n',
      'f: line 5 has 2 values; expected 1, one for each @attribute',
    ],
    [
      'ARFF with an open quote',
      "@relation x\n@attribute a string\n@data\n'x\n",
      `f: line 4: "'x" cannot be divided into values; expected commas between them, and a quote at both ends or none`,
    ],
  ]
  it.each(cases)('%s, is refused', async (_, bytes, message, reading) => {
    expect(await refusalOf(bytes, reading)).toBe(message)
  })

  it('a zip bomb in .npz, is refused before it is unpacked', async () => {
    expect(await refusalOf(bomb())).toBe(
      'f: entry "x.npy" claims 2147483647 bytes (2.0 GiB), and its header declares 144 bytes: expected nothing after the array',
    )
  })
})

/** An archive whose entry claims two gigabytes. */
function bomb(): Uint8Array {
  const content = deflateSync(writeNpy(floats(2, 2)))
  const packed = new Uint8Array(2 ** 22)
  packed.set(content)
  const head = new Uint8Array(30 + 5)
  const view = new DataView(head.buffer)
  view.setUint32(0, 0x04034b50, true)
  view.setUint16(26, 5, true)
  head.set(utf8('x.npy'), 30)
  const entry = new Uint8Array(46 + 5)
  const directory = new DataView(entry.buffer)
  directory.setUint32(0, 0x02014b50, true)
  directory.setUint16(10, 8, true)
  directory.setUint32(20, packed.length, true)
  directory.setUint32(24, 2 ** 31 - 1, true)
  directory.setUint16(28, 5, true)
  entry.set(utf8('x.npy'), 46)
  const end = new Uint8Array(22)
  const last = new DataView(end.buffer)
  last.setUint32(0, 0x06054b50, true)
  last.setUint16(10, 1, true)
  last.setUint32(16, head.length + packed.length, true)
  return Uint8Array.from(Buffer.concat([head, packed, entry, end]))
}

describe('wrong rows in memory', () => {
  const cases: [what: string, rows: unknown, message: string][] = [
    ['no list', { a: 1 }, 'data: expected a list of rows, got a value of type Object'],
    ['no rows', [], 'data: holds no rows; expected one for each example'],
    [
      'a row that is null',
      [{ a: 1 }, null],
      'data: row 2 is null; expected an object with a value for each column',
    ],
    [
      'a row that is a Map',
      [new Map([['a', 1]])],
      'data: row 1 is a value of type Map; expected an object with a value for each column',
    ],
    [
      'a row that is a Promise',
      [Promise.resolve(1)],
      'data: row 1 is a value of type Promise; expected an object with a value for each column',
    ],
    ['rows without keys', [{}], 'data: its rows have no keys; expected one for each column'],
    [
      'a function',
      [{ a: 1 }, { a: () => 1 }],
      'data: row 2, column "a": is a function; expected a text, a finite number, a boolean, a date or null',
    ],
    [
      'a symbol',
      [{ a: Symbol('s') }],
      'data: row 1, column "a": is Symbol(s); expected a text, a finite number, a boolean, a date or null',
    ],
    [
      'Infinity',
      [{ a: 1 }, { a: -Infinity }],
      'data: row 2, column "a": is -Infinity; expected a text, a finite number, a boolean, a date or null',
    ],
    [
      'a nested list',
      [{ a: [1] }],
      'data: row 1, column "a": is a value of type Array; expected a text, a finite number, a boolean, a date or null',
    ],
    [
      'an invalid date',
      [{ a: new Date(Number.NaN) }],
      'data: row 1, column "a": is an invalid Date; expected a text, a finite number, a boolean, a date or null',
    ],
    [
      'lists of different lengths',
      [[1, 2], [3]],
      'data: row 2 has 1 value; expected 2 as in the first',
    ],
    [
      'an object among lists',
      [[1, 2], { a: 1 }],
      'data: row 2 is a value of type Object; expected a list of values',
    ],
    ['empty lists', [[], []], 'data: its rows hold no values; expected some columns'],
  ]
  it.each(cases)('%s, are refused', async (_, rows, message) => {
    expect(await refusal(() => recordsOfObjects(rows as object[]))).toBe(message)
  })

  it('reads NaN, undefined, null and an absent key as missing', async () => {
    const rows = [
      { a: Number.NaN, b: 1 },
      { a: undefined, b: 2n },
      { b: false },
      { a: null, b: 'x' },
    ]
    expect(await allRows(recordsOfObjects(rows))).toEqual([
      [null, 1],
      [undefined, 2n],
      [undefined, false],
      [null, 'x'],
    ])
  })

  it('an array of pictures, is refused', async () => {
    expect(await refusal(() => recordsOfArray(floats(1, 2, 2)))).toBe(
      'array: has the shape [1, 2, 2]; expected [N, D], a row for each example, to read it as a table',
    )
  })
})
