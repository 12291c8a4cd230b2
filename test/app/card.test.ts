import { describe, expect, it } from 'vitest'
import { dataSection } from '../../src/app/package/card/data-section.ts'
import { mixedTable } from '../package/graphs/mixed-table.ts'

describe('the card of a package', () => {
  it('gives the range of each column to the digits that its scale needs', async () => {
    const data = await mixedTable()
    const column = (name: string, range: readonly [number, number], scale: number) => ({
      ...data.form.table!.columns.find((one) => one.name === name)!,
      name,
      range,
      scale,
    })
    const columns = [
      column('second', [1_700_000_001.25, 1_700_000_039], 8),
      column('length', [-1.234567891, 4.5], 2),
      column('price', [0.000123456789, 1234.56789], 1.5),
      column('visits', [0, 12_345_678], 1),
    ]
    const form = { ...data.form, table: { ...data.form.table!, columns } }
    const trained = { model: { labels: undefined, info: {} } }
    const source = { trained, config: { data: { data: 'a.csv' } } }
    const text = dataSection({ source, form, data, trainingExamples: 0 } as never)
    const ranges = [...text.matchAll(/^\| (\w+) \|.*? \| ([^|]* to [^|]*) \|/gm)]
    expect(ranges.map(([, name, range]) => [name, range])).toEqual([
      ['second', '1700000001.25 to 1700000039'],
      ['length', '-1.23457 to 4.5'],
      ['price', '0.000123457 to 1234.57'],
      ['visits', '0 to 12345678'],
    ])
  })
})
