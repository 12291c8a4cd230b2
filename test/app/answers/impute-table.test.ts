import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { fileColumns, filling, otherGaps } from '../../../src/app/answers/impute-table.ts'
import { imputedSpool } from '../../../src/app/answers/imputed-spool.ts'
import { packTable } from '../../../src/data/table/pack.ts'
import { recordsOfObjects } from '../../../src/data/table/read/objects.ts'
import type { TableColumn } from '../../../src/distributions/columns/column.ts'

const folder = mkdtempSync(join(tmpdir(), 'latentlab-impute-'))
afterAll(() => rmSync(folder, { recursive: true }))

const common = { gaps: true, centre: 0, scale: 1 }
const numeric = (name: string): TableColumn => ({
  ...common,
  name,
  kind: 'numeric',
  distribution: 'gaussian',
})

describe('the columns of a file', () => {
  const rows = Array.from({ length: 4100 }, (_, i) => ({
    key: i === 7 ? null : `k${i}`,
    half: i === 4050 ? 0.5 : i,
    gap: i === 4000 ? null : i,
    empty: null,
    day: `2024-03-0${1 + (i % 9)}`,
    time: i === 3 ? '2024-03-01T12:00:00' : '2024-03-02',
  }))
  const schema = {
    format: 1 as const,
    missing: [''],
    columns: [
      { name: 'key', kind: 'text' as const },
      ...['half', 'gap', 'empty'].map((name) => ({ name, kind: 'numeric' as const })),
      ...['day', 'time'].map((name) => ({ name, kind: 'datetime' as const })),
    ],
  }
  const dates = ['day', 'time'].map((name) => ({ ...numeric(name), kind: 'datetime' as const }))
  const columns = [...['empty', 'gap', 'half'].map(numeric), ...dates]

  it('are whole where every number is, or every day, to the last row', async () => {
    const packed = await packTable(recordsOfObjects(rows), schema, { newData: true })
    const found = fileColumns({ packed }, columns)
    expect(found.map(({ column, gaps, whole }) => [column.name, gaps, whole])).toEqual([
      ['empty', 4100, false],
      ['gap', 1, true],
      ['half', 0, false],
      ['day', 0, true],
      ['time', 0, false],
    ])
    expect(otherGaps({ packed }, columns)).toEqual([
      'column "key": 1 gap stays, since the run was not trained on this column',
    ])
  })
})

describe('imputed cells on disk', () => {
  it('come back in order, the value or a draw of each, and leave no file', async () => {
    const spool = await imputedSpool(folder, 2)
    const count = 60_000 // more than are read at once
    const cells = Array.from({ length: count }, (_, i) => ({
      row: Math.floor(i / 3),
      column: i % 3,
      value: i + 0.25,
      draws: [-i, 2 * i],
    }))
    await spool.add(cells.slice(0, 100))
    await spool.add([])
    await spool.add(cells.slice(100))
    expect([spool.count, spool.rows]).toEqual([count, count / 3])
    for (const [draw, of] of [
      [0, (i: number) => i + 0.25],
      [1, (i: number) => -i],
      [2, (i: number) => 2 * i],
    ] as const) {
      let i = 0
      for await (const { row, column, value } of spool.read(draw)) {
        if (row !== Math.floor(i / 3) || column !== i % 3 || value !== of(i))
          expect([i, row, column, value]).toEqual([i, Math.floor(i / 3), i % 3, of(i)])
        i++
      }
      expect(i).toBe(count)
    }
    expect(readdirSync(folder)).toHaveLength(1)
    await spool.close()
    expect(readdirSync(folder)).toEqual([])
  })

  it('fill the gaps of their rows, however a writer cuts the table', async () => {
    const spool = await imputedSpool(folder, 1)
    const gaps = [
      [0, 2],
      [1999, 0],
      [1999, 2],
      [2000, 0],
      [4499, 2],
    ] as const
    await spool.add(gaps.map(([row, column]) => ({ row, column, value: row / 10, draws: [row] })))
    const columns = ['a', 'b', 'c'].map((name, c) => ({
      column: numeric(name),
      gaps: c === 1 ? 0 : 3,
      whole: false,
    }))
    const found: unknown[] = []
    const { replaced, cells } = filling({ rows: { count: 4500 } as never }, columns, spool, 0)
    expect(replaced).toEqual(['a', 'c'])
    for (const [start, end] of [
      [0, 1500],
      [1500, 4000],
      [4000, 4500],
    ] as const) {
      const edited = (await cells(start, end)).replaced!
      edited.forEach((values, j) => {
        expect(values).toHaveLength(end - start)
        Array.from(values).forEach((value, i) => {
          if (value !== undefined) found.push([start + i, replaced![j], value])
        })
      })
    }
    expect(found).toEqual([
      [0, 'c', 0],
      [1999, 'a', 199.9],
      [2000, 'a', 200],
      [1999, 'c', 199.9],
      [4499, 'c', 449.9],
    ])
    await spool.close()
  })
})
