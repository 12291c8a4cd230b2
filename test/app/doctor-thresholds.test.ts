import { describe, expect, it } from 'vitest'
import { gentler } from '../../src/app/doctor/adversary.ts'
import {
  collapsedLatents,
  latentWiderThanData,
  nothingLearned,
} from '../../src/app/doctor/codes.ts'
import {
  adversaryOutOfBalance,
  klStillRising,
  overfitting,
  stillFalling,
} from '../../src/app/doctor/curves.ts'
import { explodingKl } from '../../src/app/doctor/divergence.ts'
import type { Check, ExaminedRun, TestOutputs } from '../../src/app/doctor/finding.ts'
import {
  binaryLikelihoodOnRealValues,
  levelsTooCoarse,
  sigmaTooNarrow,
  sigmaTooWide,
} from '../../src/app/doctor/likelihood.ts'
import { memorising } from '../../src/app/doctor/memorising.ts'
import { measureSamples } from '../../src/app/doctor/samples.ts'
import { deadUnits } from '../../src/app/doctor/units.ts'
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
    /** Whether all parameters are 0. */
    readonly zeros?: boolean
  },
): ExaminedRun {
  const { epochs = [], options = {}, outputs, zeros = false } = given
  const run = tinyRun({ data, options: { likelihood: 'gaussian', latent: 4, ...options }, zeros })
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
    expect(finding).toMatchObject({ name: 'over-fitting', try: 'dropout: 0.2, patience: 5' })
    expect(finding!.evidence).toBe(
      'the validation loss was lowest after epoch 2 (10.00) and has risen to 10.21 by epoch 5, while the training loss fell from 8.000 to 5.000',
    )
  })

  it('is no jitter: of ten epochs or more, a tenth is averaged', async () => {
    const jitter = (...last: number[]) =>
      epochsOf(
        [...Array.from({ length: 16 }, (_, i) => (i < 3 ? 12 - i : 10)), ...last].map(
          (validation, i) => ({ validation, train: 9 - i / 10 }),
        ),
      )
    // The last epoch alone is 3 % above the best, the last two are 1.5 %.
    expect(await found(overfitting, { epochs: jitter(10, 10, 10, 10.3) })).toBeUndefined()
    const finding = await found(overfitting, { epochs: jitter(10, 10, 10.25, 10.25) })
    expect(finding!.evidence).toContain(
      'the validation loss, averaged over 2 epochs, was lowest after epoch 4 (10.00) and has risen to 10.25 by epoch 20',
    )
  })

  it('is more than half a nat for each value by 2 %, where the loss is near 0', async () => {
    const risen = (last: number) =>
      epochsOf([0.1, 0, 0, 0, last].map((validation, i) => ({ validation, train: 5 - i })))
    // 4 values: 0.02 · 2 nats.
    expect(await found(overfitting, { epochs: risen(0.039) })).toBeUndefined()
    expect(await found(overfitting, { epochs: risen(0.041) })).toMatchObject({
      name: 'over-fitting',
    })
  })

  it('that early stopping ended is no finding', async () => {
    const options = { patience: 5 }
    const given = { epochs: epochs(12), options }
    expect(await found(overfitting, given)).toMatchObject({ name: 'over-fitting' })
    expect(await found(overfitting, { ...given, outputs: {} })).toBeUndefined()
  })

  it('needs something to monitor', async () => {
    const finding = await found(overfitting, { epochs: epochs(12), options: { monitor: 'none' } })
    expect(finding!.try).toBe("dropout: 0.2, patience: 5, monitor: 'objective'")
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

describe('the advice on a discriminator that wins', () => {
  /** 20 examples in batches of 5 are 4 steps an epoch. */
  const advice = (options: Readonly<Record<string, unknown>>) =>
    gentler(examined({ options: { model: 'gan', batch: 5, likelihood: 'gaussian', ...options } }))
      .try

  it('is the usual rate for long enough, where the run had neither', () => {
    expect(advice({ lr: 0.5, epochs: 2000 })).toBe('lr: 0.0002')
    // 1 / 400 steps is above five times the usual rate, which needs 1000 steps.
    expect(advice({ lr: 0.5, epochs: 100 })).toBe('lr: 0.001, epochs: 250')
  })

  it('is what the definition has against it, then a lower rate', () => {
    const long = { epochs: 2000 }
    const strong = { discriminatorActivation: 'leaky-relu', normalization: 'none' }
    expect(advice({ ...long, ...strong })).toBe(
      "discriminatorActivation: 'elu', normalization: 'batch'",
    )
    expect(advice(long)).toBe('lr: 0.0001')
  })
})

describe('a KL term', () => {
  const epochs = (kl: number) => epochsOf([{ train: 1, terms: { kl } }])

  it('explodes above what four float32 carry, 4 · 24 ln 2 nats', async () => {
    const outputs = {
      codes: hostTensor('float32', [2, 4], Float32Array.of(0, 30, 0, 0, 0, -40, 0, 0)),
    }
    expect(await found(explodingKl, { epochs: epochs(66.5), outputs })).toBeUndefined()
    const finding = await found(explodingKl, { epochs: epochs(66.6), outputs })
    expect(finding!.evidence).toBe(
      '66.6 nats per example after epoch 1, 16.6 nats for each of 4 dimensions; a float32 carries at most 16.6; the mean codes of test examples have a root mean square of 35.4 in dimension 1, the prior of 1',
    )
  })

  it('is advised on by β, then by the rate, then by the norm of gradients', async () => {
    const advice = async (options: object) =>
      (await found(explodingKl, { epochs: epochs(1e6), outputs: {}, options: { ...options } }))!.try
    expect(await advice({ beta: 0.1, lr: 1 })).toBe('beta: 1')
    expect(await advice({ lr: 1 })).toBe('lr: 0.001')
    expect(await advice({})).toBe('clip: 1')
  })
})

describe('samples', () => {
  const rows = (...values: number[]) =>
    hostTensor('float32', [values.length / 2, 2], Float32Array.from(values))

  it('are measured by total variance and by the distance to the nearest example', async () => {
    const { run } = examined({ outputs: {} }).trained!
    const measures = await measureSamples(
      run.runtime,
      rows(0, 1, 0, 3, 0, 1),
      rows(0, 0, 4, 0, 0, 2, 4, 2),
    )
    // Variances: 8 / 9 in the second column; 4 + 1. Each sample is 1 away from an example, and they 2 from another.
    expect(measures.variance).toBeCloseTo(8 / 9, 6)
    expect(measures.exampleVariance).toBeCloseTo(5, 6)
    expect(measures).toMatchObject({ nearest: 1, exampleNearest: 4 })
  })
})

describe('a code of more dimensions than the data', () => {
  it('is nothing to a generator, whose code is noise', async () => {
    const options = { latent: 9 }
    expect(await found(latentWiderThanData, { options, outputs: {} })).toMatchObject({
      try: 'latent: 4',
    })
    const gan = { ...options, model: 'gan' }
    expect(await found(latentWiderThanData, { options: gan, outputs: {} })).toBeUndefined()
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
    ['all unused', [0, 0, 0, 0], 1, "beta: '0:1@10'"],
    ['all unused at a small β', [0, 0, 0, 0], 0.5, "beta: '0:0.5@10'"],
    ['most unused at a large β', [1, 0, 0, 0], 4, "beta: '0:1@10'"],
    ['most unused at a β that is not large', [1, 0, 0, 0], 1, 'latent: 1'],
  ])('that are %s have their own advice', async (_, halves, beta, advice) => {
    const given = { ...codes(...halves), options: { beta } }
    expect((await found(collapsedLatents, given))!.try).toBe(advice)
  })

  it('of an autoencoder have no β to be changed', async () => {
    const given = { ...codes(0, 0, 0, 0), options: { model: 'ae' } }
    expect((await found(collapsedLatents, given))!.try).toBe('latent: 1')
  })
})

describe('dead units', () => {
  const x = hostTensor('float32', [2, 4], Float32Array.of(1, 1, 1, 1, -1, -1, -1, -1))
  const dead = (share: number, options: object = {}) => {
    const restored = hostTensor(
      'float32',
      [2, 4],
      x.data.map((value) => share * value),
    )
    return found(deadUnits, { zeros: true, options: { ...options }, outputs: { x, restored } })
  }

  it('do no harm where 90 % of the variance is explained', async () => {
    // (1 - 0.7)² = 0.09 and (1 - 0.6)² = 0.16 of the variance are left.
    expect(await dead(0.7)).toBeUndefined()
    expect(await dead(0.6)).toMatchObject({
      evidence: '5 of the 5 units of rectified layer 1 of 2 are 0 for all of 2 test examples',
    })
  })

  it('are advised on by the activation that chose them, and by the rate if it is far off', async () => {
    expect((await dead(0))!.try).toBe("activation: 'leaky-relu'")
    expect((await dead(0, { lr: 3 }))!.try).toBe("activation: 'leaky-relu', lr: 0.001")
    const code = { model: 'ae', activation: ['tanh'], codeActivation: 'relu' }
    expect((await dead(0, code))!.try).toBe("codeActivation: 'leaky-relu'")
  })
})

describe('a model in closed form', () => {
  const x = hostTensor('float32', [2, 4], Float32Array.of(1, 1, 1, 1, -1, -1, -1, -1))
  const pca = (latent: number) => ({
    options: { model: 'pca', likelihood: 'gaussian', latent },
    outputs: { x, restored: hostTensor('float32', [2, 4], new Float32Array(8)) },
  })

  it('has no rate and no epochs: it learns more from a wider code', async () => {
    expect((await found(nothingLearned, pca(1)))!.try).toBe('latent: 4')
    expect((await found(nothingLearned, pca(4)))!.try).toBe('train on more examples')
  })
})

describe('a run that memorises without validation', () => {
  it('is advised a batch that the remaining examples fill', async () => {
    const none = tinyData({ shape: [4], sizes: { train: 20, validation: 0, test: 30 } })
    const advice = async (options: object) => {
      const run = tinyRun({
        data: none,
        options: { likelihood: 'gaussian', latent: 2, monitor: 'none', ...options },
      })
      const x = hostTensor('float32', [2, 4], new Float32Array(8).fill(1e6))
      const restored = hostTensor('float32', [2, 4], new Float32Array(8))
      const trained = { run, outputs: { x, restored } }
      return (await memorising({ config: run.config, data: none, epochs: [], trained }))!.try
    }
    expect(await advice({ batch: 18 })).toBe("validation: 2, patience: 5, monitor: 'objective'")
    expect(await advice({ batch: 19 })).toBe(
      "validation: 2, patience: 5, monitor: 'objective', batch: 18",
    )
    expect(await advice({ model: 'pca', monitor: undefined, latent: 3 })).toBe('latent: 2')
  })
})

describe('a likelihood for 0 and 1 on grey values', () => {
  const x = hostTensor('float32', [2, 4], new Float32Array(8).fill(0.5))
  const options = { likelihood: 'bernoulli' }
  const outputs = { x, restored: x }

  it('is no finding where a discriminator compares reconstructions with examples', async () => {
    const grey = { options, outputs }
    expect(await found(binaryLikelihoodOnRealValues, grey)).toMatchObject({
      try: "likelihood: 'gaussian:global'",
    })
    const vaeGan = { options: { ...options, model: 'vae-gan' }, outputs }
    expect(await found(binaryLikelihoodOnRealValues, vaeGan)).toBeUndefined()
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

  it('show a σ that is too narrow where the error of a value is above 25 σ²', async () => {
    // (1 - 0.5)² = 0.25 for each value.
    const outputs = restoring(0.5)
    const narrow = (sigma: number) =>
      found(sigmaTooNarrow, { options: { likelihood: `gaussian:${sigma}` }, outputs })
    expect(await narrow(0.101)).toBeUndefined()
    expect(await narrow(0.099)).toMatchObject({ try: "likelihood: 'gaussian:global'" })
  })

  it('that explain nothing are advised on by the rate, in a way that is never reversed', async () => {
    const advice = async (lr: number, ...losses: number[]) => {
      const epochs = epochsOf(losses.map((train) => ({ train })))
      return (await found(nothingLearned, { epochs, outputs: restoring(0), options: { lr } }))!.try
    }
    expect(await advice(1)).toBe('lr: 0.001')
    expect(await advice(1e-6)).toBe('lr: 0.001')
    expect(await advice(1e-3, 9, 8, 7)).toBe('epochs: 80')
    expect(await advice(1e-3, 9, 8, 8)).toBe('lr: 0.0002')
    expect(await advice(2e-4, 9, 8, 8)).toBe('epochs: 80')
  })

  it('of a categorical likelihood are made of levels, which may be 10 % of the variance away', async () => {
    // Levels 0 and 1 for values 0.5 ± 0.5 s: an error of ((1 - s) / 2)² for a variance of (s / 2)².
    const coarse = (s: number) => {
      const x = floats(...[1, 1, 1, 1, -1, -1, -1, -1].map((sign) => 0.5 + (sign * s) / 2))
      return found(levelsTooCoarse, { options: { likelihood: 'categorical:2' }, outputs: { x } })
    }
    expect(await coarse(0.77)).toBeUndefined()
    expect((await coarse(0.75))!.evidence).toBe(
      'rounding test examples to 2 levels makes an error of 11 % of their variance',
    )
  })
})
