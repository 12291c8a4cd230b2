import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inferSchema } from '../../../src/data/table/infer.ts'
import { type PackOptions, packTable } from '../../../src/data/table/pack.ts'
import { layoutOf } from '../../../src/data/table/packed-layout.ts'
import type { Cell } from '../../../src/data/table/records.ts'
import type { ColumnSchema, TableSchema } from '../../../src/data/table/schema.ts'
import { arraySource, rowsOf } from './source.ts'

const schemaOf = (
  columns: readonly ColumnSchema[],
  missing: readonly string[] = ['NA'],
): TableSchema => ({
  format: 1,
  missing: [...missing],
  columns: [...columns],
})

/** Packs columns that are given with their schemas. */
const pack = (
  columns: readonly (ColumnSchema & { cells: readonly Cell[] })[],
  options: PackOptions & { batch?: number } = {},
) =>
  packTable(
    arraySource(Object.fromEntries(columns.map(({ name, cells }) => [name, cells])), options),
    schemaOf(columns.map(({ cells, ...column }) => column)),
    options,
  )

const all = (count: number) => rowsOf(count, (row) => row)

const kinds = [
  'numeric',
  'positive',
  'count',
  'binary',
  'categorical',
  'ordinal',
  'datetime',
  'text',
  'label',
] as const

const grades = ['low', 'mid', 'high']
const words = [...grades, 'né', '女', '__proto__', 'constructor']

/** Values of a column of a kind, as packed rows hold them and as a file might. */
const cellOf = {
  numeric: fc.double({ min: -1e30, max: 1e30, noNaN: true }).map((value) => [value + 0, value]),
  positive: fc
    .double({ min: 1e-30, max: 1e30, noNaN: true })
    .map((value) => [value, String(value)]),
  count: fc.nat().map((value) => [value, BigInt(value)]),
  datetime: fc.integer({ min: -1e6, max: 1e6 }).map((days) => [days, new Date(days * 86_400_000)]),
  binary: fc.boolean().map((value) => [value ? 'true' : 'false', value]),
  categorical: fc.constantFrom(...words).map((word) => [word, ` ${word}`]),
  ordinal: fc.constantFrom(...grades).map((word) => [word, word]),
  text: fc.constantFrom(...words).map((word) => [word, word]),
  label: fc.nat({ max: 9 }).map((value) => [String(value), value]),
} as unknown as Readonly<Record<(typeof kinds)[number], fc.Arbitrary<[number | string, Cell]>>>

