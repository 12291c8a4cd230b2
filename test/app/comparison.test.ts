import { describe, expect, it } from 'vitest'
import {
  type Compared,
  comparisonPage,
  comparisonTables,
} from '../../src/app/evaluation/comparison.ts'
import type { MeasuredEntry } from '../../src/app/evaluation/ledger-entries.ts'

const entry: MeasuredEntry = {
  group: 'loss',
  figure: 'negative ELBO',
  value: 2,
  unit: 'nats per example',
  kind: 'bound',
  split: 'test',
  examples: 4,
  likelihood: 'bernoulli',
  binarize: 'static',
  samples: 1,
  seed: 0,
}

/** A run with these figures. */
const run = (name: string, ledger: readonly MeasuredEntry[], dataHash = 'f00d'): Compared => ({
  name,
  dataHash,
  evaluation: { split: 'test', examples: 4, objective: 0, terms: {}, errors: {}, ledger },
})

const rows = (...runs: readonly Compared[]) =>
  comparisonTables(runs).loss!.rows.map((row) => row.slice(2, 4))

describe('a comparison', () => {
  it('has like figures in one row', () => {
    expect(rows(run('a', [entry]), run('b', [{ ...entry, value: 3 }]))).toEqual([
      ['2.0000', '3.0000'],
    ])
  })

  it.each([
    ['likelihood', { likelihood: 'gaussian (σ = 1, fixed)' }],
    ['binarisation', { binarize: 'none' }],
    ['split', { split: 'validation' }],
    ['number of examples', { examples: 5 }],
    ['number of samples', { samples: 50 }],
    ['unit', { unit: 'bits per dimension' }],
    ['kind', { kind: 'objective' as const }],
  ])('never has figures of another %s in one row', (_, other) => {
    const found = rows(run('a', [entry]), run('b', [{ ...entry, ...other }]))
    expect(found).toEqual([
      ['2.0000', ''],
      ['', '2.0000'],
    ])
  })

  it('lets errors share a row whatever the likelihood: a squared error is one of values', () => {
    const error = {
      ...entry,
      figure: 'squared error',
      unit: 'squared error per example',
      kind: 'error' as const,
    }
    expect(rows(run('a', [error]), run('b', [{ ...error, likelihood: 'gaussian' }]))).toHaveLength(
      1,
    )
  })

  it('takes differences example by example, with their own interval', () => {
    const a = { ...entry, values: Float64Array.of(1, 20, 300, 4000) }
    const b = { ...entry, values: Float64Array.of(2, 22, 301, 4002) }
    const { columns, rows: cells } = comparisonTables([run('a', [a]), run('b', [b])]).loss!
    const at = columns.findIndex(({ title }) => title === 'difference')
    // Differences 1, 2, 1, 2: mean 1.5, standard deviation 1/√3, over √4, times Student's t of 3.
    expect(cells[0]![at]).toBe(`+1.5000 ± ${(3.182446 / Math.sqrt(12)).toFixed(4)}`)
  })

  it('takes none between runs on other data', () => {
    const a = { ...entry, values: Float64Array.of(1, 2, 3, 4) }
    const { columns, rows: cells } = comparisonTables([run('a', [a]), run('b', [a], 'cafe')]).loss!
    expect(cells[0]![columns.findIndex(({ title }) => title === 'difference')]).toBe('')
  })

  it('is a page that asks nothing of the network', () => {
    const page = comparisonPage([run('a', [entry]), run('<b>', [entry])], [])
    expect(page).toContain('2 runs compared')
    expect(page).toContain('&lt;b&gt;')
    expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)/)
  })
})
