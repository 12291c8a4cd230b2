import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeNpy } from '../../../src/data/npy.ts'
import { writeNpz } from '../../../src/data/npz.ts'
import type { TableData } from '../../../src/data/open-columns.ts'
import { openTableRecords, packedRows } from '../../../src/data/open-table.ts'
import { inferSchema } from '../../../src/data/table/infer.ts'
import type { PackedTable } from '../../../src/data/table/packed.ts'
import type { TableSchema } from '../../../src/data/table/schema.ts'
import { openDataSet, train } from '../../../src/entries/node.ts'
import { type HostTensor, hostTensor } from '../../../src/tensor/host.ts'
import { mixedKinds, mixedTable, numbersTable } from './one-table.ts'
import { csvText, gzipped, jsonLines, objectOf, parquetBytes } from './written.ts'

const { names, rows } = mixedTable
const day = names.indexOf('day')

/** ARFF, where quotes may be single and a gap is a question mark. */
const arff = [
  '@relation one',
  '@attribute id string',
  ...['seconds', 'price', 'visits'].map((name) => `@attribute ${name} numeric`),
  '@attribute member {no, yes}',
  '@attribute city string',
  "@attribute day date 'yyyy-MM-dd'",
  '@attribute class string',
  '@data',
  ...rows.map((row) =>
    row.map((cell) => (typeof cell === 'string' ? `'${cell}'` : (cell ?? '?'))).join(','),
  ),
].join('\n')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latentlab-formats-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function written(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

async function packed(data: TableData): Promise<{ schema: TableSchema; packed: PackedTable }> {
  const source = await openTableRecords(data, 'data', {})
  const { schema } = await inferSchema(source)
  return { schema, packed: await packedRows(data, source, schema, {}) }
}

const labelled = { label: 'class' } as const

/** The table of every kind, by format. */
async function everyFormat(): Promise<Map<string, TableData>> {
  const kinds = ['text', 'number', 'number', 'integer', 'text', 'text', 'date', 'text'] as const
  const dated = rows.map((row) =>
    row.map((cell, j) => (j === day && cell !== null ? new Date(cell as string) : cell)),
  )
  const whole = dated.map((row) => row.map((cell, j) => (j === 3 ? BigInt(cell as number) : cell)))
  const csv = csvText(mixedTable)
  const parquet = parquetBytes({ names, rows: whole }, kinds, 50)
  return new Map<string, TableData>([
    ['csv', await written('one.csv', csv)],
    ['csv in gzip', await written('one.csv.gz', gzipped(new TextEncoder().encode(csv)))],
    ['tsv', await written('one.tsv', csvText(mixedTable, { separator: '\t', lineEnd: '\r\n' }))],
    ['parquet', await written('one.parquet', parquet)],
    ['json lines', await written('one.jsonl', jsonLines(mixedTable))],
    ['arff', await written('one.arff', arff)],
    ['objects', dated.map((row) => objectOf(names, row))],
    ['a Blob of CSV', new Blob([csv])],
    ['a File of Parquet', new File([parquet as Uint8Array<ArrayBuffer>], 'one.parquet')],
  ])
}

const checkpoint = (run: string) =>
  readFile(join(folder, run, 'checkpoints', 'last', 'checkpoint.safetensors'))

describe('the same table in every format', () => {
  it('has the same schema, packed values and hash', async () => {
    const formats = await everyFormat()
    const all = Int32Array.from(rows, (_, row) => row)
    const first = await packed(formats.get('csv')!)
    expect(first.schema.columns.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
      ...mixedKinds.slice(0, -1),
      'class: binary',
    ])
    expect(first.packed.read([0]).slice(1, 4)).toEqual(Float64Array.of(1.7e9, 1, 0))
    for (const [format, data] of formats) {
      const other = await packed(data)
      expect(other.schema, format).toEqual(first.schema)
      expect(other.packed.hash, format).toBe(first.packed.hash)
      expect(other.packed.read(all), format).toEqual(first.packed.read(all))
    }
  })

  it('gives the same training bytes, and a configuration that differs in the name of the data', async () => {
    const options = { ...labelled, hidden: [4], latent: 1, epochs: 2, validation: 20, threads: 1 }
    const runs = new Map<string, { hash: string; config: object; bytes: Buffer }>()
    for (const [format, data] of await everyFormat()) {
      const out = format.replaceAll(' ', '-')
      const { data: opened } = await train({
        ...options,
        data: data as string,
        out: join(folder, out),
      })
      const config = JSON.parse(await readFile(join(folder, out, 'config.json'), 'utf8'))
      const named = { ...config, digest: undefined, data: { ...config.data, data: 'one' } }
      runs.set(format, { hash: opened.hash, config: named, bytes: await checkpoint(out) })
    }
    for (const [format, { hash, config, bytes }] of runs) {
      expect(hash, format).toBe(runs.get('csv')!.hash)
      expect(config, format).toEqual(runs.get('csv')!.config)
      expect(bytes.equals(runs.get('csv')!.bytes), format).toBe(true)
    }
  })
})

