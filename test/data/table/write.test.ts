import fc from 'fast-check'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { writeNpy } from '../../../src/data/npy.ts'
import { parseNpz, writeNpz } from '../../../src/data/npz.ts'
import { bytesInMemory } from '../../../src/data/table/read/bytes.ts'
import { recordsOfObjects } from '../../../src/data/table/read/objects.ts'
import { openRecords } from '../../../src/data/table/read/open-records.ts'
import { type ParquetStructure, parquetBatches } from '../../../src/data/table/read/parquet.ts'
import { exactParsers } from '../../../src/data/table/read/parquet-types.ts'
import type { Cell, RecordSource } from '../../../src/data/table/records.ts'
import { editOfParts, type TableEdit } from '../../../src/data/table/write/edit.ts'
import { targetOf } from '../../../src/data/table/write/format.ts'
import { asItIs } from '../../../src/data/table/write/made.ts'
import { tableParts, type WritingOptions } from '../../../src/data/table/write/write-table.ts'
import { type HostTensor, hostTensor } from '../../../src/tensor/host.ts'
import { allRows, csvText, gzipped, parquetBytes, utf8, utf16 } from './written.ts'

const opened = (content: string | Uint8Array, reading = {}): Promise<RecordSource> =>
  openRecords(
    bytesInMemory(typeof content === 'string' ? utf8(content) : content, 'given', 7),
    reading,
  )

async function bytesOf(
  source: RecordSource,
  edit: TableEdit,
  name: string,
  options?: WritingOptions,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of tableParts(source, edit, targetOf(name)!, options))
    parts.push(typeof part === 'string' ? utf8(part) : part)
  return new Uint8Array(Buffer.concat(parts))
}

const textOf = async (...given: Parameters<typeof bytesOf>): Promise<string> =>
  Buffer.from(await bytesOf(...given)).toString()

/** A column `score` of these numbers. */
const scores = (...values: (number | null)[]): TableEdit => ({
  added: [{ name: 'score', type: 'number' }],
  cells: (start, end) => ({ added: [values.slice(start, end)] }),
})

/** One column with other cells; `undefined` stays. */
const replacing = (name: string, ...values: Cell[]): TableEdit => ({
  replaced: [name],
  cells: (start, end) => ({ replaced: [values.slice(start, end)] }),
})

