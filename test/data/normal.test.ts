import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { dividedAnomalies, withAnomalies } from '../../src/data/anomalies.ts'
import type { DataSet, SplitName } from '../../src/data/dataset.ts'
import { exampleNumbers } from '../../src/data/evaluated.ts'
import { type DataOptions, openDataSet } from '../../src/data/open.ts'
import { splitLabels, splitValues } from '../../src/data/rows.ts'
import { hostTensor } from '../../src/tensor/host.ts'

const folder = mkdtempSync(join(tmpdir(), 'latentlab-normal-'))
afterAll(() => rmSync(folder, { recursive: true }))

const header = 'size,kind,day,split,group,state'
/** Every fifth row is a leak or a stop; their kinds come first, and only they have the kind z. */
const states = Array.from({ length: 60 }, (_, i) => (i % 5 ? 'ok' : i % 2 ? 'leak' : 'stop'))
const lines = states.map((state, i) =>
  [
    (i * 7) % 31,
    state === 'ok' ? 'xyw'[i % 3] : i % 2 ? 'z' : 'w',
    `2024-${String(1 + Math.floor(i / 28)).padStart(2, '0')}-${String(1 + (i % 28)).padStart(2, '0')}`,
    ['train', 'val', 'test'][i % 3],
    `g${i % 6}`,
    state,
  ].join(','),
)
const file = (name: string, rows: readonly string[]) => {
  const path = join(folder, name)
  writeFileSync(path, `${[header, ...rows].join('\n')}\n`)
  return path
}
const path = file('all.csv', lines)
const normalRows = Array.from(states.keys()).filter((i) => states[i] === 'ok')
const clean = file(
  'clean.csv',
  normalRows.map((i) => lines[i]!),
)

const open = (options: Partial<DataOptions> = {}) =>
  openDataSet({ data: path, label: 'state', binarize: 'none', seed: 0, ...options })
const normal = ['ok']

const names = ['train', 'validation', 'test'] as const
const anomaliesOf = ({ splits }: DataSet, split: SplitName) =>
  Array.from(splits[split].anomalies?.rows ?? [])

