import { spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, it } from 'vitest'
import { readForm } from '../../../src/data/form.ts'
import { openDataSet } from '../../../src/data/open.ts'
import { packRows } from '../../../src/package/graphs/pack-rows.ts'
import { preprocessOf, preprocessSchema } from '../../../src/package/graphs/preprocess.ts'
import { PACK_IN_PYTHON } from '../../../src/package/graphs/python.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import type { TableData } from './mixed-table.ts'

const split = { seed: 0, validation: 1, test: 1, binarize: 'none', standardise: true } as const

/** Training rows of a table whose columns are stated with marks of missing values and an order of dates. */
const rows = Array.from({ length: 12 }, (_, i) => ({
  due: `${1 + i}/2/2024`,
  noted: `2024-01-${10 + i}T12:00:00Z`,
  weight: i === 3 ? -999 : i / 8,
  dose: 0.25 + i,
  calls: i,
  code: [1, 2.5, '007'][i % 3],
  ok: i % 2 === 0,
  grade: ['low', 'mid', 'high'][i % 3],
}))

const schema = {
  format: 1 as const,
  missing: ['NA', '?'],
  columns: [
    { name: 'due', kind: 'datetime' as const, dates: 'day-first' as const },
    { name: 'noted', kind: 'datetime' as const },
    { name: 'weight', kind: 'numeric' as const, missing: ['-999'] },
    { name: 'dose', kind: 'positive' as const },
    { name: 'calls', kind: 'count' as const },
    { name: 'code', kind: 'categorical' as const, categories: ['1', '2.5', '007'] },
    { name: 'ok', kind: 'binary' as const },
    { name: 'grade', kind: 'ordinal' as const, categories: ['low', 'mid', 'high'] },
  ],
}

let data: TableData
beforeAll(async () => {
  data = (await openDataSet({ data: rows, schema, ...split })) as TableData
})

const DAYS = 'days since 1970-01-01, UTC'

describe('preprocess.json', () => {
  it('says where each column of a table goes, and how it is read', () => {
    const preprocess = preprocessOf(data.form)
    expect(preprocess).toEqual({
      format: 'latentlab preprocess 1',
      examples: 'table',
      missing: ['NA', '?'],
      columns: [
        {
          name: 'due',
          kind: 'datetime',
          input: 'numbers',
          position: 0,
          mask: 0,
          unit: DAYS,
          dates: 'day-first',
        },
        { name: 'noted', kind: 'datetime', input: 'numbers', position: 1, mask: 1, unit: DAYS },
        {
          name: 'weight',
          kind: 'numeric',
          input: 'numbers',
          position: 2,
          mask: 2,
          missing: ['-999'],
        },
        { name: 'dose', kind: 'positive', input: 'numbers', position: 3, mask: 3 },
        { name: 'calls', kind: 'count', input: 'numbers', position: 4, mask: 4 },
        {
          name: 'code',
          kind: 'categorical',
          input: 'categories',
          position: 0,
          mask: 5,
          categories: ['1', '2.5', '007'],
          unseen: 3,
        },
        {
          name: 'ok',
          kind: 'binary',
          input: 'categories',
          position: 1,
          mask: 6,
          categories: data.form.table!.columns[6]!.categories,
          unseen: 2,
        },
        {
          name: 'grade',
          kind: 'ordinal',
          input: 'categories',
          position: 2,
          mask: 7,
          categories: ['low', 'mid', 'high'],
          unseen: 3,
        },
      ],
    })
    expect(preprocessSchema.parse(JSON.parse(JSON.stringify(preprocess)))).toEqual(preprocess)
  })

  it('says how images are stored, and how a picture becomes one', () => {
    const form = readForm(
      hostTensor('uint8', [2, 4, 5, 3], new Uint8Array(120).fill(9)),
      'images',
      'hwc',
    )
    const pictures = { size: '5x4', fit: 'pad', colour: 'rgb', ground: '#102030' } as const
    const preprocess = preprocessOf({ ...form, picture: pictures })
    expect(preprocess).toEqual({
      format: 'latentlab preprocess 1',
      examples: 'images',
      input: 'pixels',
      dtype: 'uint8',
      shape: [4, 5, 3],
      order: 'hwc',
      height: 4,
      width: 5,
      channels: 3,
      range: [0, 255],
      pictures,
    })
    expect(preprocessSchema.parse(preprocess)).toEqual(preprocess)
  })

  it('says the type and shape of arrays of numbers', async () => {
    const plain = readForm(hostTensor('float32', [2, 4], new Float32Array(8)), 'numbers')
    const values = { format: 'latentlab preprocess 1', input: 'values', shape: [4] }
    expect(preprocessOf(plain)).toEqual({ ...values, examples: 'values', dtype: 'float32' })
    const { form } = await openDataSet({
      data: hostTensor(
        'float64',
        [9, 4],
        Float64Array.from({ length: 36 }, (_, i) => Math.sin(i)),
      ),
      likelihood: { name: 'gaussian', isChosen: true },
      ...split,
    })
    expect(preprocessOf(form!)).toEqual({ ...values, examples: 'numbers', dtype: 'float64' })
  })
})

