import { describe, expect, it } from 'vitest'
import { formatFigure, type LedgerEntry } from '../../src/evaluate/ledger/entry.ts'
import { formatLedger, ledgerTable } from '../../src/report/ledger.ts'
import { formatTable } from '../../src/report/table.ts'

const elbo: LedgerEntry = {
  figure: 'ELBO',
  value: 106.664,
  unit: 'nats per example',
  split: 'test',
  examples: 10_000,
  likelihood: 'bernoulli',
  binarize: 'static',
  samples: 1,
  seed: 7,
  kind: 'bound',
}

describe('ledgerTable', () => {
  it('tells once what all figures share, and in columns what differs', () => {
    const table = ledgerTable([elbo, { ...elbo, figure: 'IWAE bound', value: 98.5, samples: 50 }])
    expect(table.caption).toBe(
      'test split, mean over 10,000 examples, bernoulli likelihood, binarize static, seed 7',
    )
    expect(table.columns.map((column) => column.title)).toEqual([
      'figure',
      'value',
      'unit',
      'kind',
      'samples',
    ])
    expect(table.rows).toEqual([
      ['ELBO', '106.66', 'nats per example', 'bound', '1'],
      ['IWAE bound', '98.50', 'nats per example', 'bound', '50'],
    ])
  })

  it('loses nothing of an entry, whether shared or not', () => {
    const other: LedgerEntry = {
      figure: 'error',
      value: 3.5,
      unit: 'squared error per example',
      split: 'train',
      examples: 500,
      likelihood: 'gaussian',
      binarize: 'dynamic',
      samples: 5000,
      seed: 3,
      kind: 'error',
    }
    const alone = formatLedger([other])
    const beside = ledgerTable([elbo, other]).rows[1]!.join(' ')
    for (const said of [
      'error',
      '3.5000',
      'squared error per example',
      'train',
      '500',
      'gaussian',
      'dynamic',
      '5000',
      '3',
    ]) {
      expect(alone).toContain(said)
      expect(beside).toContain(said)
    }
  })

  it('breaks a long footnote between words, indented below its text', () => {
    const note = Array.from({ length: 40 }, (_, i) => `word${i}`).join(' ')
    const lines = formatTable({
      columns: [{ title: 'a' }],
      rows: [['1']],
      footnotes: [note],
    }).split('\n')
    const footnote = lines.slice(4)
    expect(footnote.length).toBeGreaterThan(2)
    expect(Math.max(...footnote.map((line) => line.length))).toBeLessThanOrEqual(100)
    expect(footnote.slice(1).every((line) => line.startsWith('  word'))).toBe(true)
    expect(footnote.map((line) => line.trim()).join(' ')).toBe(`¹ ${note}`)
  })

  it('turns equal notes into one footnote', () => {
    const grey = { ...elbo, note: 'grey levels: the likelihood of nothing' }
    const table = ledgerTable([grey, { ...elbo, note: 'hard samples' }, grey, elbo])
    expect(table.footnotes).toEqual(['grey levels: the likelihood of nothing', 'hard samples'])
    expect(table.rows.map((row) => row[0])).toEqual(['ELBO¹', 'ELBO²', 'ELBO¹', 'ELBO'])
  })

  it('is an empty table for no entries', () => {
    expect(ledgerTable([]).rows).toEqual([])
  })
})

describe('formatLedger', () => {
  it('aligns names left and numbers right', () => {
    const lines = formatLedger([
      { ...elbo, note: 'one sample' },
      {
        ...elbo,
        figure: 'reconstruction',
        value: 81.2,
        kind: 'objective',
        split: 'validation',
        examples: 50,
      },
    ]).split('\n')
    expect(lines).toEqual([
      'bernoulli likelihood, binarize static, 1 sample per example, seed 7',
      '',
      'figure           value  unit              kind       split       examples',
      '──────────────  ──────  ────────────────  ─────────  ──────────  ────────',
      'ELBO¹           106.66  nats per example  bound      test          10,000',
      'reconstruction   81.20  nats per example  objective  validation        50',
      '',
      '¹ one sample',
    ])
  })
})

describe('formatFigure', () => {
  it.each([
    [106.664, '106.66'],
    [-12.3456, '-12.35'],
    [0.19437, '0.1944'],
    [3, '3.0000'],
    [0, '0.0000'],
    [2.5e9, '2.500e+9'],
    [0.00001234, '1.234e-5'],
    [Number.NaN, 'not a number'],
    [Number.POSITIVE_INFINITY, '∞'],
  ])('writes %d as %s', (value, text) => {
    expect(formatFigure(value)).toBe(text)
  })
})