describe('a table of which only normal rows are learned from', () => {
  it.each([[{}], [{ splitBy: 'split' }], [{ timeOrder: 'day' }], [{ group: 'group' }]])(
    'has the splits, columns, cells and numbers of the file without other rows: %o',
    async (by) => {
      const [all, without] = [await open({ ...by, normal }), await open({ ...by, data: clean })]
      expect(all.form.table!.columns).toEqual(without.form.table!.columns)
      expect(all.classNames).toEqual(['ok'])
      for (const name of names) {
        const [one, other] = [all.splits[name], without.splits[name]]
        expect(Array.from(one.rows)).toEqual(Array.from(other.rows, (row) => normalRows[row]!))
        const indices = Array.from(one.rows.keys())
        expect(splitValues(all, name, indices)).toEqual(splitValues(without, name, indices))
        expect(exampleNumbers(all, name)).toEqual(exampleNumbers(without, name))
        expect(splitLabels(all, name)).toEqual(splitLabels(without, name))
        expect(one.keys?.of([9])).toEqual(other.keys?.of([normalRows.indexOf(9)]))
      }
      expect(all.hash).not.toBe(without.hash)
    },
  )

  it('numbers categories in the order of normal rows', async () => {
    const { columns } = (await open({ normal })).form.table!
    expect(columns.find(({ name }) => name === 'kind')!.categories).toEqual(['y', 'w', 'x'])
    const all = (await open()).form.table!.columns.find(({ name }) => name === 'kind')!
    expect(all.categories![0]).toBe('w')
  })

  it('keeps all others to measure with: half of them on validation, half on test, by seed', async () => {
    const data = await open({ normal })
    const [validation, test] = [anomaliesOf(data, 'validation'), anomaliesOf(data, 'test')]
    expect([validation.length, test.length, anomaliesOf(data, 'train').length]).toEqual([6, 6, 0])
    const other = Array.from(states.keys()).filter((i) => states[i] !== 'ok')
    expect([...validation, ...test].sort((a, b) => a - b)).toEqual(other)
    expect(validation).toEqual(validation.toSorted((a, b) => a - b))
    expect(data.splits.test.anomalies!.labels).toEqual(test.map((row) => states[row]))
    expect(anomaliesOf(await open({ normal, seed: 1 }), 'test')).not.toEqual(test)
    expect(data.notes).toEqual([
      `${path}: 48 of 60 examples are normal (label ok); the other 12 are not learned from, and measure how well anomalies are found: 6 on validation, 6 on test`,
    ])
  })

  it('keeps those that a column puts into training for validation, or for test where there is none', async () => {
    const by = await open({ normal, splitBy: 'split' })
    const of = (split: number) =>
      Array.from(states.keys()).filter((i) => states[i] !== 'ok' && i % 3 === split)
    expect(anomaliesOf(by, 'test')).toEqual(of(2))
    expect(anomaliesOf(by, 'validation')).toEqual([...of(0), ...of(1)].sort((a, b) => a - b))
    const timed = await open({ normal, timeOrder: 'day', validation: 0, test: 12 })
    expect(anomaliesOf(timed, 'validation')).toEqual([])
    expect(anomaliesOf(timed, 'test')).toHaveLength(12)
    const ordered = await open({ normal, timeOrder: 'day', validation: 12, test: 12 })
    expect(anomaliesOf(ordered, 'test')).toEqual([50, 55])
    expect(anomaliesOf(ordered, 'validation')).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45])
  })

  it('may have other labels than a recorded run has classes', async () => {
    const data = await open({ normal })
    const { exampleShape, form, classes, classLabels, classNames } = data
    const known = { exampleShape, form, classes, classLabels, classNames }
    const again = await open({ normal, known })
    expect(again.hash).toBe(data.hash)
    expect(again.splits.test.anomalies).toEqual(data.splits.test.anomalies)
    expect((await open({ normal: ['ok', 'stop'] })).hash).not.toBe(data.hash)
  })

  it('leaves out rows without a label, and says how many', async () => {
    const gaps = file(
      'gaps.csv',
      lines.map((line, i) => (i % 20 === 4 ? line.replace(/ok$/, '') : line)),
    )
    const data = await open({ data: gaps, normal })
    expect(data.splits.train.rows.length).toBe(45 - 5 - 5)
    expect(names.flatMap((name) => anomaliesOf(data, name))).toHaveLength(12)
    expect(data.notes![0]).toMatch(
      /: 45 of 60 examples are normal .*; 3 examples without a label left out$/,
    )
    await expect(open({ data: gaps })).rejects.toThrow(
      'row 5, column "state": has no label, like 2',
    )
  })

  it('takes the anomalies of a test set from there, also with labels of its own', async () => {
    const tests = file('tests.csv', [
      ...lines.slice(0, 9),
      lines[0]!.replace(/stop$/, 'burst'),
      lines[0]!.replace(/,stop$/, ','),
    ])
    const data = await open({ testData: tests, normal })
    expect(Array.from(data.splits.test.rows)).toEqual([1, 2, 3, 4, 6, 7, 8])
    expect(data.splits.test.anomalies).toEqual({
      rows: Int32Array.of(0, 5, 9),
      labels: ['stop', 'leak', 'burst'],
    })
    expect(anomaliesOf(data, 'validation')).toHaveLength(12)
    expect(data.notes![1]).toBe(
      `${tests}: 7 of 11 examples are normal (label ok); the other 3 are not learned from, and measure how well anomalies are found: 3 on test; 1 example without a label left out`,
    )
    const none = await open({ testData: tests, normal, validation: 0 })
    expect(none.notes![0]).toMatch(/12 unused, for want of a validation split$/)
  })

  it('may have no other rows', async () => {
    const data = await open({ data: clean, normal })
    expect(data.notes).toEqual([`${clean}: all 48 examples are normal (label ok)`])
  })
})

describe('a split with its anomalies', () => {
  it('has its normal rows first, then the others with their cells, numbers and labels', async () => {
    const data = await open({ normal })
    const both = withAnomalies(data, 'test')
    const { rows, anomalies } = data.splits.test
    expect(both.normal).toBe(rows.length)
    expect(both.labels).toEqual(anomalies!.labels)
    const all = [...rows, ...anomalies!.rows]
    expect(Array.from(both.data.splits.test.rows)).toEqual(all)
    const values = splitValues(both.data, 'test', [0, both.normal])
    const stored = data.splits.test.store.gather([all[0]!, all[both.normal]!])
    expect(values.data).toEqual(stored)
    const numbers = Array.from(exampleNumbers(both.data, 'test'))
    expect(new Set(numbers).size).toBe(all.length)
    expect(numbers.slice(0, both.normal)).toEqual(Array.from(exampleNumbers(data, 'test')))
    expect(Math.min(...numbers.slice(both.normal))).toBeGreaterThanOrEqual(48)
    expect(splitLabels(both.data, 'test')).toBeUndefined()
  })

  it('has its own rows where none are apart', async () => {
    const { normal: count, labels } = withAnomalies(await open(), 'validation')
    expect([count, labels]).toEqual([6, []])
  })
})

