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

const remarksOf = async (rows: readonly object[]) => {
  const kinds = columns.map(({ name, kind }) => ({ name, kind }))
  const schema = { format: 1, missing: [], columns: kinds } as const
  return unlikeTraining(
    await packTable(recordsOfObjects(rows), { ...schema, missing: [], columns: [...kinds] }),
    columns,
  )
}

it('names the first row of a category that no training row has, and how many others', async () => {
  const cities = ['Oslo', 'Paris', 'Rome', 'Bergen', 'Paris']
  expect(await remarksOf(cities.map((city) => ({ speed: 20, city })))).toEqual([
    'row 2 and 2 other rows, column "city": the category Paris occurs in no training row; its likelihood is not counted',
  ])
})

it('names a number that is farther from the training range than that is wide', async () => {
  // The range is 10 to 30: from -10 to 50 is near.
  const speeds = [-10, 50, null, 50.5]
  expect(await remarksOf(speeds.map((speed) => ({ speed, city: 'Oslo' })))).toEqual([
    'row 4, column "speed": 50.5 is far outside of the training range, 10 to 30',
  ])
  expect(await remarksOf([{ speed: -10.1, city: 'Rome' }])).toEqual([
    'row 1, column "speed": -10.1 is far outside of the training range, 10 to 30',
  ])
})
