import { describe, expect, it } from 'vitest'
import { ledgerSection } from '../../src/app/report/ledger-section.ts'
import { type EpochEvent, lossSeries } from '../../src/app/report/metrics.ts'
import { ledgerJson } from '../../src/cli/ledger-json.ts'
import type { Evaluation } from '../../src/evaluate/evaluate.ts'
import type { MeasuredEntry } from '../../src/evaluate/ledger/entry.ts'
import { comparisonTables } from '../../src/report/comparison.ts'
import { formatLedger, ledgerTable } from '../../src/report/ledger.ts'
import type { Table } from '../../src/report/table.ts'

/** Seven values −4.5 … 1.5: mean −1.5, variance 28 / 6, so that the standard error is √(4.6667 / 7). */
const values = Float64Array.from({ length: 7 }, (_, i) => i - 4.5)
const [MEAN, ERROR] = [-1.5, Math.sqrt(28 / 6 / 7)]
/** Student's t of 6 degrees of freedom, two-sided 95 %. */
const HALF = 2.4469118511 * ERROR

/** Each number another one, so that none can stand for its neighbour. */
const bound: MeasuredEntry = {
  group: 'likelihood',
  figure: 'importance-weighted bound',
  value: MEAN,
  unit: 'nats per example',
  kind: 'bound',
  split: 'test',
  examples: 7,
  likelihood: 'bernoulli',
  binarize: 'static',
  samples: 3,
  seed: 11,
  standardError: ERROR,
  drawingError: 0.0321,
  examplesHash: 'f00d',
  values,
}
const inBits: MeasuredEntry = {
  ...bound,
  value: -0.25,
  unit: 'bits per dimension',
  standardError: 0.15,
  drawingError: 0.0054,
}
const accuracy: MeasuredEntry = {
  group: 'likelihood',
  figure: 'accuracy',
  value: 0.75,
  unit: 'share',
  kind: 'metric',
  split: 'test',
  examples: 8,
  likelihood: 'bernoulli',
  binarize: 'static',
  samples: 0,
  seed: 11,
  interval: [0.41, 0.93],
  examplesHash: 'f00d',
}

const evaluationOf = (split: 'train' | 'test', ledger: MeasuredEntry[]): Evaluation => ({
  split,
  examples: 7,
  hashes: { examples: 'f00d', stored: 'f00d', rows: 'rows', data: 'data' },
  objective: 1,
  terms: {},
  errors: {},
  ledger: ledger.map((entry) => ({ ...entry, split })),
})

/** The cells of a row by the titles above them; of equal titles a list. */
function cellsOf({ columns, rows }: Table, at: number) {
  const cells: Record<string, string[]> = {}
  columns.forEach(({ title }, j) => {
    cells[title] = [...(cells[title] ?? []), rows[at]![j]!]
  })
  return cells
}

describe('a figure', () => {
  it('stands in the terminal with its interval, its error of draws and its circumstances', () => {
    const table = ledgerTable([bound, accuracy])
    expect(cellsOf(table, 0)).toMatchObject({
      figure: ['importance-weighted bound'],
      value: ['-1.5000'],
      '95 % interval': [`${(MEAN - HALF).toFixed(4)} – ${(MEAN + HALF).toFixed(4)}`],
      '± draws': ['0.0321'],
      unit: ['nats per example'],
      kind: ['bound'],
      examples: ['7'],
      samples: ['3'],
    })
    expect(cellsOf(table, 1)).toMatchObject({
      value: ['0.7500'],
      '95 % interval': ['0.4100 – 0.9300'],
      '± draws': [''],
      examples: ['8'],
      samples: ['0'],
    })
    const [line] = formatLedger([bound, accuracy])
      .split('\n')
      .filter((text) => text.startsWith('importance-weighted bound'))
    expect(line!.trim().split(/ {2,}/)).toEqual([
      'importance-weighted bound',
      '-1.5000',
      `${(MEAN - HALF).toFixed(4)} – ${(MEAN + HALF).toFixed(4)}`,
      '0.0321',
      'nats per example',
      'bound',
      '7',
      '3',
    ])
  })

  it('stands in a document with all that it has but single values', () => {
    const { values: _, ...told } = bound
    expect(ledgerJson([bound, accuracy])).toEqual([told, accuracy])
    expect(JSON.parse(JSON.stringify(ledgerJson([bound])))).toEqual([told])
  })

  it('stands in the report under its split and its unit, with its standard error', () => {
    const other = { value: 2.5, standardError: 0.5 }
    const section = ledgerSection([
      evaluationOf('train', [
        { ...bound, ...other },
        { ...inBits, value: 0.125, standardError: 0.0625 },
      ]),
      evaluationOf('test', [bound, inBits]),
    ])
    expect(section.table!.rows).toHaveLength(2)
    expect(cellsOf(section.table!, 0)).toMatchObject({
      train: ['2.5000'],
      test: ['-1.5000'],
      '±': ['± 0.5000', `± ${ERROR.toFixed(4)}`],
      unit: ['nats\u00a0per\u00a0example'],
    })
    expect(cellsOf(section.table!, 1)).toMatchObject({
      train: ['0.1250'],
      test: ['-0.2500'],
      '±': ['± 0.0625', '± 0.1500'],
      unit: ['bits\u00a0per\u00a0dimension'],
    })
  })

  it('has one footnote for all splits, that says of which split a further note is', () => {
    const section = ledgerSection([
      evaluationOf('train', [
        { ...bound, note: 'as it is' },
        { ...inBits, note: 'the same' },
      ]),
      evaluationOf('test', [
        { ...bound, note: 'otherwise' },
        { ...inBits, note: 'the same' },
      ]),
    ])
    expect(section.table!.footnotes).toEqual(['as it is; on the test split: otherwise', 'the same'])
    expect(section.table!.rows.map(([figure]) => figure!.at(-1))).toEqual(['¹', '²'])
  })

  it('stands in a comparison with half of its interval', () => {
    const runs = [
      { name: 'a', evaluation: evaluationOf('test', [bound, accuracy]) },
      { name: 'b', evaluation: evaluationOf('test', [{ ...bound, value: 3 }]) },
    ]
    const table = comparisonTables(runs).likelihood!
    expect(cellsOf(table, 0)).toMatchObject({
      a: [`-1.5000 ± ${HALF.toFixed(4)}`],
      b: [`3.0000 ± ${HALF.toFixed(4)}`],
      'measured under': ['7 test examples, bernoulli, binarize static, 3 samples'],
    })
    expect(cellsOf(table, 1)).toMatchObject({ a: ['0.7500 ± 0.2600'], b: [''] })
  })
})

it('a loss curve is of its term and its split, epoch by epoch', () => {
  const means = (at: number) => ({ terms: { reconstruction: at + 1, kl: at + 2 }, objective: at })
  const epochs = [1, 2].map(
    (epoch): EpochEvent => ({
      type: 'epoch',
      epoch,
      epochs: 2,
      train: means(10 * epoch),
      validation: means(100 * epoch),
      best: false,
      seconds: 1,
      examplesPerSecond: 1,
    }),
  )
  const drawn = lossSeries(epochs).map(({ term, split, points }) => [
    term,
    split,
    points.map(({ value }) => value),
  ])
  expect(drawn).toEqual([
    ['objective', 'train', [10, 20]],
    ['reconstruction', 'train', [11, 21]],
    ['kl', 'train', [12, 22]],
    ['objective', 'validation', [100, 200]],
    ['reconstruction', 'validation', [101, 201]],
    ['kl', 'validation', [102, 202]],
  ])
})
