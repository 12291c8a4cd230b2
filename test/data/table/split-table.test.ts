import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { dataTexts } from '../../../src/data/dataset.ts'
import { type DataOptions, openDataSet } from '../../../src/data/open.ts'
import { hostTensor } from '../../../src/tensor/host.ts'

const folder = mkdtempSync(join(tmpdir(), 'latentlab-split-table-'))
afterAll(() => rmSync(folder, { recursive: true }))

const path = join(folder, 'table.csv')
const words = ['train', 'Validation', 'test', 'train']
const lines = Array.from(
  { length: 40 },
  (_, i) =>
    `${i % 20},${(i * 7) % 5},2024-01-${String(40 - i).padStart(2, '0')},${words[i % 4]},g${i % 8}`,
)
// January has 31 days: the first nine rows are in February.
const dated = lines.map((line, i) =>
  i < 9 ? line.replace(/2024-01-\d\d/, `2024-02-0${9 - i}`) : line,
)
writeFileSync(path, ['value,kind,day,split,group', ...dated].join('\n'))

const open = (options: Partial<DataOptions>) =>
  openDataSet({ data: path, binarize: 'none', seed: 0, ...options })

describe('a table', () => {
  it('is split by a column, which is no input of the model', async () => {
    const data = await open({ splitBy: 'split' })
    const rows = (k: number) => Array.from({ length: 10 }, (_, i) => 4 * i + k)
    expect([...data.splits.test.rows]).toEqual(rows(2))
    expect([...data.splits.validation.rows]).toEqual(rows(1))
    expect(data.splits.train.rows).toHaveLength(20)
    expect(data.form.table!.columns.map(({ name }) => name)).not.toContain('split')
    const plain = await open({})
    expect(plain.form.table!.columns.map(({ name }) => name)).toContain('split')
    expect(new Set([plain.hash, data.hash, (await open({ group: 'group' })).hash]).size).toBe(3)
  })

  it('is split in the order of its dates', async () => {
    const data = await open({ timeOrder: 'day', validation: 3, test: 5 })
    expect([...data.splits.test.rows]).toEqual([0, 1, 2, 3, 4])
    expect([...data.splits.validation.rows]).toEqual([5, 6, 7])
  })

  it('is split by groups', async () => {
    const data = await open({ group: 'group', validation: 5, test: 10 })
    const groups = (name: 'train' | 'validation' | 'test') => [
      ...new Set(Array.from(data.splits[name].rows, (row) => row % 8)),
    ]
    expect([groups('train').length, groups('validation').length, groups('test').length]).toEqual([
      5, 1, 2,
    ])
    expect(new Set([...groups('train'), ...groups('validation'), ...groups('test')]).size).toBe(8)
  })

  it('says which of its rows are in two splits', async () => {
    const twice = join(folder, 'twice.csv')
    const row = (i: number) => `${i},${i % 3},${i < 30 ? 'train' : i < 35 ? 'val' : 'test'}`
    const same = [...Array.from({ length: 40 }, (_, i) => row(i)), '4,1,test', '9,0,test']
    writeFileSync(twice, ['value,kind,split', ...same].join('\n'))
    const data = await open({ data: twice, splitBy: 'split' })
    const note = '2 of 7 test rows also occur among the training rows (row 41 equals row 5)'
    expect(data.notes).toContain(note)
    expect(dataTexts(data)).toContain(note)
  })

  it.each<[Partial<DataOptions>, string | RegExp]>([
    [{ splitBy: 'splt' }, /splitBy: 'splt': .* has no such column; did you mean "split"\?/],
    [{ splitBy: 'kind' }, /row 1 has "0" in the column "kind"; splitBy needs train/],
    [{ timeOrder: 'group' }, /the column "group" holds text; timeOrder needs dates/],
    [
      { group: 'group', timeOrder: 'day' },
      'timeOrder: group splits the rows, too; give one of them',
    ],
    [{ splitBy: 'split', testData: path }, /is a test set already; leave one of them out/],
    [
      { splitBy: 'split', validation: 4 },
      /validation: 4: the column that splitBy names gives .* 10 /,
    ],
    [
      { splitBy: 'split', data: hostTensor('uint8', [4, 2, 2], new Uint8Array(16)) },
      'splitBy: array is not a table with columns; leave it out',
    ],
  ])('is refused: %o', async (options, message) => {
    await expect(open(options)).rejects.toThrow(message)
  })
})