describe('packTable', () => {
  it.each([1, 40, 499, 501, 1001])(
    'gives back every kind of value and every gap in %i rows',
    async (count) => {
      const table = fc.tuple(
        fc.shuffledSubarray([...kinds, ...kinds], { minLength: 1 }),
        fc.integer({ min: 1, max: 1200 }),
        fc.infiniteStream(fc.nat({ max: 9 })),
      )
      await fc.assert(
        fc.asyncProperty(table, async ([chosen, batch]) => {
          const columns = chosen.map((kind, j) => {
            const pool = fc.sample(fc.option(cellOf[kind], { freq: 4 }), { numRuns: 60, seed: j })
            return { kind, values: rowsOf(count, (row) => pool[(row * (j + 3)) % 60] ?? null) }
          })
          if (!chosen.some((kind) => kind !== 'text' && kind !== 'label')) return
          const packed = await pack(
            columns.map(({ kind, values }, j) => ({
              name: `${kind} ${j}`,
              kind,
              ...(kind === 'ordinal' && { categories: grades }),
              cells: values.map((value) => value?.[1] ?? 'NA'),
            })),
            { batch },
          )
          expect(packed.count).toBe(count)
          const read = packed.read(all(count))
          for (const [j, { values }] of columns.entries()) {
            const { dictionary, missing } = packed.columns[j]!
            expect(missing).toBe(values.filter((value) => value === null).length)
            const decoded = rowsOf(count, (row) => {
              const value = read[row * columns.length + j]!
              if (Number.isNaN(value)) return null
              return dictionary ? dictionary[value] : value
            })
            expect(decoded).toEqual(values.map((value) => (value === null ? null : value[0])))
          }
        }),
        { numRuns: 6 },
      )
    },
  )

  const cells = {
    speed: rowsOf(50, (i) => (i % 9 === 0 ? null : i / 4)),
    on: rowsOf(50, (i) => i % 2 === 0),
    grade: rowsOf(50, (i) => (i * i) % 3),
    when: rowsOf(50, (i) => new Date(Date.UTC(2024, 0, 1 + i))),
  }
  const texts = {
    speed: cells.speed.map((value) => (value === null ? '' : value.toFixed(2))),
    on: cells.on.map((value) => (value ? 'True' : 'False')),
    grade: cells.grade.map((value) => `${value}.0`),
    when: cells.when.map((date) => date.toISOString().slice(0, 10)),
  }

  it('hashes the values, whatever their types and the sizes of batches', async () => {
    const { schema } = await inferSchema(arraySource(cells))
    const hashes: string[] = []
    for (const table of [cells, texts, { ...cells, grade: cells.grade.map(BigInt) }])
      for (const batch of [1, 7, 50]) {
        expect((await inferSchema(arraySource(table, { batch }))).schema).toEqual(schema)
        hashes.push((await packTable(arraySource(table, { batch }), schema)).hash)
      }
    expect(new Set(hashes).size).toBe(1)
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/)
  })

  it('has another hash where a value, a gap, a name, a kind or the order of rows differs', async () => {
    const numbers = (cells: readonly Cell[], name = 'x', kind: 'numeric' | 'count' = 'numeric') =>
      pack([{ name, kind, cells }])
    const tables = [
      numbers([1, 2, 3]),
      numbers([1, 2, 4]),
      numbers([1, 2, null]),
      numbers([1, 3, 2]),
      numbers([1, 2, 3], 'y'),
      numbers([1, 2, 3], 'x', 'count'),
      pack([{ name: 'x', kind: 'categorical', cells: [1, 2, 3] }]),
      pack([{ name: 'x', kind: 'categorical', cells: [3, 2, 1] }]),
    ]
    const hashes = (await Promise.all(tables)).map(({ hash }) => hash)
    expect(new Set(hashes).size).toBe(tables.length)
  })

  it('puts stated categories first, and others in order of their appearance', async () => {
    const packed = await pack([
      { name: 'a', kind: 'ordinal', categories: grades, cells: ['high', 'low', 'high'] },
      { name: 'b', kind: 'categorical', cells: ['y', 'x', 'y'] },
    ])
    expect(packed.columns.map(({ dictionary }) => dictionary)).toEqual([grades, ['y', 'x']])
    expect([...packed.read([2, 1])]).toEqual([2, 0, 0, 1])
  })

  it('leaves ignored columns out', async () => {
    const packed = await pack([
      { name: 'a', kind: 'ignore', cells: ['1', 'x'] },
      { name: 'b', kind: 'numeric', cells: [5, 6] },
    ])
    expect(packed.columns).toEqual([{ name: 'b', kind: 'numeric', missing: 0 }])
    expect([...packed.read([1, 0, 1])]).toEqual([6, 5, 6])
  })

  it('drops a key of too many texts, says so, and still hashes them', async () => {
    const table = (last: string) =>
      pack(
        [
          { name: 'x', kind: 'numeric', cells: [1, 2, 3] },
          { name: 'k', kind: 'text', cells: ['a', 'b', last] },
        ],
        { keyBytes: 140 },
      )
    const packed = await table('c')
    expect(packed.columns.map(({ name }) => name)).toEqual(['x'])
    expect([...packed.read([0, 1, 2])]).toEqual([1, 2, 3])
    expect(packed.notes).toEqual([
      'column "k": has too many different texts to keep; it is left out, also as key',
    ])
    expect((await table('d')).hash).not.toBe(packed.hash)
    expect((await table('b')).columns.map(({ name }) => name)).toEqual(['x', 'k'])
  })

  it('refuses rows that are not there', async () => {
    const packed = await pack([{ name: 'x', kind: 'numeric', cells: [5, 6] }])
    for (const row of [2, -1, 0.5, Number.NaN])
      expect(() => packed.read([0, row])).toThrow(
        `row 1 of those to read: expected a whole number from 0 to 1, got ${row}`,
      )
  })
})

describe('packed rows', () => {
  it('begin with float64, then codes by their size, then a bit for each cell', () => {
    expect(layoutOf(['binary', 'numeric', 'text', 'categorical', 'count'])).toEqual({
      fields: [
        { type: 'u8', offset: 22 },
        { type: 'f64', offset: 0 },
        { type: 'i32', offset: 16 },
        { type: 'u16', offset: 20 },
        { type: 'f64', offset: 8 },
      ],
      mask: 23,
      stride: 24,
    })
    expect(layoutOf(Array.from({ length: 9 }, () => 'binary' as const))).toMatchObject({
      mask: 9,
      stride: 16,
    })
  })
})

