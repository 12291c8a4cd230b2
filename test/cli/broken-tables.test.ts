import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { writeNpy } from '../../src/data/npy.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { png, statedPng } from '../data/pictures/files.ts'
import { csvText, parquetBytes, type Table } from '../data/table/written.ts'
import { zipBomb } from '../data/zip-bomb.ts'
import { workingFolder } from './command-line.ts'

const { latentlab, latentlabs, inFolder, folder } = workingFolder()
afterAll(() => vi.unstubAllEnvs())

const write = (name: string, contents: Uint8Array | string) => {
  mkdirSync(dirname(inFolder(name)), { recursive: true })
  writeFileSync(inFolder(name), contents)
}

const verbs = ['train', 'inspect', 'encode'] as const
type Verb = (typeof verbs)[number]

const command = (verb: Verb, file: string) =>
  verb === 'train'
    ? `train --data ${file} --out new --epochs 1 --threads 1`
    : verb === 'inspect'
      ? `inspect --data ${file}`
      : `encode run --data ${file}`

const names = ['size', 'colour', 'visits', 'day']
const table: Table = {
  names,
  rows: Array.from({ length: 60 }, (_, i) => [
    i * 0.37 - (i % 5),
    ['red', 'green', 'blue'][i % 3]!,
    (i * i) % 4,
    `2024-01-${String(1 + (i % 28)).padStart(2, '0')}`,
  ]),
}
const csv = csvText(table)
/** The table with another value in one cell of the first column. */
const withSize = (row: number, value: string) =>
  csvText({ names, rows: table.rows.map((cells, i) => (i === row ? cells.with(0, value) : cells)) })
const repeated = (cells: readonly (string | null)[], of = names): Table => ({
  names: of,
  rows: Array.from({ length: 30 }, () => cells),
})
const texts = names.map(() => 'text' as const)

beforeAll(async () => {
  vi.stubEnv('XDG_CACHE_HOME', inFolder('cache'))
  write('table.csv', csv)
  const training = '--model ae --hidden 4 --latent 2 --epochs 1 --batch 48 --threads 1'
  const [trained] = await latentlabs([
    `train --data table.csv ${training} --out run --quiet --no-report`,
  ])
  expect(trained).toMatchObject({ code: 0, stderr: '' })
})

const everything = () => readdirSync(folder, { recursive: true }).sort()

