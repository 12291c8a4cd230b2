import { describe, expect, it } from 'vitest'
import { collapsedLatents, nothingLearned } from '../../src/app/doctor/codes.ts'
import {
  adversaryOutOfBalance,
  klStillRising,
  overfitting,
  stillFalling,
} from '../../src/app/doctor/curves.ts'
import type { Check, ExaminedRun, TestOutputs } from '../../src/app/doctor/finding.ts'
import { sigmaTooWide } from '../../src/app/doctor/likelihood.ts'
import type { EpochEvent } from '../../src/app/report/metrics.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { tinyData, tinyRun } from './tiny-run.ts'

const data = tinyData({ shape: [4] })

interface Loss {
  readonly train: number
  readonly validation?: number
  readonly terms?: Readonly<Record<string, number>>
}

const epochsOf = (losses: readonly Loss[]): EpochEvent[] =>
  losses.map(({ train, validation, terms = {} }, i) => ({
    type: 'epoch',
    epoch: i + 1,
    epochs: losses.length,
    train: { terms, objective: train },
    ...(validation !== undefined && { validation: { terms, objective: validation } }),
    best: false,
    seconds: 1,
    examplesPerSecond: 1,
  }))

/** A run with these curves, options and outputs. */
function examined(
  given: Partial<Pick<ExaminedRun, 'epochs'>> & {
    readonly options?: Readonly<Record<string, unknown>>
    readonly outputs?: Partial<TestOutputs>
  },
): ExaminedRun {
  const { epochs = [], options = {}, outputs } = given
  const run = tinyRun({ data, options: { likelihood: 'gaussian', latent: 4, ...options } })
  const x = hostTensor('float32', [2, 4], new Float32Array(8))
  return {
    config: run.config,
    data,
    epochs,
    ...(outputs && { trained: { run, outputs: { x, ...outputs } } }),
  }
}

const found = async (check: Check, given: Parameters<typeof examined>[0]) => check(examined(given))

describe('over-fitting', () => {
  const epochs = (last: number, train = [9, 8, 7, 6, 5]) =>
    epochsOf([11, 10, 10.1, 10.1, last].map((validation, i) => ({ validation, train: train[i]! })))

  it('is a validation loss 2 % above the best, and not less', async () => {
    expect(await found(overfitting, { epochs: epochs(10.19) })).toBeUndefined()
    const finding = await found(overfitting, { epochs: epochs(10.21) })
    expect(finding).toMatchObject({ name: 'over-fitting', try: '--dropout 0.2 --patience 5' })
    expect(finding!.evidence).toBe(
      'the validation loss was lowest after epoch 2 (10.00) and has risen to 10.21 by epoch 5, while the training loss fell from 8.000 to 5.000',
    )
  })

  it('is none where the training loss does not fall', async () => {
    const rising = epochs(12, [9, 8, 8.5, 8.7, 8.8])
    expect(await found(overfitting, { epochs: rising })).toBeUndefined()
  })
})

describe('a training that ended too early', () => {
  it('has a KL term that rose by 5 % of it in the last quarter', async () => {
    const epochs = (before: number) =>
      epochsOf(
        [1, 1, before, 1, 1, 1].map((kl, i) => ({ train: 5, terms: { kl: i === 5 ? 2 : kl } })),
      )
    expect(await found(klStillRising, { epochs: epochs(1.91) })).toBeUndefined()
    const finding = await found(klStillRising, { epochs: epochs(1.89) })
    expect(finding!.evidence).toContain('rose from 1.890 to 2.000 nats in the last 3 of 6 epochs')
  })

  it('has a loss that fell by 2 % in the last tenth', async () => {
    const epochs = (before: number) =>
      epochsOf([before, 100].map((validation) => ({ train: 1, validation })))
    expect(await found(stillFalling, { epochs: epochs(101.9) })).toBeUndefined()
    const finding = await found(stillFalling, { epochs: epochs(102.1) })
    expect(finding!.evidence).toContain('from 102.1 to 100.0 in the last epoch of 2, by 2.1 %')
  })
})