describe('the same numbers', () => {
  const { names: columns, rows: cells } = numbersTable
  const float64 = (shape: number[], values: readonly unknown[]) =>
    hostTensor('float64', shape, Float64Array.from(values as number[]))
  const column = (j: number) =>
    float64(
      [cells.length],
      cells.map((row) => row[j]),
    )
  const matrix = float64([cells.length, 2], cells.flat())
  const npz = (arrays: Record<string, HostTensor>) => writeNpz(new Map(Object.entries(arrays)))

  it('as CSV and as an archive of arrays by the names of columns train alike', async () => {
    const csv = await written('numbers.csv', csvText(numbersTable))
    const archive = npz({ seconds: column(0), height: column(1) })
    const sources = [csv, await written('numbers.npz', archive), new Blob([archive])]
    const found = await Promise.all(sources.map(packed))
    expect(found[0]!.schema.columns.map(({ name }) => name)).toEqual(columns)
    for (const [i, { schema, packed: other }] of found.entries()) {
      expect(schema, `${i}`).toEqual(found[0]!.schema)
      expect(other.hash, `${i}`).toBe(found[0]!.packed.hash)
    }
    const options = { hidden: [4], latent: 1, epochs: 1, threads: 1 }
    for (const [i, data] of sources.entries())
      await train({ ...options, data: data as string, out: join(folder, `numbers-${i}`) })
    expect(await checkpoint('numbers-1')).toEqual(await checkpoint('numbers-0'))
    expect(await checkpoint('numbers-2')).toEqual(await checkpoint('numbers-0'))
  })

  it('as CSV without a header, as .npy and as X of an archive train alike', async () => {
    const text = csvText(numbersTable).slice(csvText(numbersTable).indexOf('\n') + 1)
    const sources: TableData[] = [
      await written('bare.csv', text),
      await written('bare.npy', writeNpy(matrix)),
      await written('bare.npz', npz({ X: matrix })),
      matrix,
      new Blob([writeNpy(matrix)]),
    ]
    const options = { hidden: [4], latent: 1, epochs: 1, threads: 1 }
    const hashes = new Set<string>()
    for (const [i, data] of sources.entries()) {
      const out = join(folder, `bare-${i}`)
      const { data: opened, config } = await train({ ...options, data: data as string, out })
      hashes.add(opened.hash)
      expect(config.example!.form!.table!.columns.map(({ name }) => name)).toEqual([
        'column 1',
        'column 2',
      ])
      expect(await checkpoint(`bare-${i}`)).toEqual(await checkpoint('bare-0'))
    }
    expect(hashes.size).toBe(1)
  })

  it('in an archive of Keras bring their labels and their test set, which is said', async () => {
    const x = (count: number) => float64([count, 2], cells.slice(0, count).flat())
    const y = (count: number) =>
      hostTensor(
        'int32',
        [count],
        Int32Array.from({ length: count }, (_, i) => 3 + (i % 2)),
      )
    const keras = { x_train: x(80), y_train: y(80), x_test: x(7), y_test: y(7) }
    const path = await written('keras.npz', npz(keras))
    for (const data of [path, new File([npz(keras)], path)]) {
      const opened = await openDataSet({ data, validation: 10 })
      const { train: training, validation, test } = opened.splits
      expect([training, validation, test].map(({ rows: { length } }) => length)).toEqual([
        70, 10, 7,
      ])
      expect([...test.labels!]).toEqual([0, 1, 0, 1, 0, 1, 0])
      expect(test.store.array!.data.slice(0, 2)).toEqual(Float32Array.from(cells[0] as number[]))
      expect(opened.classLabels).toEqual([3, 4])
      expect(opened.notes![0]).toBe(
        `${path}: array x_train with labels y_train; test set: array x_test with labels y_test`,
      )
    }
    await expect(openDataSet({ data: path, test: 5 })).rejects.toThrow(
      `test: ${path} has a test set of its own; leave this out, or state the examples with array`,
    )
    const stated = await openDataSet({ data: path, array: 'x_test', validation: 0, test: 2 })
    expect(stated.splits.train.rows.length).toBe(5)
    expect(stated.notes![0]).toBe(`${path}: array x_test with labels y_test`)
    const own = await openDataSet({ data: path, labels: y(80), validation: 0 })
    expect(own.notes![0]).toBe(`${path}: array x_train; test set: array x_test with labels y_test`)
  })

  it('as X and y are examples and labels', async () => {
    const path = await written('xy.npz', npz({ y: column(1), X: matrix }))
    await expect(openDataSet({ data: path })).rejects.toThrow(`${path}, labels`)
    const labels = hostTensor(
      'int32',
      [90],
      new Int32Array(90).map((_, i) => i % 3),
    )
    const { classes, notes } = await openDataSet({
      data: await written('xy.npz', npz({ y: labels, X: matrix })),
    })
    expect([classes, notes![0]]).toEqual([3, `${path}: array X with labels y`])
  })
})