describe('CSV', () => {
  it.each([
    ['with quotes', 'a,b\n"1, 2","say ""no"""\nx,"y\nz"\n'],
    ['with quotes that nothing needs', '"a","b"\n"1","2"\n'],
    ['separated by semicolons', 'a;b\n1;"x;y"\n2;\n'],
    ['separated by tabs', 'a\tb\n1\t x \n2\t\n'],
    ['with CRLF', 'a,b\r\n1,2\r\n3,NA\r\n'],
    ['with a byte order mark', '\uFEFFname,ü\n1,é\n2,ß\n'],
    ['without a header', '1,2\n3,4\n'],
    ['with double spaces and zeros', 'a,b\nx  y,007\n  z,1.500\n'],
    ['with empty cells', 'a,b,c\n,,\n1,,""\n'],
    ['with quotes inside of a cell', 'a,b\n5" pipe,1\n'],
  ])('of a file %s goes out as it came', async (_, text) => {
    expect(await textOf(await opened(text), asItIs, 'out.csv')).toBe(text)
  })

  it('with a decimal comma keeps it, also in numbers that are added', async () => {
    const source = await opened('a;b\n1.234,5;x\n-0,1;y\n', { decimal: 'comma' })
    expect(await textOf(source, scores(0.25, 1e-7), 'out.csv')).toBe(
      'a;b;score\n1.234,5;x;0,25\n-0,1;y;1e-7\n',
    )
  })

  it('has added numbers that read back as the same float64, and nothing for a missing one', async () => {
    const values = [0.1 + 0.2, 1 / 3, 5e-324, -1.7976931348623157e308, null, Number.NaN]
    const text = await textOf(await opened(`a\n${'x\n'.repeat(6)}`), scores(...values), 'out.csv')
    const read = text
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[1])
    expect(read.slice(0, 4).map(Number)).toEqual(values.slice(0, 4))
    expect(read.slice(4)).toEqual(['', ''])
  })

  it('in UTF-16 or Windows-1252 goes out in UTF-8, with a byte order mark where it had one', async () => {
    const wide = await opened(utf16('\uFEFFa;b\r\né;1\r\n', true))
    expect(await textOf(wide, asItIs, 'out.csv')).toBe('\uFEFFa;b\r\né;1\r\n')
    const western = await opened(Uint8Array.of(0x61, 0x0a, 0xe9, 0x0a))
    expect(await textOf(western, asItIs, 'out.csv')).toBe('a\né\n')
  })

  it('quotes cells that hold the separator of the new file', async () => {
    const source = await opened('a;b\nx,y;"1;2"\nt\tu;3\n', { separator: ';' })
    expect(await textOf(source, asItIs, 'out.tsv')).toBe('a\tb\nx,y\t"1;2"\n"t\tu"\t3\n')
  })

  it('has replaced cells beside those that stay, whole numbers where all others are whole', async () => {
    const source = await opened('n,x,t\n1,0.50,a\nNA,2,"b, c"\n3,,a\n')
    const edit: TableEdit = {
      replaced: ['n', 't'],
      cells: (start, end) => ({
        replaced: [
          [undefined, 1.6, 2.4].slice(start, end),
          ['p, q', undefined, null].slice(start, end),
        ],
      }),
    }
    expect(await textOf(source, edit, 'out.csv')).toBe('n,x,t\n1,0.50,"p, q"\n2,2,"b, c"\n2,,\n')
  })

  it('for a spreadsheet has an apostrophe before texts that it would run, not before numbers', async () => {
    const cells = ['=1+1', '-1.5', '+4', '@x', '-x', '-', '"=a, b"', '+1e3', '-2-3', '\ttab', 'a=b']
    const source = await opened(`=n\n${cells.join('\n')}\n`, { separator: ',' })
    const read = (await textOf(source, asItIs, 'out.csv', { spreadsheet: true })).split('\n')
    expect(read).toEqual([
      ...["'=n", "'=1+1", '-1.5', '+4', "'@x", "'-x", '-', `"'=a, b"`, '+1e3', "'-2-3"],
      ...["'\ttab", 'a=b', ''],
    ])
    const comma = await opened('a;b\n-1,5;x\n', { decimal: 'comma' })
    const edit = {
      ...asItIs,
      added: [{ name: '@why', type: 'text' as const }],
      cells: () => ({ added: [['=A1']] }),
    }
    expect(await textOf(comma, edit, 'out.csv', { spreadsheet: true })).toBe(
      "a;b;'@why\n-1,5;x;'=A1\n",
    )
  })

  it('is read and written in gzip', async () => {
    const text = `a,b\n${'1,2\n'.repeat(50_000)}`
    const packed = await bytesOf(await opened(gzipped(utf8(text))), asItIs, 'out.csv.gz')
    expect(packed.length).toBeLessThan(5000)
    expect(await textOf(await opened(packed), asItIs, 'out.csv')).toBe(text)
  })

  it('of comments and empty lines has only the rows', async () => {
    const source = await opened('# made\na,b\n\n1,2\n#x\n3,4\n', { comment: '#' })
    expect(await textOf(source, replacing('a', undefined, '#5'), 'out.csv')).toBe(
      'a,b\n1,2\n"#5",4\n',
    )
  })
})

