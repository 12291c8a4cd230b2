import { readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseNpy, writeNpy } from '../../src/data/npy.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { csvText, jsonLines, type Table } from '../data/table/written.ts'
import { words, workingFolder } from './command-line.ts'

const { latentlab, inFolder } = workingFolder()

const cities = ['Oslo', 'Bergen', 'Rome']
/** A number, a category, a number in a narrow range far from 0, a name that objects have, a date, a key and classes. */
const trained: Table = {
  names: ['speed', 'city', 'time', '__proto__', 'day', 'id', 'species'],
  rows: Array.from({ length: 90 }, (_, i) => [
    (10 + Math.sin(i)).toFixed(3),
    cities[i % 3]!,
    1.7e9 + (i % 7),
    (i % 5) + 0.5,
    `2024-01-${String(1 + (i % 28)).padStart(2, '0')}`,
    `k${i}`,
    i % 2 === 0 ? 'cat' : 'dog',
  ]),
}
const few: Table = { ...trained, rows: trained.rows.slice(3, 9) }

const column = (name: string) => trained.names.indexOf(name)

/** The rows with other values, by row and column. */
const changed = (
  changes: readonly (readonly [row: number, name: string, value: string])[],
): Table => ({
  ...few,
  rows: few.rows.map((cells, row) =>
    changes
      .filter(([at]) => at === row)
      .reduce((all, [, name, value]) => all.with(column(name), value), cells),
  ),
})

/** The rows with the columns of these names, in this order. */
const only = (names: readonly string[], { rows, names: from } = few): Table => ({
  names,
  rows: rows.map((cells) => names.map((name) => cells[from.indexOf(name)]!)),
})

const without = (name: string) => only(few.names.filter((other) => other !== name))

async function encode(table: Table | string, flags = '') {
  const text = typeof table === 'string' ? table : csvText(table)
  writeFileSync(inFolder('new.csv'), text)
  const { code, stderr } = await latentlab(words(`encode run --data new.csv --threads 1${flags}`))
  const { shape, data } = parseNpy(readFileSync(inFolder('codes.npy')), 'codes')
  return { code, stderr, shape, codes: [...(data as Float32Array)] }
}

let expected: number[]
beforeAll(async () => {
  writeFileSync(inFolder('table.csv'), csvText(trained))
  const training = '--model cvae --label species --hidden 6 --latent 2 --epochs 1 --batch 45'
  const { code, stderr } = await latentlab(
    words(`train --data table.csv ${training} --threads 1 --out run --quiet --no-report`),
  )
  expect([code, stderr]).toEqual([0, ''])
  const { codes, shape, ...ended } = await encode(few)
  expect(ended).toEqual({ code: 0, stderr: '' })
  expect(shape).toEqual([6, 2])
  expect(new Set(codes).size).toBe(12)
  expected = codes
})

