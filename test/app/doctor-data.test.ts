import { describe, expect, it } from 'vitest'
import { setting } from '../../src/app/doctor/advice.ts'
import { withCauses } from '../../src/app/doctor/causes.ts'
import {
  constantColumns,
  outliers,
  unlikeScales,
  unscaledValues,
} from '../../src/app/doctor/data.ts'
import type { Check, ExaminedRun, Finding, Options } from '../../src/app/doctor/finding.ts'
import type { EpochEvent } from '../../src/app/report/metrics.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import { tinyData, tinyRun } from './tiny-run.ts'

const SIZES = { train: 100, validation: 20, test: 20 }
const ROWS = 140

/** A run on a table whose values are `of(row, column)`, without a checkpoint unless there are reconstructions. */
function onTable(
  of: (row: number, column: number) => number,
  given: {
    readonly columns?: number
    readonly options?: Readonly<Record<string, unknown>>
    readonly restored?: (value: number, column: number) => number
    readonly epochs?: readonly EpochEvent[]
  } = {},
): ExaminedRun {
  const { columns = 3, options = {}, restored, epochs = [] } = given
  const values = Float32Array.from({ length: ROWS * columns }, (_, at) =>
    of(Math.floor(at / columns), at % columns),
  )
  const data = tinyData({ shape: [columns], values, sizes: SIZES })
  const run = tinyRun({ data, options: { likelihood: 'gaussian:global', latent: 2, ...options } })
  const x = hostTensor('float32', [20, columns], values.slice(120 * columns))
  const outputs = restored && {
    x,
    restored: hostTensor(
      'float32',
      x.shape,
      x.data.map((value, at) => restored(value, at % columns)),
    ),
  }
  return { config: run.config, data, epochs, ...(outputs && { trained: { run, outputs } }) }
}

const found = async (check: Check, examined: ExaminedRun) => check(examined)

const { normal } = stream(0, 'doctor data')
const table = Float64Array.from({ length: ROWS * 3 }, () => normal())
const at = (row: number, column: number) => table[3 * row + column]!

describe('unlike scales', () => {
  const scales = [1e6, 17_000, 0.5]
  const unlike = (row: number, column: number) => scales[column]! * (1 + 0.3 * at(row, column))

  it('are found without a checkpoint, with the share of each column in the variance', async () => {
    const finding = await found(unlikeScales, onTable(unlike))
    expect(finding!.name).toBe('unlike-scales')
    expect(finding!.evidence).toMatch(
      /in column 2 and by \d+ in column 0; of the total variance, column 0 has 99\.9\d %, column 1 0\.0\d % and column 2 \S+e-11 %$/,
    )
    expect(finding!.try).toMatch(
      /^standardise the columns before training: .* \(column 0: subtract \d+, divide by \d+\)$/,
    )
  })

  it('begin at a factor of 100', async () => {
    const by = (factor: number) => onTable((row, column) => (column === 1 ? factor : 1) * (row % 7))
    expect(await found(unlikeScales, by(99))).toBeUndefined()
    expect(await found(unlikeScales, by(101))).toMatchObject({ name: 'unlike-scales' })
  })

  it('do no harm where every column is reconstructed', async () => {
    const half = (kept: number) =>
      onTable(unlike, {
        restored: (value, column) => (column === 2 ? 0.5 + kept * (value - 0.5) : value),
      })
    // (1 - 0.4)² = 0.36 and (1 - 0.2)² = 0.64 of the variance are left.
    expect(await found(unlikeScales, half(0.4))).toBeUndefined()
    expect(await found(unlikeScales, half(0.2))).toMatchObject({ name: 'unlike-scales' })
  })

  it('are none of a Bernoulli likelihood', async () => {
    const small = (row: number, column: number) => (column === 0 ? 1e-4 : 1) * (row % 2)
    const options = { likelihood: 'bernoulli' }
    expect(await found(unlikeScales, onTable(small))).toMatchObject({ name: 'unlike-scales' })
    expect(await found(unlikeScales, onTable(small, { options }))).toBeUndefined()
  })
})

describe('values', () => {
  it('are too large from a root mean square of 100', async () => {
    const shifted = (by: number) => onTable((row, column) => at(row, column) + by)
    expect(await found(unscaledValues, shifted(98))).toBeUndefined()
    const finding = await found(unscaledValues, shifted(101))
    expect(finding!.evidence).toMatch(
      /^column \d has mean 101 and standard deviation 1\.?\d*; expected about 0 and 1$/,
    )
    expect(finding!.try).toContain('standardise the columns')
  })

  it('are too small where all vary by less than 0.01', async () => {
    const scaled = (by: number) => onTable((row, column) => by * at(row, column))
    expect(await found(unscaledValues, scaled(0.02))).toBeUndefined()
    expect((await found(unscaledValues, scaled(0.005)))!.what).toContain('too small')
  })

  it('of any size are no obstacle to a model that reconstructs them', async () => {
    const of = (row: number, column: number) => 1000 + at(row, column)
    expect(await found(unscaledValues, onTable(of, { restored: (value) => value }))).toBeUndefined()
  })

  it('are an obstacle to one whose KL term is larger than a code can carry', async () => {
    const of = (row: number, column: number) => 1000 * at(row, column)
    const epochs = (kl: number) => [epoch({ kl })]
    const restored = (value: number) => value
    // 24 ln 2 nats for each of 2 dimensions.
    const fine = onTable(of, { restored, epochs: epochs(33.2) })
    expect(await found(unscaledValues, fine)).toBeUndefined()
    const broken = onTable(of, { restored, epochs: epochs(33.3) })
    expect(await found(unscaledValues, broken)).toMatchObject({ name: 'unscaled-values' })
  })
})