describe('JSON lines', () => {
  const lines =
    '{"id": 12345678901234567890, "x": 1.50, "t": "a\\"}, {"}\n{ "x":null ,"id":2}\n{}\n'

  it('go out as they came', async () => {
    expect(await textOf(await opened(lines), asItIs, 'out.jsonl')).toBe(lines)
  })

  it('have new keys at the end', async () => {
    expect(await textOf(await opened(lines), scores(0.5, null, -2), 'out.jsonl')).toBe(
      '{"id": 12345678901234567890, "x": 1.50, "t": "a\\"}, {", "score": 0.5}\n{ "x":null ,"id":2, "score": null}\n{"score": -2}\n',
    )
  })

  it('have new values in place of the old ones, of the same type', async () => {
    const source = await opened('{"n": 1, "x": [1], "b": true}\n'.replace('[1]', '"1"').repeat(3))
    const edit: TableEdit = {
      replaced: ['n', 'x', 'b'],
      cells: () => ({
        replaced: [
          [2.6, undefined, null],
          ['2', '3', undefined],
          ['false', 'true', undefined],
        ],
      }),
    }
    expect(await textOf(source, edit, 'out.jsonl')).toBe(
      '{"n": 3, "x": "2", "b": false}\n{"n": 1, "x": "3", "b": true}\n{"n": null, "x": "1", "b": true}\n',
    )
  })

  it('of CSV have numbers where a column holds only numbers', async () => {
    const source = await opened('id,n,x,t\n007,1,0.5,1\n008,NA,,x\n')
    expect(await textOf(source, scores(1, 2), 'out.jsonl')).toBe(
      '{"id": "007", "n": 1, "x": 0.5, "t": "1", "score": 1}\n{"id": "008", "n": null, "x": null, "t": "x", "score": 2}\n',
    )
  })

  it('as one list are a list again', async () => {
    const source = await opened('[{"a": 1, "b": "x"}, {"a": 2}]')
    const text = await textOf(source, scores(0.5, 0.25), 'out.json')
    expect(JSON.parse(text)).toEqual([
      { a: 1, b: 'x', score: 0.5 },
      { a: 2, score: 0.25 },
    ])
  })
})

describe('Parquet', () => {
  const day = new Date('2024-03-01T12:00:00Z')
  const names = ['t', 'x', 'b', 'n', 'd']
  const rows: Cell[][] = [
    ['ä', 0.1, true, 1n, day],
    [null, null, null, null, null],
    ['b', -2.5, false, 2n ** 60n, new Date(0)],
  ]
  const bytes = parquetBytes({ names, rows }, ['text', 'number', 'boolean', 'integer', 'date'], 2)

  it('keeps types, missing values and row groups, and the bytes of its columns', async () => {
    const source = await opened(
      await bytesOf(await opened(bytes), scores(1, null, 3), 'out.parquet'),
    )
    expect(source.reading).toBe('Parquet, 2 row groups')
    expect(source.columns).toEqual([...names, 'score'])
    expect(await allRows(source)).toEqual([
      [...rows[0]!, 1],
      [...rows[1]!, null],
      [...rows[2]!, 3],
    ])
  })

  it('has replaced cells of the type of their column', async () => {
    const edit: TableEdit = {
      replaced: ['d', 'n', 't', 'b'],
      cells: (start, end) => ({
        replaced: [
          [undefined, day, null].slice(start, end),
          [4.6, '7', undefined].slice(start, end),
          [undefined, 'c', 'd'].slice(start, end),
          ['false', 'true', undefined].slice(start, end),
        ],
      }),
    }
    const source = await opened(await bytesOf(await opened(bytes), edit, 'out.parquet'))
    expect(source.columns).toEqual(names)
    expect(await allRows(source)).toEqual([
      ['ä', 0.1, false, 5n, day],
      ['c', null, true, 7n, day],
      ['d', -2.5, false, 2n ** 60n, null],
    ])
  })

  it('keeps microseconds beside a replaced timestamp, and names narrow whole numbers as every reader does', async () => {
    const schema = [
      { name: 'root', num_children: 2 },
      {
        name: 'at',
        type: 'INT64',
        converted_type: 'TIMESTAMP_MICROS',
        repetition_type: 'OPTIONAL',
      },
      {
        name: 'n',
        type: 'INT32',
        repetition_type: 'OPTIONAL',
        logical_type: { type: 'INTEGER', bitWidth: 8, isSigned: true },
      },
    ] as const
    const columnData = [
      { name: 'at', data: [1_700_000_000_123_457n, 0n] },
      { name: 'n', data: [1, 2] },
    ]
    const narrow = new Uint8Array(parquetWriteBuffer({ columnData, schema: [...schema] }))
    const written = await bytesOf(
      await opened(narrow),
      replacing('at', undefined, day),
      'o.parquet',
    )
    const { original } = await opened(written)
    if (original?.format !== 'parquet') throw new Error('is Parquet')
    const { metadata, root: parent } = original.structure as ParquetStructure
    // hyparquet-writer writes the width of INTEGER in a type that Arrow refuses.
    expect(metadata.schema[2]).toMatchObject({ name: 'n', converted_type: 'INT_8' })
    expect(metadata.schema[2]!.logical_type).toBeUndefined()
    const [root, ...leaves] = [parent, ...parent.children]
    const paths = leaves.map((leaf) => [root, leaf])
    const exact = parquetBatches(original.source, metadata, paths, exactParsers)
    for await (const { columns } of exact) {
      expect([...Array.from(columns[0]!)]).toEqual([1_700_000_000_123_457n, BigInt(+day) * 1000n])
      expect([...Array.from(columns[1]!)]).toEqual([1, 2])
    }
  })

  it('of CSV has the types that its columns show', async () => {
    const source = await opened('id,n,x,t\n007,1,0.5,1\n008,NA,,x\n')
    const read = await opened(await bytesOf(source, scores(1, 2), 'out.parquet'))
    expect(await allRows(read)).toEqual([
      ['007', 1n, 0.5, '1', 1],
      ['008', null, null, 'x', 2],
    ])
  })
})