describe('anomalies of arrays', () => {
  const values = hostTensor(
    'float32',
    [40, 2],
    Float32Array.from({ length: 80 }, (_, i) => Math.sin(i)),
  )
  const labels = hostTensor(
    'int32',
    [40],
    Int32Array.from({ length: 40 }, (_, i) => [3, 5, 8][i % 3]!),
  )
  const given = { data: values, labels, binarize: 'none', seed: 0 } as const

  it('are told by the labels, whose normal ones are the classes', async () => {
    const data = await openDataSet({ ...given, normal: [8, 3] })
    expect([data.normal, data.classLabels, data.classNames]).toEqual([
      ['3', '8'],
      [3, 8],
      undefined,
    ])
    expect(splitLabels(data, 'train')).toEqual(
      Array.from(data.splits.train.rows, (row) => [3, 5, 8][row % 3]),
    )
    const anomalies = names.flatMap((name) => anomaliesOf(data, name))
    expect(anomalies.sort((a, b) => a - b)).toEqual(
      Array.from({ length: 40 }, (_, i) => i).filter((i) => i % 3 === 1),
    )
    expect(data.hash).not.toBe((await openDataSet(given)).hash)
  })

  it('are refused where they are not known', async () => {
    const refused = (options: Partial<DataOptions>) =>
      expect(openDataSet({ ...given, normal: [3], ...options })).rejects
    await refused({ normal: [4] }).toThrow(/^normal '4': the labels of data are 3, 5 and 8$/)
    await refused({ labels: undefined }).toThrow(
      /^normal: data has no labels, so no row is known to be normal; give labels$/,
    )
    await refused({ testData: values }).toThrow(/^normal: testData has no labels, .*testLabels$/)
  })
})

describe('what is normal', () => {
  const refused = (options: Partial<DataOptions>) => expect(open(options)).rejects

  it('must be a label of the data, in a column that is named', async () => {
    await refused({ normal: ['fine'] }).toThrow(
      /^normal 'fine': column "state" holds leak, ok and stop$/,
    )
    await refused({ normal, label: undefined }).toThrow(
      /: .*all\.csv has no labels, so no row is known to be normal; name their column with label, or their file with labels$/,
    )
    const late = file(
      'late.csv',
      lines.filter((_, i) => states[i] !== 'ok'),
    )
    const tested = file(
      'tested.csv',
      lines.filter((line) => /,[wz],/.test(line)),
    )
    await refused({ data: late, testData: tested, normal }).toThrow(
      /^normal 'ok': no row of .*late\.csv has such a label \(column "state" holds leak and stop\), so there is none to train on$/,
    )
    const few = file('few.csv', lines.slice(0, 3))
    await refused({ data: few, normal, test: 2 }).toThrow(
      /few\.csv: 2 normal rows less 0 for valid/,
    )
    await refused({ data: few, normal, timeOrder: 'day', test: 2 }).toThrow(
      /few\.csv: 2 normal rows split by the column "day"/,
    )
    await refused({ normal: ['leak'], splitBy: 'group' }).toThrow(/row 6 has "g5" in the column/)
  })

  it('is compared as the cells of a table are', async () => {
    const flags = join(folder, 'flags.csv')
    writeFileSync(
      flags,
      `x,fault\n${Array.from({ length: 30 }, (_, i) => `${i % 7},${i % 6 ? 'False' : 'TRUE'}`).join('\n')}\n`,
    )
    const data = await open({ data: flags, label: 'fault', normal: [false] })
    expect(data.normal).toEqual(['false'])
    expect(names.flatMap((name) => anomaliesOf(data, name))).toHaveLength(5)
  })
})

describe('anomalous rows', () => {
  const rows = (validation: number, test: number) => ({
    train: Int32Array.of(0),
    validation: new Int32Array(validation),
    test: new Int32Array(test),
  })
  const divided = (
    count: number,
    of: ReturnType<typeof rows>,
    rule: (row: number) => SplitName | undefined,
    hasTest = false,
  ) => {
    const all = Int32Array.from({ length: count }, (_, i) => i)
    const { validation, test } = dividedAnomalies(all, of, rule, { seed: 0, hasTest })
    return [Array.from(validation), Array.from(test)]
  }

  it('are divided by seed where no rule says otherwise: the odd one to test', () => {
    const [validation, test] = divided(5, rows(1, 1), () => undefined)
    expect([validation!.length, test!.length]).toEqual([2, 3])
    expect(divided(5, rows(0, 1), () => undefined)).toEqual([[], [0, 1, 2, 3, 4]])
    expect(divided(5, rows(1, 1), () => undefined, true)).toEqual([[0, 1, 2, 3, 4], []])
    expect(divided(5, rows(0, 1), () => undefined, true)).toEqual([[], []])
  })

  it('keep the split of their rule, but for training', () => {
    const rule = (row: number) => (['train', 'validation', 'test'] as const)[row % 3]
    expect(divided(6, rows(1, 1), rule)).toEqual([
      [0, 1, 3, 4],
      [2, 5],
    ])
    expect(divided(6, rows(0, 1), rule)[1]).toEqual([0, 2, 3, 5])
  })
})