const epoch = (terms: Readonly<Record<string, number>>): EpochEvent => ({
  ...{ type: 'epoch', epoch: 1, epochs: 1, best: false, seconds: 1, examplesPerSecond: 1 },
  train: { terms, objective: 1 },
})

describe('an outlier', () => {
  it.each([
    [7, 'train'],
    [105, 'validation'],
    [130, 'test'],
  ])('in row %i is found in the %s split', async (row, split) => {
    const finding = await found(
      outliers,
      onTable((i, j) => (i === row && j === 1 ? 1e6 : at(i, j))),
    )
    expect(finding!.evidence).toMatch(
      new RegExp(
        `^column 1 has an outlier: 1000000 in row ${row}, \\d+ times .* \\(rows and columns counted from 0; ${split} split\\)$`,
      ),
    )
    expect(finding!.try).toBe(`correct or remove row ${row} of the data before training`)
  })

  it('is not found in a table of normal values', async () => {
    expect(await found(outliers, onTable(at))).toBeUndefined()
  })
})

describe('a constant column', () => {
  const constant = (row: number, column: number) => (column === 2 ? 5 : at(row, column))

  it('is found in a table under a Gaussian likelihood', async () => {
    const finding = await found(constantColumns, onTable(constant))
    expect(finding).toMatchObject({
      evidence: 'column 2 of 3 is constant over 100 training examples, at 5',
      try: 'leave out column 2 of the data before training',
    })
  })

  it('may vary in other splits', async () => {
    const varies = (row: number, column: number) => (row < 100 ? constant(row, column) : row)
    expect(await found(constantColumns, onTable(varies))).toMatchObject({
      name: 'constant-columns',
    })
  })

  it('is the cause of what went wrong in training if its value is large', async () => {
    const at5e6 = (value: number, given = {}) =>
      found(
        constantColumns,
        onTable((row, column) => (column === 2 ? value : at(row, column)), given),
      )
    expect(await at5e6(99)).toMatchObject({ name: 'constant-columns' })
    const finding = await at5e6(5e6)
    expect(finding).toMatchObject({
      name: 'large-constant-columns',
      evidence: 'column 2 of 3 is constant over 100 training examples, at 5000000',
      try: 'leave out column 2 of the data before training',
    })
    // A model that reconstructs the data, and principal components, which subtract the mean, have no harm from it.
    const learned = { restored: (value: number) => value }
    expect(await at5e6(5e6, learned)).toMatchObject({ name: 'constant-columns' })
    const pca = { restored: () => 0, options: { model: 'pca', likelihood: 'gaussian' } }
    expect(await at5e6(5e6, pca)).toMatchObject({ name: 'constant-columns' })
  })

  it('is nothing to a Bernoulli likelihood', async () => {
    const options = { likelihood: 'bernoulli' }
    const zero = (row: number, column: number) => (column === 2 ? 0 : row % 2)
    expect(await found(constantColumns, onTable(zero, { options }))).toBeUndefined()
  })
})

describe('findings', () => {
  const finding = (name: string, suggested: string | Options): Finding => ({
    ...{ name, what: '', evidence: '' },
    ...(typeof suggested === 'string' ? { try: suggested } : setting(suggested)),
  })
  const judged = (...findings: Finding[]) =>
    withCauses(findings).map(({ name, try: text, options, cause }) => [
      name,
      options ?? text,
      cause,
    ])

  it('about training follow from unlike scales, and have its advice', () => {
    expect(
      judged(
        finding('unlike-scales', 'standardise'),
        finding('constant-columns', 'leave out column 2'),
        finding('nothing-learned', { lr: 0.001 }),
        finding('loss-still-falling', { epochs: 80 }),
      ),
    ).toEqual([
      ['unlike-scales', 'standardise', undefined],
      ['constant-columns', 'leave out column 2', undefined],
      ['nothing-learned', 'standardise', 'unlike-scales'],
      ['loss-still-falling', 'standardise', 'unlike-scales'],
    ])
  })

  it('about a training that failed follow from a large constant column, not from a small one', () => {
    const failed = (name: string) =>
      judged(finding(name, 'leave out column 2'), finding('not-finite', { lr: 0.0001 }))[1]
    expect(failed('large-constant-columns')).toEqual([
      'not-finite',
      'leave out column 2',
      'large-constant-columns',
    ])
    expect(failed('constant-columns')).toEqual(['not-finite', { lr: 0.0001 }, undefined])
  })

  it('never set an option to two values', () => {
    expect(
      judged(
        finding('dead-units', { activation: 'leaky-relu', lr: 0.001 }),
        finding('sigma-running-to-zero', { likelihood: 'gaussian:0.1' }),
        finding('adversary-out-of-balance', { lr: 0.01 }),
      ),
    ).toEqual([
      ['dead-units', { activation: 'leaky-relu', lr: 0.001 }, undefined],
      ['sigma-running-to-zero', { likelihood: 'gaussian:0.1' }, undefined],
      ['adversary-out-of-balance', { activation: 'leaky-relu', lr: 0.001 }, 'dead-units'],
    ])
  })

  it('do not ask for a longer and a shorter training', () => {
    expect(
      judged(finding('dead-units', { patience: 5 }), finding('kl-still-rising', { epochs: 80 }))[1],
    ).toEqual(['kl-still-rising', { patience: 5 }, 'dead-units'])
  })

  it('that agree keep their advice', () => {
    expect(
      judged(
        finding('loss-still-falling', { epochs: 80 }),
        finding('kl-still-rising', { epochs: 80 }),
      ),
    ).toEqual([
      ['loss-still-falling', { epochs: 80 }, undefined],
      ['kl-still-rising', { epochs: 80 }, undefined],
    ])
  })
})