describe('arrays', () => {
  const array = hostTensor('float32', [3, 2], Float32Array.of(1.5, 2, 3, 4, 5, 6))

  it('keep their type where no column is added', async () => {
    expect(await bytesOf(await opened(writeNpy(array)), asItIs, 'out.npy')).toEqual(writeNpy(array))
    const edit = replacing('column 2', undefined, 4.5, null)
    expect(await bytesOf(await opened(writeNpy(array)), edit, 'out.npy')).toEqual(
      writeNpy(hostTensor('float32', [3, 2], Float32Array.of(1.5, 2, 3, 4.5, 5, Number.NaN))),
    )
    const bytes = hostTensor('uint8', [2], Uint8Array.of(3, 4))
    expect(
      await bytesOf(await opened(writeNpy(bytes)), replacing('column 1', 300, -2), 'out.npy'),
    ).toEqual(writeNpy(hostTensor('uint8', [2], Uint8Array.of(255, 0))))
  })

  it('get new columns as float64', async () => {
    expect(await bytesOf(await opened(writeNpy(array)), scores(0.1, 0.2, 0.3), 'out.npy')).toEqual(
      writeNpy(hostTensor('float64', [3, 3], Float64Array.of(1.5, 2, 0.1, 3, 4, 0.2, 5, 6, 0.3))),
    )
  })

  it('of an archive stay beside its others', async () => {
    const y = hostTensor('int32', [3], Int32Array.of(7, 8, 9))
    const source = await opened(
      writeNpz(
        new Map<string, HostTensor>([
          ['x', array],
          ['y', y],
        ]),
      ),
    )
    const read = parseNpz(await bytesOf(source, replacing('column 1', 9, 8, 7), 'out.npz'), 'out')
    expect(read.get('y')).toEqual(y)
    expect(read.get('x')).toEqual(hostTensor('float32', [3, 2], Float32Array.of(9, 2, 8, 4, 7, 6)))
  })

  it('that are columns keep their names and types', async () => {
    const a = hostTensor('int32', [2], Int32Array.of(1, 2))
    const b = hostTensor('float64', [2], Float64Array.of(0.5, 1.5))
    const source = await opened(
      writeNpz(
        new Map<string, HostTensor>([
          ['a', a],
          ['b', b],
        ]),
      ),
    )
    const edit = {
      ...scores(3, 4),
      replaced: ['a'],
      cells: () => ({ added: [[3, 4]], replaced: [[2.6, undefined]] }),
    }
    const read = parseNpz(await bytesOf(source, edit, 'out.npz'), 'out')
    expect([...read]).toEqual([
      ['a', hostTensor('int32', [2], Int32Array.of(3, 2))],
      ['b', b],
      ['score', hostTensor('float64', [2], Float64Array.of(3, 4))],
    ])
  })

  it('hold no text', async () => {
    await expect(bytesOf(await opened('a,b\n1,2\n3,x\n'), asItIs, 'out.npy')).rejects.toThrow(
      'given: line 3, column "b": "x" is no number, and an array holds only numbers; choose a name that ends in .csv, .jsonl or .parquet',
    )
  })
})

