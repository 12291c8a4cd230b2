import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { encode as encodePng } from 'fast-png'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { beforeAll, describe, expect, it } from 'vitest'
import { writeNpy } from '../../src/data/npy.ts'
import { parseNpz, writeNpz } from '../../src/data/npz.ts'
import { decodePng } from '../../src/data/pictures/png.ts'
import { bytesInMemory } from '../../src/data/table/read/bytes.ts'
import { openRecords } from '../../src/data/table/read/open-records.ts'
import type { ParquetStructure } from '../../src/data/table/read/parquet.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { allRows, csvText, type Table } from '../data/table/written.ts'
import { words, workingFolder } from './command-line.ts'

const { latentlab, inFolder } = workingFolder()

const images = hostTensor(
  'uint8',
  [60, 8, 8],
  Uint8Array.from({ length: 60 * 64 }, (_, i) => (i * 37 + (i >> 6) * 11) % 256),
)

/** A number, a count, a category, a date and a key, in an unusual dialect of CSV. */
const table: Table = {
  names: ['speed', 'wheels', 'city', 'day', 'id'],
  rows: Array.from({ length: 80 }, (_, i) => [
    (10 + Math.sin(i)).toFixed(2).replace('.', ','),
    (i * 7) % 13,
    ['Oslo', 'Bergen', 'Rome'][i % 3]!,
    `2024-01-${String(1 + (i % 28)).padStart(2, '0')}`,
    `=k${i}`,
  ]),
}
const dialect = { separator: ';', lineEnd: '\r\n' }

beforeAll(async () => {
  writeFileSync(inFolder('images.npy'), writeNpy(images))
  writeFileSync(inFolder('table.csv'), csvText(table, dialect))
  const flags = '--epochs 1 --batch 20 --threads 1 --quiet --no-report'
  for (const [data, out] of [
    ['images.npy --corruption gaussian:0.3 --latent 4 --hidden 8', 'pictures'],
    ['table.csv --decimal comma --corruption masking:0.2 --latent 2 --hidden 8', 'rows'],
  ]) {
    const { code, stderr } = await latentlab(
      words(`train --model dae --data ${data} ${flags} --out ${out}`),
    )
    expect([code, stderr.replace(/^note: .*\n/gm, '')]).toEqual([0, ''])
  }
})

const denoised = async (args: string) => {
  const { code, stdout, stderr } = await latentlab(words(`denoise ${args} --threads 1`))
  return { code, stdout, stderr }
}