describe('the ends of a path', () => {
  const path = (ends: string) =>
    latentlab(words(`interpolate run ${ends} --steps 3 --out path.csv --threads 1 --json`))

  it('are the first test rows of the classes that are named, or of those with these labels', async () => {
    const named = await path('--from dog --to cat')
    const { fromIndex, toIndex } = JSON.parse(named.stdout)
    await latentlab(words('encode run --out test.csv --threads 1'))
    const species = readFileSync(inFolder('test.csv'), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').at(-1))
    expect([fromIndex, toIndex]).toEqual([species.indexOf('dog'), species.indexOf('cat')])
    expect(await path('--from 1 --to 0')).toEqual(named)
  })

  it('are refused with the names of the classes', async () => {
    expect(await path('--from cow')).toMatchObject({
      code: 2,
      stderr: 'latentlab: --from cow: no test example is of that class (classes: cat, dog)\n',
    })
  })
})

describe('new rows for a model of a table', () => {
  it('are counted: one of them has one code', async () => {
    writeFileSync(inFolder('one.csv'), csvText({ ...few, rows: few.rows.slice(0, 1) }))
    const { stdout } = await latentlab(words('encode run --data one.csv --out one.npy --threads 1'))
    expect(stdout).toBe('1 code of 2 dimensions: one.npy\n')
  })

  it('have the same codes with columns in other order, in another format, and without a key', async () => {
    const reversed = only([...few.names].reverse())
    for (const table of [reversed, csvText(few, { separator: ';' }), jsonLines(few), without('id')])
      expect(await encode(table)).toEqual({ code: 0, stderr: '', shape: [6, 2], codes: expected })
  })

  it('have the same codes with more columns, and a note names these', async () => {
    const more: Table = {
      names: ['mass', ...few.names, 'note'],
      rows: few.rows.map((cells, i) => [i, ...cells, 'x']),
    }
    expect(await encode(more)).toEqual({
      code: 0,
      stderr: 'note: new.csv: columns "mass", "note": not in the training data; left out\n',
      shape: [6, 2],
      codes: expected,
    })
  })

  it.each<[string, Table, string]>([
    [
      'without a column',
      without('time'),
      'new.csv: has no column "time", which is numeric in the schema (its columns: speed, city, __proto__, day, id, species)',
    ],
    [
      'with a column of another name',
      { ...few, names: few.names.with(column('speed'), 'Speed') },
      'new.csv: has no column "speed", which is numeric in the schema; did you mean "Speed"?',
    ],
    [
      'without the column of labels',
      without('species'),
      'new.csv: has no column "species" of labels, and cvae is conditioned on them; add it, or give --labels FILE',
    ],
    [
      'with a text where a number was',
      changed([[4, 'speed', 'fast']]),
      'new.csv: line 6, column "speed": expected a number, got "fast"; correct the value, or leave the cell empty where it is missing',
    ],
    [
      'with a number where a date was',
      changed([[1, 'day', '17']]),
      'new.csv: line 3, column "day": expected a date such as 2024-12-31, got "17"',
    ],
    [
      'with a class that training has not seen',
      changed([[2, 'species', 'bird']]),
      'new.csv: row 3, column "species": "bird" is not a class of the training data (cat, dog)',
    ],
    [
      'without a label in a row',
      changed([[5, 'species', 'NA']]),
      'new.csv: row 6, column "species": has no label',
    ],
  ])('are refused %s', async (_, table, line) => {
    const { code, stderr } = await encode(table)
    expect(stderr).toMatch(/^(note: [^\n]+\n)?latentlab: [^\n]+\n$/)
    expect([code, stderr]).toEqual([2, expect.stringContaining(`latentlab: ${line}`)])
  })

  it('are read with a warning that names row and column where they are unlike the training rows', async () => {
    const odd = changed([
      [1, 'city', 'Paris'],
      [4, 'city', 'Lima'],
      [2, 'time', '1700000100'],
      [3, 'day', '1950-01-31'],
      [5, 'speed', ''],
      [0, '__proto__', '-77'],
    ])
    const { code, stderr, codes } = await encode(odd)
    expect(stderr.split('\n')).toEqual([
      'note: new.csv: row 6, column "speed": a missing value, which no training row has',
      'note: new.csv: row 2 and 1 other row, column "city": the category Paris occurs in no training row; its likelihood is not counted',
      'note: new.csv: row 3, column "time": 1700000100 is far outside of the training range, 1700000000 to 1700000006',
      'note: new.csv: row 1, column "__proto__": -77 is far outside of the training range, 0.5 to 4.5',
      'note: new.csv: row 4, column "day": 1950-01-31 is far outside of the training range, 2024-01-01 to 2024-01-28',
      '',
    ])
    expect([code, codes.every(Number.isFinite)]).toEqual([0, true])
  })

  it('take their labels from a file in place of a column', async () => {
    const labels = (of: readonly number[]) =>
      writeFileSync(
        inFolder('labels.npy'),
        writeNpy(hostTensor('int32', [of.length], Int32Array.from(of))),
      )
    // Classes in alphabetical order: rows from the fourth on are dog, cat, dog …
    labels([1, 0, 1, 0, 1, 0])
    const given = await encode(without('species'), ' --labels labels.npy')
    expect(given).toEqual({ code: 0, stderr: '', shape: [6, 2], codes: expected })
    labels([0, 1, 0, 1, 0, 1])
    const others = await encode(few, ' --labels labels.npy')
    expect(others.codes).not.toEqual(expected)
    labels([0, 1])
    const { code, stderr } = await encode(few, ' --labels labels.npy')
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^latentlab: labels\.npy: [^\n]+\n$/)])
  })
})
