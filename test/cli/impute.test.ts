import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { words, workingFolder } from './command-line.ts'

const { latentlab, inFolder } = workingFolder()

/** A whole number, a fraction, a category and a key, of which the first three follow each other. */
const rows = Array.from({ length: 60 }, (_, i) => {
  const level = (i * 7) % 10
  return [
    `k${i}`,
    String(100 + 5 * level + (i % 3)),
    (2.5 - level / 4).toFixed(2),
    level > 4 ? 'high' : 'low',
  ]
})

/** Values that are left out, by row and column; one is of a column that no model is trained on. */
const gaps = [
  [1, 1],
  [4, 2],
  [4, 3],
  [9, 3],
  [20, 1],
  [20, 2],
  [20, 3],
  [30, 0],
] as const

const isGap = (row: number, column: number) => gaps.some(([r, c]) => r === row && c === column)
const csv = (table: readonly (readonly string[])[]) =>
  ['id;count;"depth";state', ...table.map((cells) => cells.join(';'))]
    .map((l) => `${l}\r\n`)
    .join('')
const incomplete = rows.map((cells, row) =>
  cells.map((cell, column) => (isGap(row, column) ? '' : cell)),
)

const schema = {
  format: 1,
  missing: [''],
  columns: [
    { name: 'id', kind: 'text' },
    { name: 'count', kind: 'numeric' },
    { name: 'depth', kind: 'positive' },
    { name: 'state', kind: 'binary', categories: ['low', 'high'] },
  ],
}

const read = (name: string) => readFileSync(inFolder(name), 'utf8')
const cellsOf = (text: string) =>
  text
    .trimEnd()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(/[;,](?![^"]*"\])/))

beforeAll(async () => {
  writeFileSync(inFolder('table.csv'), csv(rows))
  writeFileSync(inFolder('gaps.csv'), csv(incomplete))
  writeFileSync(inFolder('schema.json'), JSON.stringify(schema))
  const training =
    '--data table.csv --schema schema.json --hidden 8 --latent 2 --epochs 200 --lr 0.01'
  const { code, stderr } = await latentlab(
    words(`train ${training} --threads 1 --out run --quiet --no-report`),
  )
  expect([code, stderr]).toEqual([0, ''])
})