describe('denoise', () => {
  it('restores a table to one of the same rows, in the dialect of its file', async () => {
    const few = { ...table, rows: table.rows.slice(0, 4).map((row) => [...row]) }
    few.rows[1]![0] = 'NA'
    few.rows[2]![3] = ''
    writeFileSync(inFolder('new.csv'), csvText(few, dialect))
    expect(await denoised('rows --data new.csv --out new-clean.csv --json')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"kind": "table"'),
    })
    const lines = readFileSync(inFolder('new-clean.csv'), 'utf8').split('\r\n')
    expect([lines[0], lines.length, lines.at(-1)]).toEqual(['speed;wheels;city;day;id', 6, ''])
    const rows = lines.slice(1, 5).map((line) => line.split(';'))
    for (const [i, [speed, wheels, city, day, id]] of rows.entries()) {
      expect(speed).toMatch(i === 1 ? /^NA$/ : /^-?\d+,\d+$/)
      expect(wheels).toMatch(/^\d+$/)
      expect(['Oslo', 'Bergen', 'Rome']).toContain(city)
      expect(day).toMatch(i === 2 ? /^$/ : /^2024-0\d-\d\d$/)
      expect(id).toBe(`=k${i}`)
    }
    expect(rows.map(([speed]) => speed)).not.toEqual(few.rows.map(([speed]) => speed))
    const safe = await denoised('rows --data new.csv --out safe.csv --spreadsheet')
    expect(safe.stdout).toBe('4 rows restored: safe.csv\n')
    expect(readFileSync(inFolder('safe.csv'), 'utf8')).toContain(";'=k0\r\n")
  })

  it('restores a folder of pictures, and one picture, to the same values as an array of them', async () => {
    mkdirSync(inFolder('noisy/a'), { recursive: true })
    for (let i = 0; i < 3; i++)
      writeFileSync(
        inFolder(`noisy/a/${i}.png`),
        encodePng({
          width: 8,
          height: 8,
          channels: 1,
          data: images.data.slice(64 * i, 64 * i + 64),
        }),
      )
    writeFileSync(
      inFolder('few.npz'),
      writeNpz(
        new Map([
          ['x', hostTensor('uint8', [3, 8, 8], images.data.slice(0, 192))],
          ['y', hostTensor('uint8', [3], Uint8Array.of(1, 2, 3))],
        ]),
      ),
    )
    expect(await denoised('pictures --data noisy --out clean')).toEqual({
      code: 0,
      stdout: '3 pictures restored: clean\n',
      stderr: '',
    })
    expect(readdirSync(inFolder('clean/a'))).toEqual(['0.png', '1.png', '2.png'])
    await denoised('pictures --data noisy/a/2.png --out 2.png')
    expect(readFileSync(inFolder('2.png'))).toEqual(readFileSync(inFolder('clean/a/2.png')))
    await denoised('pictures --data few.npz --out clean.npz')
    const { x, y } = Object.fromEntries(parseNpz(readFileSync(inFolder('clean.npz')), 'clean.npz'))
    expect([x!.dtype, x!.shape, [...y!.data]]).toEqual(['uint8', [3, 8, 8], [1, 2, 3]])
    const last = decodePng(readFileSync(inFolder('clean/a/2.png')))
    expect(last).toMatchObject({ channels: 1, data: x!.data.slice(128) })
    // Beside it, the picture of input and output that it has always drawn.
    const drawn = await denoised('pictures --data noisy --out sheet.png')
    expect(drawn.stdout).toBe('3 examples, taken as they are, restored: sheet.png\n')
  })

  it('keeps the types of Parquet, and names columns that another format cannot have', async () => {
    const schema: NonNullable<Parameters<typeof parquetWriteBuffer>[0]['schema']> = [
      { name: 'root', num_children: 6 },
      { name: 'speed', type: 'FLOAT', repetition_type: 'OPTIONAL' },
      { name: 'wheels', type: 'INT32', repetition_type: 'OPTIONAL' },
      { name: 'city', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'day', type: 'INT32', converted_type: 'DATE', repetition_type: 'OPTIONAL' },
      { name: 'raw', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 2, repetition_type: 'REQUIRED' },
      { name: 'wide', type: 'INT64', repetition_type: 'REQUIRED' },
    ]
    const columnData = [
      { name: 'speed', data: [10.5, null] },
      { name: 'wheels', data: [3, 4] },
      { name: 'city', data: ['Rome', 'Oslo'] },
      { name: 'day', data: [new Date('2024-01-05'), null] },
      { name: 'raw', data: [Uint8Array.of(1, 2), Uint8Array.of(3, 4)] },
      { name: 'wide', data: [2n ** 60n, 7n] },
    ]
    const bytes = parquetWriteBuffer({ columnData, schema })
    writeFileSync(inFolder('new.parquet'), new Uint8Array(bytes))
    expect((await denoised('rows --data new.parquet --out clean.parquet')).code).toBe(0)
    const file = readFileSync(inFolder('clean.parquet'))
    const source = await openRecords(bytesInMemory(file, 'clean'))
    if (source.original?.format !== 'parquet') throw new Error('is Parquet')
    const { metadata } = source.original.structure as ParquetStructure
    const written = metadata.schema.slice(1)
    expect(written.map(({ name, type }) => [name, type])).toEqual(
      schema.slice(1).map(({ name, type }) => [name, type]),
    )
    const [first, second] = await allRows(source)
    expect([first![1], second![1]].every(Number.isInteger)).toBe(true)
    expect((first![3] as Date).toISOString()).toMatch(/^2024-\d\d-\d\dT00:00:00\.000Z$/)
    expect([second![0], second![3], first![4], second![4]]).toEqual([null, null, 2n ** 60n, 7n])
    const { stderr } = await denoised('rows --data new.parquet --out parquet.csv')
    expect(stderr).toContain(
      'note: new.parquet: column "raw" (raw bytes) cannot be read; left out\n',
    )
    expect(stderr).toContain(
      'note: new.parquet: column "wide": not in the training data; unchanged\n',
    )
    const [header] = readFileSync(inFolder('parquet.csv'), 'utf8').split('\n')
    expect(header).toBe('speed,wheels,city,day,wide')
  })

  it('shows how far corrupted and restored examples are from the clean ones', async () => {
    expect((await denoised('pictures --count 3 --out p.npy')).stdout).toMatch(
      /^3 examples, corrupted \(as in training\) and restored: p\.npy\nPSNR: \d+\.\d dB corrupted, \d+\.\d dB restored\n$/,
    )
    const { stdout } = await denoised('rows --count 3 --corruption gaussian:2 --out r.csv --json')
    expect(JSON.parse(stdout).error).toMatchObject({
      measure: 'root mean squared error',
      unit: 'standard deviations',
    })
  })

  it.each([
    [
      'rows --data new.csv --out new.csv',
      '--out new.csv: is the file of --data; choose another name',
    ],
    [
      'rows --data new.csv --out none/x.csv',
      'cannot write none/x.csv: there is no such file or folder',
    ],
    [
      'rows --data new.csv --out x.txt.zip',
      '--out x.txt.zip: expected a name that ends in .csv, .tsv',
    ],
    [
      'rows --data short.csv --out x.csv',
      'short.csv: has no column "city", which is categorical in the schema',
    ],
    [
      'rows --data header.csv --out x.csv',
      'header.csv: has a header and no rows; expected at least one row',
    ],
    [
      'rows --data new.csv --scaled --out x.csv',
      '--scaled: new.csv is restored to a file of the same kind',
    ],
    [
      'pictures --data new.csv --out x.csv',
      'new.csv: is a table with columns, and the model was trained on arrays; give an array',
    ],
    [
      'pictures --data noisy --out clean',
      '--out clean: the folder exists already and is not empty; choose another name, or remove it',
    ],
    [
      'pictures --data noisy --out noisy/b',
      '--out noisy/b: is inside of noisy, whose pictures are read; choose another place',
    ],
    [
      'pictures --data noisy/a/0.png --out x.jpg',
      '--out x.jpg: noisy/a/0.png is a PNG, and so is what is restored of it; expected a name that ends in .png or .apng',
    ],
    [
      'pictures --data images.npy --out x.npz',
      '--out x.npz: images.npy is a .npy file; expected a name like its own',
    ],
  ])('refuses %s', async (args, line) => {
    writeFileSync(
      inFolder('short.csv'),
      csvText({ names: ['speed', 'wheels', 'day'], rows: [[1, 2, '2024-01-01']] }, dialect),
    )
    writeFileSync(inFolder('header.csv'), csvText({ ...table, rows: [] }, dialect))
    const { code, stderr } = await denoised(args)
    expect([code, stderr]).toEqual([2, expect.stringContaining(`latentlab: ${line}`)])
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    for (const name of ['x.csv', 'x.npz', 'x.jpg', 'noisy/b', 'none'])
      expect(existsSync(inFolder(name))).toBe(false)
  })
})

describe('encode', () => {
  it('writes the codes of a table as Parquet, JSON lines and TSV, the same numbers as in CSV', async () => {
    const read = async (name: string) => {
      const { code } = await latentlab(
        words(`encode rows --data table.csv --out ${name} --threads 1`),
      )
      expect(code).toBe(0)
      const source = await openRecords(bytesInMemory(readFileSync(inFolder(name)), name))
      return { names: source.columns, rows: await allRows(source) }
    }
    const parquet = await read('codes.parquet')
    expect(parquet.names).toEqual(['id', 'z0', 'z1'])
    expect(parquet.rows.map(([id]) => id)).toEqual(table.rows.map((row) => row[4]))
    const short = parquet.rows.map(([id, ...z]) => [
      id,
      ...z.map((value) => Number((value as number).toPrecision(9))),
    ])
    for (const name of ['codes.csv', 'codes.tsv', 'codes.jsonl']) {
      const { names, rows } = await read(name)
      expect(names).toEqual(parquet.names)
      expect(rows.map(([id, ...z]) => [id, ...z.map(Number)])).toEqual(short)
    }
  })
})
