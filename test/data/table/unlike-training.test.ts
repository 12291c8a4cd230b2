import { expect, it } from 'vitest'
import { packTable } from '../../../src/data/table/pack.ts'
import { recordsOfObjects } from '../../../src/data/table/read/objects.ts'
import { unlikeTraining } from '../../../src/data/table/unlike-training.ts'
import type { TableColumn } from '../../../src/distributions/columns/column.ts'

const columns: readonly TableColumn[] = [
  {
    ...{ name: 'speed', kind: 'numeric', distribution: 'gaussian', gaps: false },
    ...{ centre: 20, scale: 5, range: [10, 30] },
  },
  {
    ...{ name: 'city', kind: 'categorical', distribution: 'categorical', gaps: false },
    ...{ centre: 0, scale: 1, categories: ['Oslo', 'Rome'] },
  },
]

const remarksOf = async (rows: readonly object[], known = columns) => {
  const kinds = known.map(({ name, kind }) => ({ name, kind }))
  const schema = { format: 1, missing: [], columns: kinds } as const
  return unlikeTraining(
    await packTable(recordsOfObjects(rows), { ...schema, missing: [], columns: [...kinds] }),
    known,
  )
}

it('names the first row of a category that no training row has, and how many others', async () => {
  const cities = ['Oslo', 'Paris', 'Rome', 'Bergen', 'Paris']
  expect(await remarksOf(cities.map((city) => ({ speed: 20, city })))).toEqual([
    'row 2 and 2 other rows, column "city": the category Paris occurs in no training row; its likelihood is not counted',
  ])
})

it('names the first missing value in a column that had none, and how many others', async () => {
  const speeds = [20, null, 20, null, 300]
  expect(await remarksOf(speeds.map((speed) => ({ speed, city: 'Oslo' })))).toEqual([
    'row 2 and 1 other row, column "speed": a missing value, which no training row has',
    'row 5, column "speed": 300 is far outside of the training range, 10 to 30',
  ])
  const known = columns.map((column) => ({ ...column, gaps: true }))
  expect(
    await remarksOf(
      [
        { speed: null, city: null },
        { speed: 20, city: 'Rome' },
      ],
      known,
    ),
  ).toEqual([])
})

it('shows the digits in which numbers differ, and days as dates', async () => {
  const speed: TableColumn = { ...columns[0]!, range: [1_699_999_990.25, 1_700_000_006] }
  expect(await remarksOf([{ speed: 1_700_000_100, city: 'Oslo' }], [speed, columns[1]!])).toEqual([
    'row 1, column "speed": 1700000100 is far outside of the training range, 1700000000 to 1700000006',
  ])
  const day: TableColumn = { ...columns[0]!, kind: 'datetime', range: [18262, 18628.5] }
  const rows = [{ speed: new Date('1950-01-31T12:00:00Z'), city: 'Oslo' }]
  expect(await remarksOf(rows, [day, columns[1]!])).toEqual([
    'row 1, column "speed": 1950-01-31T12:00:00.000Z is far outside of the training range, 2020-01-01 to 2021-01-01T12:00:00.000Z',
  ])
})

it('names a number that is farther from the training range than that is wide', async () => {
  // The range is 10 to 30: from -10 to 50 is near.
  const speeds = [-10, 50, null, 50.5]
  expect(await remarksOf(speeds.map((speed) => ({ speed, city: 'Oslo' })))).toEqual([
    'row 3, column "speed": a missing value, which no training row has',
    'row 4, column "speed": 50.5 is far outside of the training range, 10 to 30',
  ])
  expect(await remarksOf([{ speed: -10.1, city: 'Rome' }])).toEqual([
    'row 1, column "speed": -10.1 is far outside of the training range, 10 to 30',
  ])
})