describe('rowHashes', () => {
  const table = (order: readonly number[]) =>
    pack([
      { name: 'key', kind: 'text', cells: order.map((row) => (row === 30 ? null : `k${row}`)) },
      { name: 'word', kind: 'categorical', cells: order.map((row) => words[row % 3]) },
      { name: 'x', kind: 'numeric', cells: order.map((row) => (row % 5 === 0 ? null : row % 6)) },
      { name: 'class', kind: 'label', cells: order.map((row) => row % 2) },
    ])

  it('are equal for rows that are equal but for their keys, also in other tables', async () => {
    const one = (await table(all(60))).rowHashes()
    const other = (await table(all(60).reverse())).rowHashes()
    expect([...other].reverse()).toEqual([...one])
    expect(one[0]).toBe(one[30])
    expect(new Set(one).size).toBe(12)
  })

  it('within a table tell the same rows apart', async () => {
    const packed = await table(all(60))
    const [within, across] = [packed.rowHashes('table'), packed.rowHashes()]
    const firsts = (hashes: Float64Array) => Array.from(hashes, (hash) => hashes.indexOf(hash))
    expect(firsts(within)).toEqual(firsts(across))
    expect([...within]).not.toEqual([...across])
  })

  it.each([
    ['in any table', undefined],
    ['within a table', 'table'],
  ] as const)(
    '%s are whole numbers of 53 bits that all differ for 20,000 different rows',
    async (_, within) => {
      const packed = await pack([{ name: 'x', kind: 'numeric', cells: all(20_000) }])
      const hashes = packed.rowHashes(within)
      expect(new Set(hashes).size).toBe(20_000)
      expect(hashes.every(Number.isSafeInteger)).toBe(true)
      const mean = hashes.reduce((sum, hash) => sum + hash / 2 ** 53, 0) / 20_000
      expect(mean).toBeGreaterThan(0.49)
      expect(mean).toBeLessThan(0.51)
    },
  )
})

describe('a cell that contradicts the schema', () => {
  const fault = async (column: Partial<ColumnSchema>, cells: readonly Cell[]) => {
    const described = { name: 'x', kind: 'numeric' as const, ...column, cells }
    return pack([described, { name: 'y', kind: 'numeric', cells: cells.map(() => 0) }]).then(
      () => undefined,
      (error: Error) => error.message,
    )
  }
  const advice = 'correct the value, or in schema,'

  it.each<[string, Partial<ColumnSchema>, Cell[], string]>([
    [
      'a word',
      {},
      [1, 'abc'],
      `expected a number, got "abc"; ${advice} add "abc" to "missing", or state another "kind"`,
    ],
    [
      'a boolean',
      {},
      [1, true],
      `expected a number, got true; ${advice} add "true" to "missing", or state another "kind"`,
    ],
    [
      'an infinite number',
      {},
      [1, 'inf'],
      `expected a number from -3.4e38 to 3.4e38, got "inf"; ${advice} add "inf" to "missing"`,
    ],
    [
      '1e308',
      {},
      [1, 1e308],
      `expected a number from -3.4e38 to 3.4e38, got 1e+308; ${advice} add "1e+308" to "missing"`,
    ],
    [
      '0 of a positive column',
      { kind: 'positive' },
      [1, 0],
      `expected a number above 0, got 0; ${advice} add "0" to "missing", or state "kind": "numeric"`,
    ],
    [
      'half a count',
      { kind: 'count' },
      [1, '1.5'],
      `expected a whole number from 0, got "1.5"; ${advice} add "1.5" to "missing", or state "kind": "numeric"`,
    ],
    [
      'a negative count',
      { kind: 'count' },
      [1, -1n],
      `expected a whole number from 0, got -1n; ${advice} add "-1" to "missing", or state "kind": "numeric"`,
    ],
    [
      'a third value',
      { kind: 'binary' },
      ['c', 'a', 'b'],
      `expected one of "c", "a", got "b"; ${advice} state "kind": "categorical"`,
    ],
    [
      'an unseen category',
      { kind: 'categorical', categories: ['a', 'c'] },
      ['a', 'b'],
      `expected one of "a", "c", got "b"; ${advice} add "b" to "missing", or add it to "categories"`,
    ],
    [
      'no date',
      { kind: 'datetime' },
      ['2024-01-01', 'soon'],
      `expected a date such as 2024-12-31, got "soon"; ${advice} add "soon" to "missing", or state another "kind"`,
    ],
    [
      'a date of an open order',
      { kind: 'datetime' },
      ['2024-01-01', '1/2/2024'],
      `expected an order of day and month, got "1/2/2024"; ${advice} state "dates": "day-first" or "month-first"`,
    ],
    [
      'a date of the other order',
      { kind: 'datetime', dates: 'month-first' },
      ['2024-01-01', '13/2/2024'],
      `expected a date, month first, got "13/2/2024"; ${advice} add "13/2/2024" to "missing", or state another "kind"`,
    ],
  ])('is refused, naming its place: %s', async (_, column, cells, text) => {
    const line = cells.length + 1
    expect(await fault(column, cells)).toBe(`table.csv: line ${line}, column "x": ${text}`)
  })

  it('is accepted where "missing" lists it', async () => {
    expect(await fault({ missing: ['abc', '-999'] }, [1, 'abc', 'NA', '-999.0'])).toBeUndefined()
  })

  it('is the one in the first row, whatever its column and the sizes of batches', async () => {
    const source = (batch: number) =>
      arraySource({ a: [1, 2, 3, 'late'], b: [1, 'early', 3, 4] }, { batch })
    const schema = schemaOf([
      { name: 'a', kind: 'numeric' },
      { name: 'b', kind: 'numeric' },
    ])
    for (const batch of [1, 2, 4])
      await expect(packTable(source(batch), schema)).rejects.toThrow('line 3, column "b"')
  })
})

