import type { DataSet } from '../../../src/data/dataset.ts'
import type { ExampleForm } from '../../../src/data/form.ts'
import { openDataSet } from '../../../src/data/open.ts'
import type { TableSchema } from '../../../src/data/table/schema.ts'
import { stream } from '../../../src/tensor/random.ts'

/** Columns of every kind and treatment: names, and what their schema says beside that. */
const columns: TableSchema['columns'] = [
  { name: 'noted', kind: 'datetime' },
  { name: 'length', kind: 'numeric' },
  { name: 'colour', kind: 'categorical' },
  { name: 'second', kind: 'numeric' },
  { name: 'price', kind: 'positive' },
  { name: 'open', kind: 'binary' },
  { name: 'income', kind: 'numeric', transform: 'quantile' },
  { name: 'visits', kind: 'count' },
  { name: 'size', kind: 'ordinal', categories: ['S', 'M', 'L'] },
  { name: 'bought', kind: 'datetime', transform: 'quantile' },
  { name: 'group', kind: 'label' },
]

export type Row = Readonly<Record<string, unknown>>

/** Rows that follow one hidden number, with gaps; `second` is of the size of seconds since 1970. */
export function mixedRows(count: number, seed = 5): Row[] {
  const random = stream(seed, 'mixed rows')
  const gap = <V>(value: V) => (random.uniform() < 0.2 ? null : value)
  return Array.from({ length: count }, (_, i) => {
    const z = random.normal()
    return {
      noted: gap(new Date(Date.UTC(2024, 0, 1 + i, 7, 3 * i, 0, 37 * i))),
      length: gap(3 + 2 * z),
      colour: gap(['red', 'green', 'blue'][Math.floor(1.5 + Math.tanh(z) * 1.4)]),
      second: 1.7e9 + 10 * random.normal(),
      price: gap(Math.exp(z)),
      open: gap(z > 0 ? 'yes' : 'no'),
      income: gap(20_000 * Math.exp(2 * z)),
      visits: gap(Math.round(Math.exp(2 + z))),
      size: ['S', 'M', 'L'][z < -0.5 ? 0 : z < 0.5 ? 1 : 2],
      bought: new Date(Date.UTC(2020, 0, 1) + 1e10 * Math.exp(z)),
      group: i % 2 === 0 ? 'a' : 'b',
    }
  })
}

/** New rows: with a category that training has not seen in each column of categories, and values beyond its range. */
export function unlikeRows(): Row[] {
  const [first, second] = mixedRows(2, 6) as [Row, Row]
  return [
    { ...first, colour: 'purple', open: 'perhaps', size: 'XXL' },
    { ...second, income: 1e9, bought: new Date(Date.UTC(1990, 5, 1)), length: -1e6 },
    { ...second, income: 1e-3, bought: new Date(Date.UTC(2090, 5, 1)), visits: 0, price: 1e-30 },
  ]
}

export type TableData = DataSet & { readonly form: ExampleForm }

const split = { seed: 0, validation: 10, test: 10, binarize: 'none', standardise: true } as const

export const mixedTable = async (): Promise<TableData> =>
  (await openDataSet({
    data: mixedRows(90),
    schema: { format: 1, missing: [], columns },
    ...split,
  })) as TableData