/** Rows packed by the function of the card; of a refused row its message. Undefined where there is no Python with numpy. */
function inPython(cases: readonly unknown[]): unknown[] | undefined {
  const program = `${PACK_IN_PYTHON}
import json, sys
given = json.load(sys.stdin)
answers = []
for rows in given["cases"]:
    try:
        answers.append({k: v.astype(float).tolist() for k, v in pack(rows, given["preprocess"]).items()})
    except (ValueError, KeyError) as error:
        answers.append(str(error))
print(json.dumps(answers))`
  const input = JSON.stringify({ cases, preprocess: preprocessOf(data.form) })
  const { stdout, stderr, error } = spawnSync('python3', ['-c', program], {
    input,
    encoding: 'utf8',
  })
  if (error || stderr.includes('No module named')) return undefined
  expect(stderr).toBe('')
  return JSON.parse(stdout) as unknown[]
}

describe('the Python of the card', () => {
  const whole = rows[1]!
  const good = [
    whole,
    {
      ...whole,
      due: '31.12.2023',
      noted: '2024-02-29 23:59:59.125+05:30',
      code: '2.50',
      ok: 'TRUE',
    },
    {
      ...whole,
      due: '5-6-1999 7:08',
      noted: '1969-12-31T23:00Z',
      weight: '-999.0',
      code: 7,
      ok: null,
    },
    {
      ...whole,
      due: 'NA',
      weight: ' 1.5e-3 ',
      dose: '7',
      calls: '12',
      code: 'never',
      grade: 'top',
      ok: 'perhaps',
    },
    {
      ...whole,
      due: '2024/03/04',
      weight: '',
      dose: '?',
      calls: null,
      code: '007',
      grade: ' mid ',
    },
    { ...whole, due: '29/2/2024', weight: 1e-7, code: true, noted: '2024-06-30T12:00:00-0230' },
  ]

  it('packs rows as the library does, and refuses what it refuses', async ({ skip }) => {
    const { grade: _, ...lacking } = whole
    const bad: readonly (readonly [object, string])[] = [
      [{ ...whole, dose: 0 }, "row 0, column 'dose': expected a number above 0, got 0"],
      [{ ...whole, calls: 1.5 }, "row 0, column 'calls': expected a whole number from 0, got 1.5"],
      [{ ...whole, weight: 'heavy' }, "row 0, column 'weight': expected a number, got 'heavy'"],
      [
        { ...whole, noted: '3/4/2024' },
        "row 0, column 'noted': the order of day and month is open in '3/4/2024'",
      ],
      [lacking, `"no row has the column 'grade'"`],
    ]
    const answers = inPython([good, ...bad.map(([row]) => [row])])
    if (!answers) skip('no Python with numpy')
    const [packed, ...refused] = answers!
    const expected = await packRows(data.form, good)
    expect(packed).toEqual(
      Object.fromEntries(
        Object.entries(expected).map(([name, { shape, data: own }]) => {
          const numbers = Array.from(own as ArrayLike<number | bigint>, Number)
          const width = shape[1]!
          return [name, good.map((_, i) => numbers.slice(i * width, (i + 1) * width))]
        }),
      ),
    )
    expect(refused).toEqual(bad.map(([, message]) => message))
    for (const [row, message] of bad) {
      const [, column] = /column '(\w+)'/.exec(message)!
      await expect(packRows(data.form, [row])).rejects.toThrow(`"${column}"`)
    }
  })
})