describe('a table that cannot be packed', () => {
  const numeric = (...names: string[]) =>
    schemaOf(names.map((name) => ({ name, kind: 'numeric' as const })))

  it('has no rows, or no column to train on', async () => {
    await expect(packTable(arraySource({ x: [] }), numeric('x'))).rejects.toThrow(
      'table.csv: has no rows; expected at least one',
    )
    await expect(
      packTable(arraySource({ x: ['a'] }), schemaOf([{ name: 'x', kind: 'text' }])),
    ).rejects.toThrow('table.csv: has no column to train on')
  })

  it('lacks a column of the schema, or has one that the schema does not list', async () => {
    const source = arraySource({ speed: [1], age: [2] })
    await expect(packTable(source, numeric('sped', 'age'))).rejects.toThrow(
      'table.csv: has no column "sped", which is numeric in the schema; did you mean "speed"? (its columns: speed, age)',
    )
    await expect(packTable(source, numeric('speed'))).rejects.toThrow(
      'table.csv: the schema does not list column "age"; add {"name": "age", "kind": "ignore"} to the columns of schema to leave it out',
    )
  })

  it('is too large for memory, where there is no file for it', async () => {
    const source = arraySource({ x: rowsOf(100, (i) => i) }, { batch: 10 })
    await expect(packTable(source, numeric('x'), { memory: 1599 })).rejects.toThrow(
      'table.csv: its packed rows take more than the 0 MB that are kept in memory',
    )
    expect((await packTable(source, numeric('x'), { memory: 1600 })).bytes).toBe(1600)
  })

  it('is stopped by a signal', async () => {
    const signal = AbortSignal.abort()
    await expect(packTable(arraySource({ x: [1] }), numeric('x'), { signal })).rejects.toThrow(
      /abort/i,
    )
  })
})

describe('new data for a trained model', () => {
  it('may lack keys and labels, and have columns that are left out', async () => {
    const schema = schemaOf([
      { name: 'x', kind: 'numeric' },
      { name: 'class', kind: 'label' },
      { name: 'id', kind: 'text' },
    ])
    const source = arraySource({ other: ['?'], x: [3] })
    await expect(packTable(source, schema)).rejects.toThrow('has no column "class"')
    const packed = await packTable(source, schema, { newData: true })
    expect(packed.columns.map(({ name }) => name)).toEqual(['x'])
    expect([...packed.read([0])]).toEqual([3])
    await expect(packTable(arraySource({ id: ['a'] }), schema, { newData: true })).rejects.toThrow(
      'has no column "x"',
    )
  })
})