/** Every verb ends with its line and exit code 2, and leaves no file. */
async function expectRefusals(file: string, lines: Partial<Record<Verb, string>>): Promise<void> {
  const before = everything()
  const asked = verbs.filter((verb) => lines[verb] !== undefined)
  const ended = await latentlabs(asked.map((verb) => command(verb, file)))
  for (const [i, { code, stdout, stderr }] of ended.entries()) {
    const verb = asked[i]!
    const line = expect.stringMatching(/^latentlab: [^\n]{1,500}\n$/)
    expect({ verb, code, stdout, stderr }).toEqual({ verb, code: 2, stdout: '', stderr: line })
    expect(stderr).toContain(lines[verb])
    expect(stderr).not.toMatch(/undefined|NaN|\[object|Error:/)
  }
  expect(everything()).toEqual(before)
}

const all = (line: string) => ({ train: line, inspect: line, encode: line })
/** `inspect` lists the files of a folder that cannot be read. */
const pictures = (train: string, file: string) => ({
  train,
  encode: `${file}: is read as pictures; expected rows of a table with 4 columns: 1 numeric, 1 categorical`,
})
const notThere = 'there is no such file'

/** What each verb says; it is not asked where it has nothing against the file. */
const cases: readonly (readonly [file: string, lines: Partial<Record<Verb, string>>])[] = [
  ['empty.csv', all('empty.csv: is empty; expected a table with a row for each example')],
  ['header.csv', all('header.csv: has a header and no rows; expected at least one row')],
  ['rowless.parquet', all('rowless.parquet: has columns but no rows; expected at least one')],
  ['columnless.jsonl', all('columnless.jsonl: its objects have no keys; expected one for each')],
  [
    'columnless.npy',
    {
      train: 'columnless.npy: shape [5, 0] has no columns; expected at least one',
      encode: 'columnless.npy: has the shape [5, 0]; expected at least one row and one column',
    },
  ],
  ['ragged.csv', all('ragged.csv: line 5 has 3 values; expected 4 as in the header')],
  ['twice.csv', all('twice.csv: line 1: columns 1 and 3 are both called "size"')],
  [
    'proto.csv',
    {
      train:
        'proto.csv: has no column to train on, only "__proto__" (constant: every value is "1")',
      encode: 'proto.csv: has no column "size", which is numeric in the schema',
    },
  ],
  ['proto-twice.csv', all('line 1: columns 1 and 2 are both called "__proto__"')],
  [
    'constant.csv',
    {
      train: 'constant.csv: has no column to train on, only "size" (constant: every value is "1")',
    },
  ],
  [
    'missing.csv',
    { train: 'missing.csv: has no column to train on, only "size" (all values are missing)' },
  ],
  [
    'infinite.csv',
    {
      train:
        'infinite.csv: line 9, column "size": expected a number from -3.4e38 to 3.4e38, got "Infinity"; correct the value, or in --schema, add "Infinity" to "missing"',
      encode: 'infinite.csv: line 9, column "size": expected a number from -3.4e38 to 3.4e38',
    },
  ],
  [
    'large.csv',
    {
      train:
        'large.csv: line 40, column "size": expected a number from -3.4e38 to 3.4e38, got "1e308"',
      encode: 'large.csv: line 40, column "size": expected a number from -3.4e38 to 3.4e38',
    },
  ],
  ['cut.parquet', all('cut.parquet: begins as a Parquet file and does not end as one: it is cut')],
  ['bomb.npz', all('bomb.npz: entry "x.npy" claims 41943')],
  ['sheet.csv', all('sheet.csv: is an Excel workbook; save its sheet as CSV')],
  [
    'table.png',
    pictures('table.png: is a text; expected PNG, JPEG, WebP, GIF or TIFF', 'table.png'),
  ],
  [
    'nothing',
    {
      ...pictures('nothing: the folder holds no pictures, but 1 other file (notes.txt)', 'nothing'),
      inspect: 'nothing: the folder holds no pictures',
    },
  ],
  [
    'folder.csv',
    {
      ...pictures('folder.csv: the folder holds no pictures, but 1 other file', 'folder.csv'),
      inspect: 'folder.csv: the folder holds no pictures',
    },
  ],
  ['cut.png', pictures('cut.png: the PNG is truncated', 'cut.png')],
  ['cut', pictures('cut/1.png: the PNG is truncated', 'cut')],
  ['huge', pictures('huge/1.png: has 30,000 × 30,000 pixels, 900,000,000 pixels in all', 'huge')],
  ['pipe.csv', all('pipe.csv: is a named pipe; expected a regular file')],
  ['endless.csv', all('endless.csv: is a character device; expected a regular file')],
  [
    'sparse.csv',
    {
      ...all('sparse.csv: has 1099511627776 bytes (1024.0 GiB), and at most'),
      encode: 'sparse.csv: line 1 holds a NUL character, which no text has',
    },
  ],
  ['loop.csv', { ...all(notThere), inspect: 'loop.csv: cannot be read (ELOOP: too many symbolic' }],
  ['table.csv/table.csv', all(notThere)],
  ['none.csv', all(notThere)],
]

describe('a table or a picture that cannot be used', () => {
  beforeAll(() => {
    write('empty.csv', '')
    write('header.csv', `${names}\n`)
    write('rowless.parquet', parquetBytes({ names, rows: [] }, texts))
    write('columnless.jsonl', '{}\n{}\n')
    write('columnless.npy', writeNpy(hostTensor('float32', [5, 0], new Float32Array(0))))
    write('ragged.csv', csv.split('\n').with(4, '1,red,2').join('\n'))
    write('twice.csv', csv.replace('visits', 'size'))
    write('proto.csv', csvText(repeated(['1', 'x'], ['__proto__', 'b'])))
    write('proto-twice.csv', '__proto__,__proto__\n1,2\n')
    write('constant.csv', csvText(repeated(['1', 'red', '1', '2024-01-01'])))
    write('missing.csv', csvText(repeated(['NA', 'NA', 'NA', 'NA'])))
    write('infinite.csv', withSize(7, 'Infinity'))
    write('large.csv', withSize(38, '1e308'))
    write('cut.parquet', parquetBytes(table, ['number', 'text', 'number', 'text']).subarray(0, -9))
    write(
      'bomb.npz',
      zipBomb('x.npy', writeNpy(hostTensor('uint8', [0, 4], new Uint8Array(0))), 40),
    )
    write('table.png', csv)
    write('sheet.csv', zipBomb('xl/workbook.xml', new Uint8Array(5), 1))
    write('nothing/notes.txt', 'x')
    write('folder.csv/table.csv', csv)
    for (const name of ['cut.png', 'cut/1.png']) write(name, png().subarray(0, -20))
    write('huge/1.png', statedPng(30_000, 30_000, 600_000))
    execFileSync('mkfifo', [inFolder('pipe.csv')])
    symlinkSync('/dev/zero', inFolder('endless.csv'))
    write('sparse.csv', '')
    truncateSync(inFolder('sparse.csv'), 2 ** 40)
    symlinkSync('loop.csv', inFolder('loop.csv'))
  })

  it.each(cases)('%s is refused in one line, and nothing is left behind', async (file, lines) => {
    await expectRefusals(file, lines)
  })

  // The permissions of a file do not bind root.
  it.skipIf(process.getuid?.() === 0)('and so is one that may not be read', async () => {
    write('secret.csv', csv)
    chmodSync(inFolder('secret.csv'), 0)
    await expectRefusals('secret.csv', all('secret.csv: may not be read: check its permissions'))
  })

  // On a busy machine a command may be through before the file has grown.
  it.each(verbs)('and so is one that changes while %s reads it', { retry: 3 }, async (verb) => {
    const file = `growing-${verb}.csv`
    for (const left of ['new', 'codes.npy'])
      rmSync(inFolder(left), { recursive: true, force: true })
    write(file, csv.repeat(200).replaceAll(`\n${names}\n`, '\n'))
    const before = everything()
    const growing = setInterval(() => appendFileSync(inFolder(file), '1,red,2,2024-01-01\n'), 1)
    const [ended] = await latentlabs([command(verb, file)]).finally(() => clearInterval(growing))
    expect(ended).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        new RegExp(`^latentlab: ${file}: (was )?changed while it was read[^\n]+\n$`),
      ),
    })
    expect(everything()).toEqual(before)
  })

  it.each([
    ['pipe.csv', 'pipe.csv: is a named pipe; expected a regular file'],
    ['endless.csv', 'endless.csv: is a character device; expected a regular file'],
    ['nothing', 'cannot read nothing: there is a folder of that name'],
    ['none.json', '--schema none.json: there is no such file'],
    ['table.csv', 'table.csv: is not JSON: '],
  ])('and so is a schema that is none: %s', async (schema, line) => {
    const before = everything()
    const asked = (['train', 'inspect'] as const).map((verb) => command(verb, 'table.csv'))
    for (const { code, stdout, stderr } of await latentlabs(
      asked.map((text) => `${text} --schema ${schema}`),
    )) {
      expect([code, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(/^latentlab: [^\n]+\n$/)
      expect(stderr).toContain(line)
    }
    expect(everything()).toEqual(before)
  })

  it('is listed by inspect with what is wrong, where it is a picture', async () => {
    const files = ['cut.png', 'cut', 'huge', 'table.png']
    const ended = await latentlabs(files.map((file) => command('inspect', file)))
    const faults = ended.map(({ stdout }) => /1 file cannot be read:\n- (.*)\n$/.exec(stdout)?.[1])
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0])
    expect(faults).toEqual([
      expect.stringMatching(/^cut\.png: the PNG is truncated/),
      expect.stringMatching(/^cut\/1\.png: the PNG is truncated/),
      expect.stringMatching(/^huge\/1\.png: has 30,000 × 30,000 pixels/),
      expect.stringMatching(/^table\.png: is a text/),
    ])
  })

  it('leaves no folder of a cache', async () => {
    const { code } = await latentlab(['encode', 'run', '--data', 'table.csv'])
    expect([code, existsSync(inFolder('cache')), existsSync(inFolder('new'))]).toEqual([
      0,
      false,
      false,
    ])
  })
})