describe('a discriminator', () => {
  const epochs = (accuracy: number) =>
    epochsOf([{ train: 1, terms: { 'discriminator accuracy': accuracy } }])

  it('is balanced between 30 and 95 %', async () => {
    for (const accuracy of [0.31, 0.61, 0.94])
      expect(await found(adversaryOutOfBalance, { epochs: epochs(accuracy) })).toBeUndefined()
  })

  it('has won above that, and lost below', async () => {
    const won = await found(adversaryOutOfBalance, { epochs: epochs(0.96) })
    expect(won!.what).toContain('has won')
    expect(won!.evidence).toContain('right in 96.0 % of the cases')
    const lost = await found(adversaryOutOfBalance, { epochs: epochs(0.29) })
    expect(lost!.what).toContain('has lost')
  })
})

describe('codes', () => {
  /** Four dimensions of two examples, ± these numbers: of such a variance is their square. */
  const codes = (...halves: number[]) => ({
    outputs: {
      codes: hostTensor('float32', [2, 4], Float32Array.of(...halves, ...halves.map((x) => -x))),
    },
  })

  it('are used where their variance is above 0.01', async () => {
    expect(await found(collapsedLatents, codes(0.11, 0.11, 0.11, 0.11))).toBeUndefined()
    const finding = await found(collapsedLatents, codes(0.09, 0.09, 0.09, 0.09))
    expect(finding!.evidence).toContain('4 of 4 dimensions')
  })

  it('may be unused by half', async () => {
    expect(await found(collapsedLatents, codes(1, 1, 0, 0))).toBeUndefined()
    expect((await found(collapsedLatents, codes(1, 0, 0, 0)))!.evidence).toContain('3 of 4')
  })

  it.each([
    ['all unused', [0, 0, 0, 0], 1, '--beta 0:1@10'],
    ['all unused at a small β', [0, 0, 0, 0], 0.5, '--beta 0:0.5@10'],
    ['most unused at a large β', [1, 0, 0, 0], 4, '--beta 0:1@10'],
    ['most unused at a β that is not large', [1, 0, 0, 0], 1, '--latent 1'],
  ])('that are %s have their own advice', async (_, halves, beta, advice) => {
    const given = { ...codes(...halves), options: { beta } }
    expect((await found(collapsedLatents, given))!.try).toBe(advice)
  })

  it('of an autoencoder have no β to be changed', async () => {
    const given = { ...codes(0, 0, 0, 0), options: { model: 'ae' } }
    expect((await found(collapsedLatents, given))!.try).toBe('--latent 1')
  })
})

describe('reconstructions', () => {
  const floats = (...values: number[]) => hostTensor('float32', [2, 4], Float32Array.from(values))
  /** The variances of the four values are 1 each, and the squared error of an example is 4 (1 - share)². */
  const restoring = (share: number) => {
    const x = floats(1, 1, 1, 1, -1, -1, -1, -1)
    return { x, restored: floats(...Array.from(x.data, (value) => share * value)) }
  }

  it('must explain a tenth of the variance', async () => {
    // (1 - 0.05)² = 0.9025 of the variance is left, and (1 - 0.06)² = 0.8836.
    expect(await found(nothingLearned, { outputs: restoring(0.06) })).toBeUndefined()
    const finding = await found(nothingLearned, { outputs: restoring(0.05) })
    expect(finding!.evidence).toContain(
      'their squared error is 3.610 per example of 4 values; that of the mean of the examples is 4.000',
    )
  })

  it('show a σ that is too wide where the error of a value is below a tenth of σ²', async () => {
    // (1 - 0.7)² = 0.09 and (1 - 0.6)² = 0.16 for each value.
    const options = { likelihood: 'gaussian:1' }
    expect(await found(sigmaTooWide, { options, outputs: restoring(0.6) })).toBeUndefined()
    const finding = await found(sigmaTooWide, { options, outputs: restoring(0.7) })
    expect(finding!.evidence).toBe('σ² = 1, and the mean squared error of a value is 0.0900')
  })
})