describe('ARFF', () => {
  const head = "% made\n@relation r\n@attribute 'a b' numeric\n@attribute c {x, 'y z'}\n"

  it('goes out as it came, with its attributes', async () => {
    const text = `${head}@data\n1.50,'y z'\n?,x\n`
    expect(await textOf(await opened(text), asItIs, 'out.arff')).toBe(text)
    const added = await textOf(await opened(text), scores(0.5, null), 'out.arff')
    expect(added).toBe(`${head}@attribute score numeric\n@data\n1.50,'y z',0.5\n?,x,?\n`)
    const replaced = replacing('c', 'x', 'y z')
    expect(await textOf(await opened(text), replaced, 'out.arff')).toBe(
      `${head}@data\n1.50,x\n?,'y z'\n`,
    )
  })
})

describe('an edit', () => {
  it('of parts of any length fits the batches of a table', async () => {
    const rows = Array.from({ length: 40_000 }, (_, i) => [i])
    const source = recordsOfObjects(rows)
    async function* parts() {
      for (let start = 0; start < 40_000; start += 7001) {
        const count = Math.min(7001, 40_000 - start)
        yield { count, added: [Array.from({ length: count }, (_, i) => 2 * (start + i))] }
      }
    }
    const edit = editOfParts({ added: [{ name: 'twice', type: 'integer' }] }, parts())
    const lines = (await textOf(source, edit, 'out.csv')).split('\n')
    expect(lines.slice(0, 3)).toEqual(['column 1,twice', '0,0', '1,2'])
    expect(lines[39_999]).toBe('39998,79996')
    expect(lines).toHaveLength(40_002)
  })

  it('is refused where a column would stand there twice', async () => {
    await expect(textOf(await opened('a,score\n1,2\n'), scores(1), 'out.csv')).rejects.toThrow(
      'given: has a column "score" already, the name of a column that is to be added; rename or remove it in the file',
    )
  })
})

describe('any table of CSV', () => {
  it('goes out with the same bytes, and its columns in any other format with the same texts', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ' ', '"', ',', ';', '\n', 'é', '1', '=') })
    const table = fc.record({
      separator: fc.constantFrom(',', ';', '\t', '|'),
      lineEnd: fc.constantFrom('\n', '\r\n'),
      rows: fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 }),
    })
    await fc.assert(
      fc.asyncProperty(table, async ({ separator, lineEnd, rows }) => {
        const names = ['p', 'q', 'r']
        const text = csvText({ names, rows }, { separator, lineEnd })
        const source = await opened(text, { separator, header: true })
        expect(await textOf(source, asItIs, 'out.csv')).toBe(text)
        const lines = await textOf(
          source,
          {
            ...asItIs,
            replaced: names,
            cells: (start, end) => ({
              replaced: names.map((_, j) => rows.slice(start, end).map((row) => `x${row[j]}`)),
            }),
          },
          'out.csv',
        )
        const read = await opened(lines, { separator, header: true })
        expect(await allRows(read)).toEqual(rows.map((row) => row.map((one) => `x${one}`)))
      }),
      { numRuns: 100 },
    )
  })
})
