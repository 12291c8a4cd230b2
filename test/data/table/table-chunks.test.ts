import { describe, expect, it } from 'vitest'
import { fitColumns } from '../../../src/data/table/fit.ts'
import { packTable } from '../../../src/data/table/pack.ts'
import { splitTable } from '../../../src/data/table/split-table.ts'
import { tableChunks } from '../../../src/data/table/table-chunks.ts'
import { classesOfTable, labelsOfTable } from '../../../src/data/table/table-labels.ts'
import { unlikeTraining } from '../../../src/data/table/unlike-training.ts'
import { arraySource, rowsOf } from './source.ts'

// More rows than are read at a time.
const COUNT = 9001
const schema = {
  format: 1 as const,
  missing: [],
  columns: [
    { name: 'x', kind: 'numeric' as const },
    { name: 'class', kind: 'label' as const },
    { name: 'split', kind: 'text' as const },
  ],
}
const splits = rowsOf(COUNT, (row) => (row === 5000 ? 'test' : row === 8999 ? 'val' : 'train'))
const source = arraySource({
  x: rowsOf(COUNT, (row) => row),
  class: rowsOf(COUNT, (row) => String(Math.floor(row / 1000))),
  split: splits,
})
const packed = await packTable(source, schema)

describe('all rows of a table', () => {
  it('are read once, in order, at their positions', () => {
    const seen = [...tableChunks(packed)].flatMap(({ start, count, values }) =>
      Array.from({ length: count }, (_, i) => [start + i, values[3 * i]!]),
    )
    expect(seen).toEqual(rowsOf(COUNT, (row) => [row, row]))
  })

  it('are those that are asked for, in their order', () => {
    const rows = Int32Array.from({ length: 5000 }, (_, i) => COUNT - 1 - i)
    const values = [...tableChunks(packed, rows)].flatMap((chunk) =>
      Array.from({ length: chunk.count }, (_, i) => chunk.values[3 * i]!),
    )
    expect(values).toEqual(Array.from(rows))
  })

  it('have labels of their own', () => {
    const labels = labelsOfTable(packed, classesOfTable(packed)!)
    expect(Array.from(labels!)).toEqual(rowsOf(COUNT, (row) => Math.floor(row / 1000)))
  })

  it('are refused where some have no label, naming the first of them', async () => {
    const gaps = arraySource({
      x: [1, 2, 3, 4],
      class: ['a', null, 'b', null],
      split: ['train', 'train', 'train', 'test'],
    })
    const some = await packTable(gaps, schema)
    expect(() => labelsOfTable(some, classesOfTable(some)!)).toThrow(
      /: row 2, column "class": has no label, like 1 other row; give them one, or remove them$/,
    )
  })

  it('are split as their column says', () => {
    const options = { splitBy: 'split', binarize: 'none', seed: 0 } as const
    const { test, validation, train } = splitTable(packed, options, false)
    expect([...test, ...validation]).toEqual([5000, 8999])
    expect(train).toHaveLength(COUNT - 2)
  })

  it('make up the mean and the range of a column', () => {
    const all = Int32Array.from({ length: COUNT }, (_, i) => i)
    const { columns } = fitColumns(packed, schema, all, { standardise: true })
    expect(columns[0]).toMatchObject({ centre: (COUNT - 1) / 2, range: [0, COUNT - 1] })
  })

  it('are compared with the training rows', () => {
    const some = Int32Array.from({ length: 100 }, (_, i) => i)
    const { columns } = fitColumns(packed, schema, some, { standardise: true })
    // 0 to 99 are seen: from 199 on, values are far.
    expect(unlikeTraining(packed, columns)).toEqual([
      'row 200 and 8,801 other rows, column "x": 199 is far outside of the training range, 0 to 99',
    ])
  })
})