describe('impute', () => {
  it('fills the gaps of trained columns, and leaves every other byte of the file', async () => {
    const outputs = '--out filled.csv --intervals bounds.csv --draws imputed --samples 3'
    const { code, stdout, stderr } = await latentlab(
      words(`impute run --data gaps.csv ${outputs} --importance-samples 200 --threads 1`),
    )
    expect(code).toBe(0)
    expect(stderr).toContain(
      'column "id": 1 gap stays, since the run was not trained on this column',
    )
    expect(stdout).toMatch(/^7 gaps filled in 4 of 60 rows: filled\.csv\n/)
    expect(stdout).toMatch(/bounds of each: bounds\.csv\n3 tables of draws: imputed\n/)
    expect(stdout).toMatch(/For comparison, \d+ known cells of 60 rows were hidden/)
    for (const method of ['the model', 'mean or mode', '5 nearest rows', 'iterative ridge'])
      expect(stdout).toMatch(new RegExp(`${method} +0\\.\\d{4}`))

    const filled = cellsOf(read('filled.csv'))
    const expected = incomplete.map((cells, row) =>
      cells.map((cell, column) =>
        column > 0 && isGap(row, column) ? filled[row]![column]! : cell,
      ),
    )
    expect(read('filled.csv')).toBe(csv(expected))
    const bounds = cellsOf(read('bounds.csv'))
    expect(bounds.map(([row, column]) => [row, column])).toEqual([
      ['2', 'count'],
      ['5', 'depth'],
      ['5', 'state'],
      ['10', 'state'],
      ['21', 'count'],
      ['21', 'depth'],
      ['21', 'state'],
    ])
    const tables = readdirSync(inFolder('imputed'))
    expect(tables).toEqual(['filled-1.csv', 'filled-2.csv', 'filled-3.csv'])
    const drawn = tables.map((name) => cellsOf(read(`imputed/${name}`)))
    for (const [row, column, value, low, high, set] of bounds) {
      const at = ['id', 'count', 'depth', 'state'].indexOf(column!)
      expect(filled[Number(row) - 1]![at]).toBe(value)
      const draws = drawn.map((table) => table[Number(row) - 1]![at]!)
      if (column === 'state') {
        expect(set).toContain(`""${value}""`)
        expect([low, high]).toEqual(['', ''])
        expect(draws.every((draw) => draw === 'low' || draw === 'high')).toBe(true)
        continue
      }
      expect(set).toBe('')
      expect(Number(low)).toBeLessThan(Number(value))
      expect(Number(high)).toBeGreaterThan(Number(value))
      for (const text of column === 'count' ? [value!, low!, high!, ...draws] : [])
        expect(text).toMatch(/^\d+$/)
      if (column === 'depth') for (const draw of draws) expect(Number(draw)).toBeGreaterThan(0)
    }
    expect(new Set(drawn.map((table) => table[4]![2])).size).toBe(3)
    // The state follows from the two others, which the model has seen.
    expect(filled[9]![3]).toBe(rows[9]![3])
  })

  it('writes the same by itself as with all else, and says what it did as JSON', async () => {
    const flags = '--samples 3 --importance-samples 200 --threads 1 --compare 0 --json'
    const { code, stdout } = await latentlab(
      words(`impute run --data gaps.csv --out alone.csv ${flags}`),
    )
    expect(code).toBe(0)
    expect(read('alone.csv')).toBe(read('filled.csv'))
    expect(JSON.parse(stdout)).toEqual({
      run: 'run',
      data: 'gaps.csv',
      out: 'alone.csv',
      method: 'resampling',
      samples: 3,
      importanceSamples: 200,
      seed: 0,
      rows: 60,
      gaps: 7,
      incompleteRows: 4,
      columns: [
        { name: 'count', gaps: 2 },
        { name: 'depth', gaps: 2 },
        { name: 'state', gaps: 3 },
      ],
      ofTraining: false,
    })
  })

  it('writes a table without gaps as it came', async () => {
    const { code, stdout } = await latentlab(
      words('impute run --data table.csv --out whole.csv --threads 1'),
    )
    expect([code, stdout]).toEqual([0, 'no gaps in 60 rows; written as it came: whole.csv\n'])
    expect(read('whole.csv')).toBe(csv(rows))
  })

  it.each<[string, string, string]>([
    ['no data', 'impute run --out x.csv', '--data: missing; give the table with gaps'],
    [
      'no output',
      'impute run --data gaps.csv',
      '--out: missing; give the name of the file to write',
    ],
    [
      'the file itself',
      'impute run --data gaps.csv --out gaps.csv',
      '--out gaps.csv: is the file of --data; choose another name',
    ],
    [
      'intervals of another format',
      'impute run --data gaps.csv --out x.csv --intervals x.json',
      '--intervals x.json: expected a name that ends in .csv',
    ],
    [
      'intervals in the place of the data',
      'impute run --data gaps.csv --out x.csv --intervals gaps.csv',
      '--intervals gaps.csv: is the file of --data; choose another name',
    ],
    [
      'a format that cannot hold the table',
      'impute run --data gaps.csv --out x.npy --intervals x.csv --draws x --compare 0 --quiet',
      'gaps.csv: ',
    ],
    [
      'one file for both',
      'impute run --data gaps.csv --out x.csv --intervals x.csv',
      '--intervals x.csv: is the file of --out; choose another name',
    ],
    [
      'a folder that is to be the file',
      'impute run --data gaps.csv --out x.csv --draws ./x.csv',
      '--draws ./x.csv: is the file of --out; choose another name',
    ],
    [
      'a folder that exists',
      'impute run --data gaps.csv --out x.csv --draws run',
      '--draws run: exists already; choose the name of a new folder',
    ],
    [
      'no draws',
      'impute run --data gaps.csv --out x.csv --samples 0',
      '--samples: expected a whole number from 1 to 1000, got "0"',
    ],
    [
      'a missing column',
      'impute run --data narrow.csv --out x.csv',
      'narrow.csv: has no column "depth"',
    ],
    ['no rows', 'impute run --data empty.csv --out x.csv', 'empty.csv: '],
    [
      'no such file',
      'impute run --data none.csv --out x.csv',
      'data "none.csv": there is no such file',
    ],
  ])('refuses %s in one line, and writes nothing', async (_, command, message) => {
    writeFileSync(inFolder('narrow.csv'), 'id,count,state\na,3,low\n')
    writeFileSync(inFolder('empty.csv'), 'id,count,depth,state\n')
    const { code, stdout, stderr } = await latentlab([...words(command), '--threads', '1'])
    expect(stderr).toContain(`latentlab: ${message}`)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect([code, stdout]).toEqual([2, ''])
    expect(readdirSync(inFolder('.')).filter((name) => /^x|^\.latentlab/.test(name))).toEqual([])
  })
})
