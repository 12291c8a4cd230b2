import { afterAll, describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/app/config.ts'
import { inFlags } from '../../src/app/doctor/advice.ts'
import { notFinite } from '../../src/app/doctor/curves.ts'
import { CHECKS } from '../../src/app/doctor/doctor.ts'
import type { ExaminedRun, Finding, TestOutputs } from '../../src/app/doctor/finding.ts'
import { buildFor } from '../../src/app/model-for-data.ts'
import type { EpochEvent } from '../../src/app/report/metrics.ts'
import type { Run } from '../../src/app/run/load.ts'
import { requireUsed } from '../../src/app/unused-options.ts'
import { train } from '../../src/cli/commands/train.ts'
import { parseArguments } from '../../src/cli/parse.ts'
import { ae } from '../../src/models/ae.ts'
import { defineModel } from '../../src/models/model.ts'
import { models } from '../../src/models/registry.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { tinyData, tinyRun } from './tiny-run.ts'

const WIDTH = 6
const ROWS = 60
const SIZES = { train: 40, validation: 0, test: 20 }

const runs: Run[] = []
afterAll(() => Promise.all(runs.map((run) => run.close())))

/** A table between 0 and 1, whose first column is `first`, for what is wrong with data. */
const table = (first: (row: number) => number) =>
  tinyData({
    shape: [WIDTH],
    classes: 2,
    sizes: SIZES,
    values: Float32Array.from({ length: ROWS * WIDTH }, (_, at) => {
      const row = Math.floor(at / WIDTH)
      return at % WIDTH === 0 ? first(row) : 0.5 + 0.3 * Math.sin(1 + at * at)
    }),
  })

const grey = (row: number) => 0.5 + 0.3 * Math.cos(row)

/** Five epochs that get better and better on training examples alone, while everything else goes wrong. */
const epochs = (
  accuracy: number,
  kl: number,
  losses: readonly number[] = [9, 5, 5.5, 6, 9],
): EpochEvent[] =>
  losses.map((validation, i) => {
    const terms = { kl: (i + 1) * kl, 'discriminator accuracy': accuracy }
    return {
      ...{ type: 'epoch', epoch: i + 1, epochs: 5, best: false, seconds: 1, examplesPerSecond: 1 },
      train: { terms, objective: 9 - i },
      validation: { terms, objective: validation },
    }
  })

/** An untrained run with these curves, whose codes and reconstructions are worthless. */
function broken(
  model: string,
  given: {
    readonly options?: Readonly<Record<string, unknown>>
    readonly accuracy?: number
    readonly kl?: number
    readonly first?: (row: number) => number
    readonly code?: (dimension: number) => number
    readonly restored?: (value: number) => number
    readonly parameters?: Readonly<Record<string, readonly number[]>>
    readonly losses?: readonly number[]
  },
): ExaminedRun {
  const {
    options = {},
    accuracy = 0.99,
    kl = 1,
    first = grey,
    code = () => 0,
    parameters = {},
  } = given
  const data = table(first)
  const run = tinyRun({ data, options: { model, latent: 4, ...options }, parameters })
  runs.push(run)
  const values = data.splits.train.store.array!.data.slice(SIZES.train * WIDTH) as Float32Array
  const x = hostTensor('float32', [SIZES.test, WIDTH], values)
  const { latent, posterior, restore } = run.model
  const codes = Float32Array.from(
    { length: SIZES.test * latent },
    (_, at) => code(at % latent) * (Math.floor(at / latent) % 2),
  )
  const restored = values.map(given.restored ?? (() => 9))
  const outputs: TestOutputs = {
    x,
    labels: Array.from({ length: SIZES.test }, (_, i) => i % 2),
    ...(posterior && { codes: hostTensor('float32', [SIZES.test, latent], codes) }),
    ...(restore && { restored: hostTensor('float32', x.shape, restored) }),
  }
  const failure = { type: 'failed', message: 'step 1' } as ExaminedRun['failure']
  return {
    config: run.config,
    data,
    epochs: epochs(accuracy, kl, given.losses),
    failure,
    trained: { run, outputs },
  }
}

const sigma = (likelihood: string) => ({ options: { likelihood } })
const wide = { options: { latent: 6, likelihood: 'gaussian' }, first: () => 0.5 }

/** What can be wrong with a run of any model. */
const faults: Readonly<Record<string, Parameters<typeof broken>[1]>> = {
  'all codes alike': {},
  'a rate that is far off': { options: { lr: 1e-7 } },
  'most of the code unused': { code: (dimension) => (dimension === 0 ? 1 : 0) },
  'a discriminator that has lost': { accuracy: 0.1 },
  'a KL term of a million': { kl: 1e6 },
  'a constant column': wide,
  'an outlier': { first: (row) => (row === 3 ? 1e9 : grey(row)), ...sigma('gaussian') },
  'a large constant column': { first: () => 5e6, ...sigma('gaussian') },
  'columns of unlike scales': { first: (row) => 1e6 * grey(row), ...sigma('gaussian') },
  'a fixed σ that is too narrow': sigma('gaussian:0.001'),
  'a fixed σ that is too wide': { ...sigma('gaussian:9'), restored: (value) => value + 0.01 },
  'two levels': sigma('categorical:2'),
  'a loss that falls, and a σ near 0': {
    ...sigma('gaussian:global'),
    parameters: { 'likelihood.logSigma': [-20] },
    losses: [9, 8, 7, 6, 5],
  },
  'one code': { options: { latent: 1 } },
}

/** What each fault has found, as far as the model takes the options that the fault needs. */
async function findings(model: string, fault: string): Promise<readonly [ExaminedRun, Finding][]> {
  const { options = {}, ...given } = faults[fault]!
  const accepted = Object.entries(options).filter(([name, value]) => {
    try {
      const config = resolveConfig({ model, [name]: value })
      requireUsed([name], config)
      buildFor(config, table(grey))
      return true
    } catch {
      return false
    }
  })
  const examined = broken(model, { ...given, options: Object.fromEntries(accepted) })
  const found: [ExaminedRun, Finding][] = []
  for (const check of CHECKS) {
    const finding = await check(examined)
    if (finding) found.push([examined, finding])
  }
  return found
}

const seen = new Set<string>()

/** Trains a run again with other flags, as far as the first step: the real parser, and all that it refuses. */
function follow({ config, data }: ExaminedRun, suggestion: string): void {
  const { flags } = parseArguments('train', train, suggestion.split(' '))
  const given = Object.entries(flags).filter(
    ([name, value]) => suggestion.includes('--') && value !== undefined && value !== false && name,
  )
  const own = { ...config.options, ...config.data, ...config.train }
  const changed = resolveConfig({ ...own, model: config.model, ...Object.fromEntries(given) })
  requireUsed(
    given.map(([name]) => name),
    changed,
  )
  expect(given.length).toBeGreaterThan(0)
  expect(JSON.stringify(changed)).not.toBe(
    JSON.stringify(resolveConfig({ ...own, model: config.model })),
  )
  buildFor(changed, data)
}

describe('every suggestion is one that the model accepts', () => {
  it.each(models.map(({ name }) => name))('%s', { timeout: 120_000 }, async (model) => {
    const names = new Set<string>()
    for (const fault of Object.keys(faults))
      for (const [examined, finding] of await findings(model, fault)) {
        names.add(finding.name)
        seen.add(finding.name)
        const suggestion = inFlags(finding).try
        if (finding.options)
          expect(
            () => follow(examined, suggestion),
            `${fault}, ${finding.name}: ${suggestion}`,
          ).not.toThrow()
        // A sentence: `try to …`.
        else expect(suggestion, finding.name).toMatch(/^[a-z][\s\S]*[a-z0-9)?]$/)
      }
    expect(names.size).toBeGreaterThanOrEqual(5)
  })

  it('a definition of your own, also without a checkpoint', () => {
    const definition = defineModel({ ...ae, name: 'my-ae', defaults: { lr: 0.02 } })
    const { config, data, epochs, failure } = broken('ae', { options: { lr: 1 } })
    const own = { config: { ...config, model: 'my-ae' }, definition, data, epochs, failure }
    expect(notFinite(own as unknown as ExaminedRun)).toMatchObject({ try: 'lr: 0.02, clip: 1' })
  })

  it('of every check', () => {
    expect([...seen].sort()).toEqual([
      'adversary-out-of-balance',
      'binary-likelihood-on-real-values',
      'collapsed-latents',
      'collapsed-samples',
      'constant-columns',
      'dead-units',
      'exploding-kl',
      'kl-still-rising',
      'large-constant-columns',
      'latent-wider-than-data',
      'levels-too-coarse',
      'loss-still-falling',
      'memorising',
      'not-finite',
      'nothing-learned',
      'outliers',
      'over-fitting',
      'samples-unlike-data',
      'sigma-running-to-zero',
      'sigma-too-narrow',
      'sigma-too-wide',
      'unlike-scales',
      'unscaled-values',
    ])
  })
})
