import { describe, expect, it } from 'vitest'
import { mostInformative } from '../../src/app/report/table/colouring.ts'
import { cellText } from '../../src/data/table/cell-text.ts'
import type { TableColumn } from '../../src/distributions/columns/column.ts'
import { binShares, columnBins, endTexts, shareApart } from '../../src/explore/column-bins.ts'
import { oddestRows } from '../../src/explore/column-likelihood.ts'
import { hostTensor } from '../../src/tensor/host.ts'

const column = (kind: TableColumn['kind'], more: Partial<TableColumn> = {}): TableColumn => ({
  name: kind,
  kind,
  distribution: 'gaussian',
  gaps: false,
  centre: 0,
  scale: 1,
  ...more,
})
const letters = [...'abcdefghij']
const floats = (rows: readonly (readonly number[])[]) =>
  hostTensor('float32', [rows.length, rows[0]!.length], Float32Array.from(rows.flat()))

describe('columnBins', () => {
  it('has a bar for the most frequent categories, and one for all others', () => {
    const bins = columnBins(column('categorical', { categories: letters }), [9, 9, 9, 3, 3, 5])
    expect(bins.labels).toEqual(['j', 'd', 'f', 'a', 'b', 'c', 'e', '3 others'])
    expect(binShares(bins, [9, 3, 3, 6, Number.NaN, 10])).toEqual([0.25, 0.5, 0, 0, 0, 0, 0, 0.25])
  })

  it('has a bar for each power of ten of counts of many sizes', () => {
    const bins = columnBins(column('count'), [0, 0, 12, 999, 1000, 45_000, Number.NaN])
    expect(bins.labels).toEqual(['0', '10–99', '100–999', '1,000–9,999', '10,000 or more'])
    expect([0, 10, 99, 100, 999, 1000, 1e7].map((cell) => bins.binOf(cell))).toEqual([
      0, 1, 1, 2, 2, 3, 4,
    ])
  })

  it('divides numbers equally, in the units of the file, with all beyond in the outer bins', () => {
    const bins = columnBins(column('numeric', { centre: 100, scale: 10 }), [-1, 0, 1.4])
    expect(bins.edges).toHaveLength(25)
    expect(bins.edges![0]).toBeCloseTo(90, 5)
    expect(bins.edges!.at(-1)).toBeCloseTo(114, 5)
    expect([-50, -0.95, 1.35, 50].map((cell) => bins.binOf(cell))).toEqual([0, 0, 23, 23])
    expect(endTexts(column('datetime'), [0, 365])).toEqual(['1970-01-01', '1971-01-01'])
  })

  it('says which share would have to move', () => {
    expect(shareApart([0.5, 0.5, 0], [0.25, 0.5, 0.25])).toBe(0.25)
  })
})

describe('oddestRows', () => {
  it('orders rows by their sum, and columns by what exceeds their own mean', () => {
    const surprise = floats([
      [10, 1, 0],
      [12, 9, 2],
      [11, 2, 0],
    ])
    // The last column has a value in the second row only.
    const found = oddestRows(surprise, (at) => at % 3 < 2 || at === 5, { rows: 2, columns: 2 })
    expect(found).toEqual([
      {
        row: 1,
        total: 23,
        columns: [
          { column: 1, excess: 5 },
          { column: 0, excess: 1 },
        ],
      },
      { row: 2, total: 13, columns: [] },
    ])
  })
})

describe('mostInformative', () => {
  const points = floats([
    [-1, 0],
    [-1.1, 0],
    [1, 0],
    [1.1, 0],
    [0.9, 0],
    [-0.9, 0],
  ])

  it('chooses the column whose groups lie apart, and leaves missing values without a group', () => {
    const columns = [
      column('categorical', { name: 'noise', categories: ['x', 'y'] }),
      column('categorical', { name: 'side', categories: ['left', 'right'] }),
      column('categorical', { name: 'part of it', categories: ['some', 'others'] }),
    ]
    const cells = floats([
      [0, 0, 0],
      [1, 0, 0],
      [0, 1, 1],
      [1, 1, 1],
      [0, 1, 0],
      [1, Number.NaN, 0],
    ])
    const found = mostInformative(points, cells, columns)!
    expect(found.column.name).toBe('side')
    expect([found.names, found.groups]).toEqual([
      ['right', 'left'],
      [1, 1, 0, 0, 0, -1],
    ])
    expect(found.share).toBeGreaterThan(0.98)
  })

  it('divides numbers into ranges in ascending order', () => {
    const cells = floats([[0], [1], [10], [11], [9], [2]])
    const found = mostInformative(points, cells, [column('count', { name: 'n' })])!
    expect(found.sequential).toBe(true)
    expect(found.names).toEqual(['0 to 1', '1 to 2', '2 to 9', '9 to 10', '10 or more'])
    expect(found.groups).toEqual([0, 1, 4, 4, 3, 2])
  })
})

describe('cellText', () => {
  it('writes values in the units of the file', () => {
    const price = column('numeric', { centre: 1000, scale: 500 })
    expect(cellText(price, 0.5)).toBe('1,250')
    expect(cellText(column('count'), 1_250_000)).toBe('1,250,000')
    expect(cellText(column('count'), 0.003)).toBe('below 0.01')
    expect(cellText(column('datetime', { range: [0, 10] }), 1.7)).toBe('1970-01-02')
    expect(cellText(column('categorical', { categories: letters }), 2)).toBe('c')
    expect(cellText(column('categorical', { categories: letters }), 10)).toBe(
      'a category not seen in training',
    )
    expect(cellText(price, Number.NaN)).toBe('missing')
  })
})
