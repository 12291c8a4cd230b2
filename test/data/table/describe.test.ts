import { describe, expect, it } from 'vitest'
import { describeTable } from '../../../src/data/table/describe.ts'
import { arraySource, rowsOf } from './source.ts'

const source = arraySource({
  speed: rowsOf(30, (i) => (i === 4 ? '-999' : i === 5 ? 'NA' : String(Math.sin(i)))),
  gear: rowsOf(30, (i) => 1 + (i % 4)),
  day: rowsOf(30, (i) => `${1 + (i % 12)}/${1 + (i % 12)}/2024`),
})

describe('describeTable', () => {
  it('shows how a table is read, and the schema that training would use', async () => {
    const table = await describeTable(source)
    expect(table).toMatchObject({
      name: 'table.csv',
      format: 'csv',
      reading: 'separated by ",", header in line 1, UTF-8',
      rows: 30,
      inspected: 30,
    })
    expect(table.columns.map(({ name, kind, missing }) => [name, kind, missing])).toEqual([
      ['speed', 'numeric', 1],
      ['gear', 'numeric', 0],
      ['day', 'text', 0],
    ])
    expect(table.schema.columns[2]).toEqual({ name: 'day', kind: 'text' })
  })

  it('knows the number of rows only where the source or the end of it says so', async () => {
    const { count: _, ...unknown } = source
    expect(await describeTable(unknown, { rows: 10 })).toMatchObject({ rows: null, inspected: 10 })
    expect(await describeTable(unknown)).toMatchObject({ rows: 30, inspected: 30 })
    expect(await describeTable(source, { rows: 10 })).toMatchObject({ rows: 30, inspected: 10 })
  })

  it('counts labels, and the rows that are normal', async () => {
    const labelled = arraySource({
      speed: rowsOf(30, (i) => Math.sin(i)),
      state: rowsOf(30, (i) => (i < 4 ? 'stop' : i < 6 ? 'leak' : i < 9 ? null : 'ok')),
      fault: rowsOf(30, (i) => Number(i < 4)),
    })
    const table = await describeTable(labelled, { label: 'state', normal: ['ok', 'stop'] })
    expect(table.labels).toEqual({
      column: 'state',
      counts: { ok: 21, stop: 4, leak: 2 },
      missing: 3,
      normal: { labels: ['ok', 'stop'], rows: 25, anomalous: 2 },
    })
    expect(table.columns[1]).toMatchObject({ kind: 'label', treatment: 'kept apart as label' })
    expect(table.schema.columns[1]).toEqual({ name: 'state', kind: 'label' })
    const numbers = await describeTable(labelled, { label: 'fault', normal: [0] })
    expect(numbers.labels).toMatchObject({
      counts: { 0: 26, 1: 4 },
      normal: { labels: ['0'], rows: 26, anomalous: 4 },
    })
    const { schema } = table
    expect((await describeTable(labelled, { schema })).labels).toMatchObject({ column: 'state' })
    expect((await describeTable(labelled)).labels).toBeUndefined()
  })

  it('refuses labels that no row has, and normal rows without labels', async () => {
    const labelled = arraySource({ x: rowsOf(30, Math.sin), y: rowsOf(30, (i) => i % 2) })
    const described = (options: Parameters<typeof describeTable>[1]) =>
      expect(describeTable(labelled, options)).rejects
    await described({ label: 'y', normal: ['2'] }).toThrow(/^normal '2': column "y" holds 0 and 1$/)
    await described({ normal: ['0'] }).toThrow(/^normal: table\.csv has no labels, .*with label$/)
    await described({ label: 'z' }).toThrow(/^label: 'z': table\.csv has no such column/)
    const first = await describeTable(labelled, { label: 'y', normal: ['2'], rows: 10 })
    expect(first.labels!.normal).toEqual({ labels: ['2'], rows: 0, anomalous: 10 })
  })

  it('shows the effect of a schema', async () => {
    const schema = {
      format: 1 as const,
      missing: ['NA'],
      columns: [
        {
          name: 'speed',
          kind: 'numeric' as const,
          missing: ['-999'],
          transform: 'quantile' as const,
        },
        { name: 'gear', kind: 'categorical' as const },
        { name: 'day', kind: 'datetime' as const, dates: 'day-first' as const },
      ],
    }
    const { columns, schema: used } = await describeTable(source, { schema })
    expect(used).toBe(schema)
    expect(columns.map(({ kind, treatment }) => [kind, treatment])).toEqual([
      ['numeric', 'mapped by quantiles; Gaussian'],
      ['categorical', 'one-hot, with a place for unseen values; categorical'],
      ['datetime', 'days since 1970, standardised; Gaussian'],
    ])
    expect(columns[0]).toMatchObject({ missing: 2, marks: { NA: 1, '-999': 1 } })
    expect(columns[1]!.reason).toBe(
      'stated in the schema; inferred was numeric (whole numbers that are not counts)',
    )
    const other = { ...schema, columns: schema.columns.slice(0, 2) }
    await expect(describeTable(source, { schema: other })).rejects.toThrow(
      'the schema does not list column "day"',
    )
  })
})
