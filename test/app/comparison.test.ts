import { describe, expect, it } from 'vitest'
import { comparisonPage } from '../../src/app/report/comparison-page.ts'
import type { MeasuredEntry } from '../../src/evaluate/ledger/entry.ts'
import type { Compared } from '../../src/evaluate/ledger/pairing.ts'
import { comparisonTables } from '../../src/report/comparison.ts'

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
  examplesHash: 'f00d',
}

const hashes = { examples: 'f00d', stored: 'f00d', rows: 'rows of f00d', data: 'data' }

/** A run with these figures, on examples of these values. */
const run = (
  name: string,
  ledger: readonly MeasuredEntry[],
  of: Partial<typeof hashes> = {},
): Compared => ({
  name,
  evaluation: {
    split: 'test',
    examples: 4,
    hashes: { ...hashes, ...of },
    objective: 0,
    terms: {},
    errors: {},
    ledger: ledger.map((entry) => ({
      ...entry,
      ...(of.examples && { examplesHash: of.examples }),
    })),
  },
})

const rows = (...runs: readonly Compared[]) =>
  comparisonTables(runs).loss!.rows.map((row) => row.slice(2, 4))

const captionOf = (...runs: readonly Compared[]) => comparisonTables(runs).loss!.caption

const differences = (...runs: readonly Compared[]) => {
  const { columns, rows: cells } = comparisonTables(runs).loss!
  const at = columns.findIndex(({ title }) => title === 'difference')
  return cells.map((row) => row[at])
}

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

  it('says which run is subtracted from which', () => {
    const a = { ...entry, values: Float64Array.of(1, 2, 3, 4) }
    expect(captionOf(run('a', [a]), run('b', [a]))).toContain('A difference is b less a')
    expect(captionOf(run('a', [entry]), run('b', [entry]))).not.toContain('difference')
    expect(captionOf(run('a', [a]))).not.toContain('difference')
  })

  it.each([
    [
      'other rows of the same data',
      { examples: 'cafe', rows: 'rows of cafe' },
      'their test examples are different rows of the same data (values f00d and cafe).',
    ],
    [
      'other data',
      { examples: 'cafe', rows: 'rows of cafe', data: 'other' },
      'their test examples are from different data, or in another order (values f00d and cafe).',
    ],
    [
      'other binary draws',
      { examples: 'cafe' },
      'their test examples are the same rows with other binary draws, of seeds 0 and 0 (values f00d and cafe).',
    ],
  ])('takes none between runs on %s, and says so', (_, other, reason) => {
    const a = { ...entry, values: Float64Array.of(1, 2, 3, 4) }
    const [first, second] = [run('a', [a]), run('b', [a], other)]
    expect(differences(first, second)).toEqual([''])
    // The figures themselves still stand in one row.
    expect(rows(first, second)).toEqual([['2.0000', '2.0000']])
    expect(captionOf(first, second)).toContain(
      `No differences are taken between a and b, because ${reason}`,
    )
    expect(comparisonPage([first, second], [])).toContain(reason)
  })

  it('takes none between figures whose labels differ', () => {
    const labelled = (labelsHash: string) => ({
      ...entry,
      labelsHash,
      values: Float64Array.of(1, 2, 3, 4),
    })
    const [first, same] = [run('a', [labelled('one')]), run('b', [labelled('one')])]
    expect(differences(first, same)).toEqual(['0.0000 ± 0.0000'])
    const other = run('b', [labelled('two')])
    expect(differences(first, other)).toEqual([''])
    expect(captionOf(first, other)).toContain('their test examples have different labels')
  })

  it('says that some differences are missing where others can be taken', () => {
    const drawn = { ...entry, values: Float64Array.of(1, 2, 3, 4) }
    const stored = { ...drawn, figure: 'of stored values', examplesHash: 'same' }
    const [first, second] = [
      run('a', [drawn, stored]),
      run('b', [{ ...drawn, examplesHash: 'cafe' }, stored]),
    ]
    expect(differences(first, second)).toEqual(['', '0.0000 ± 0.0000'])
    expect(captionOf(first, second)).toContain(
      'Some differences are not taken between a and b, because',
    )
  })

  it('takes each of several runs by its own hash', () => {
    const a = { ...entry, values: Float64Array.of(1, 2, 3, 4) }
    const runs = [run('a', [a]), run('b', [a], { examples: 'cafe' }), run('c', [a])]
    const { rows: cells } = comparisonTables(runs).loss!
    expect(cells[0]!.slice(5, 7)).toEqual(['', '0.0000 ± 0.0000'])
    expect(captionOf(...runs)).toContain('taken between a and b')
    expect(captionOf(...runs)).not.toContain('taken between a and c')
  })

  it('never has figures of draws and of means in one row', () => {
    const drawn = { ...entry, unit: '', samplesAre: 'draws' as const }
    const found = rows(run('a', [drawn]), run('b', [{ ...drawn, samplesAre: 'means' }]))
    expect(found).toEqual([
      ['2.0000', ''],
      ['', '2.0000'],
    ])
  })

  it('marks a note at the figure where it holds for all runs, and at the value where it does not', () => {
    const noted = (note: string) => ({ ...entry, note })
    const cells = (...notes: [string, string]) => {
      const [a, b] = notes.map(noted) as [MeasuredEntry, MeasuredEntry]
      const { rows, footnotes } = comparisonTables([run('a', [a]), run('b', [b])]).loss!
      return { cells: [rows[0]![0], ...rows[0]!.slice(2, 4)], footnotes }
    }
    expect(cells('x', 'x')).toEqual({
      cells: ['negative ELBO¹', '2.0000', '2.0000'],
      footnotes: ['x'],
    })
    expect(cells('x', 'y')).toEqual({
      cells: ['negative ELBO', '2.0000¹', '2.0000²'],
      footnotes: ['x', 'y'],
    })
  })

  it('is a page that asks nothing of the network', () => {
    const page = comparisonPage([run('a', [entry]), run('<b>', [entry])], [])
    expect(page).toContain('2 runs compared')
    expect(page).toContain('&lt;b&gt;')
    expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)/)
  })
})
