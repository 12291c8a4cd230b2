import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/app/config.ts'
import { runName, settingDigest } from '../../src/app/reproduction/digests.ts'
import {
  holdingText,
  reproductionPage,
  reproductionTable,
  verdict,
} from '../../src/app/reproduction/page.ts'
import { judged, runExperiment } from '../../src/app/reproduction/results.ts'
import { VERSION } from '../../src/config/version.ts'
import { titleAt } from '../../src/reproduce/experiment.ts'
import { TRAINING_VERSION } from '../../src/train/training-version.ts'
import { experiment, laboratory } from './experiments.ts'

const run = (measured: Parameters<typeof experiment>[0], budget: 'small' | 'full' = 'small') =>
  runExperiment(
    experiment(measured),
    budget,
    measured.map((_, seed) => laboratory(seed)),
  )

describe('an experiment', () => {
  it('holds where every number is within its tolerance, and fails where one is not', async () => {
    const good = await run([{ error: 2, note: 1e9 }])
    const bad = await run([{ error: 2.01, note: 0 }])
    expect([good.holds, bad.holds]).toEqual([true, false])
    expect(bad.rows.map(({ holds }) => holds)).toEqual([false, true])
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'fails where a number, an error or a reported number is %d',
    async (none) => {
      const failing = async (...numbers: Parameters<typeof experiment>[0]) => {
        const { rows, holds } = await run(numbers)
        return [holds, ...rows.map((row) => row.holds), ...rows.map(({ finite }) => finite)]
      }
      expect(await failing({ error: none, note: 0 })).toEqual([false, false, true, false, true])
      expect(await failing({ error: 1, note: none })).toEqual([false, true, false, true, false])
      expect(await failing({ error: { value: 1, error: none }, note: 0 })).toEqual(
        // A number whose error is none is no measurement, though the value is within the tolerance.
        [false, false, true, false, true],
      )
      expect(await failing({ error: 1, note: { value: 1, error: none } })).toEqual([
        false,
        true,
        false,
        true,
        false,
      ])
    },
  )

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'of several seeds fails where one of them is %d',
    async (none) => {
      const one = await run([
        { error: 1, note: 0 },
        { error: none, note: 0 },
      ])
      const itsError = await run([
        { error: { value: 1, error: 0 }, note: 0 },
        { error: { value: 1, error: none }, note: 0 },
      ])
      const inFull = await run(
        [
          { error: 1.5, note: 0 },
          { error: 1.5, note: none },
        ],
        'full',
      )
      expect([one.holds, itsError.holds, inFull.holds]).toEqual([false, false, false])
    },
  )

  it('of several seeds is judged by their mean, with its standard error', async () => {
    const seeds = [1, 2, 6].map((error) => ({ error: { value: error, error: 100 }, note: 0 }))
    const [row] = (await run(seeds)).rows
    expect(row).toMatchObject({ values: [1, 2, 6], value: 3, holds: false })
    // Deviations -2, -1, 3: √(14 / 2 / 3).
    expect(row!.error).toBeCloseTo(Math.sqrt(14 / 6), 12)
    // One seed is outside, the mean is not.
    const within = await run([1, 2.5].map((error) => ({ error, note: 0 })))
    expect(within.rows[0]).toMatchObject({ value: 1.75, holds: true })
  })

  it('without a seed, or without a number that is required, does not hold', async () => {
    expect((await run([])).holds).toBe(false)
    const { settings } = experiment([])
    const { note } = settings.small.expects
    const idle = { ...experiment([]), settings: { small: { ...settings.small, expects: {} } } }
    const small = { ...settings.small, expects: { note: note! } }
    expect(judged(idle, 'small', {}).holds).toBe(false)
    const reporting = { ...experiment([]), settings: { small } }
    expect(judged(reporting, 'small', { note: { values: [1] } }).holds).toBe(false)
  })

  it('that leaves out one of its numbers is a mistake', async () => {
    await expect(run([{ error: 1 } as never])).rejects.toThrow('did not measure note')
  })

  it('is given no run that its conditions do not list, whatever the order of options', async () => {
    const listed = { model: 'ae', latent: 2, epochs: 1 }
    const asking = (options: Readonly<Record<string, unknown>>) =>
      runExperiment(experiment([{ error: 1, note: 0 }], { runs: [listed] }, options), 'small', [
        laboratory(0),
      ])
    expect((await asking({ epochs: 1, model: 'ae', latent: 2 })).holds).toBe(true)
    await expect(asking({ ...listed, epochs: 2 })).rejects.toThrow(
      'an-experiment: its conditions do not list the run {"epochs":2,"latent":2,"model":"ae"}',
    )
  })

  it('does within a budget what the largest setting that it has allows', () => {
    const one = experiment([])
    const titles = (['small', 'medium', 'full'] as const).map((budget) => titleAt(one, budget))
    expect(titles).toEqual(['Small is small', 'Small is small', 'It is neither'])
  })
})

describe('the page', () => {
  const known = async (...numbers: Parameters<typeof experiment>[0]) => [
    { experiment: experiment(numbers), result: await run(numbers) },
  ]

  it('marks a claim that does not hold, and says what was found', async () => {
    const failing = await known({ error: 3, note: 0 })
    const page = reproductionPage(failing)
    expect(page).toContain('0 of 1 claims hold (one seed)')
    expect(page).toContain('✗ Small is small')
    expect(page).toContain('the claim does not hold (one seed).')
    expect(page).toContain('because of the moon')
    expect(reproductionTable(failing)).toContain(
      '| error, nats | 3.0000 | at most 2 | does not hold (one seed) |',
    )
  })

  it('says how many seeds a verdict is of', async () => {
    const holding = await known({ error: 1, note: 0 }, { error: 2, note: 0 })
    const page = reproductionPage(holding)
    expect(page).toContain('1 of 1 claims hold (mean of 2 seeds)')
    expect(page).toContain('the claim holds (mean of 2 seeds).')
    expect(reproductionTable(holding)).toContain(
      '| error, nats | 1.5000 ± 0.5000 | at most 2 | holds (mean of 2 seeds) |',
    )
    const results = [
      { holds: true, seeds: [0] },
      { holds: false, seeds: [0, 1, 2] },
    ]
    expect(results.map(verdict)).toEqual(['holds (one seed)', 'does not hold (mean of 3 seeds)'])
    expect(holdingText(results)).toBe('1 of 2 claims hold (one seed; mean of 3 seeds)')
  })

  it('shows a reported number that is none, and that it fails the claim', async () => {
    const broken = await known({ error: 1, note: Number.NaN })
    const row = '| something else | not a number |  | does not hold (one seed): not finite |'
    expect(reproductionTable(broken)).toContain(row)
    const summary = reproductionPage(broken).split('id="autoencoders"')[0]!
    expect(summary).toContain('does not hold (one seed): not finite')
  })
})

describe('a run for experiments', () => {
  const named = (options: Readonly<Record<string, unknown>>) => runName(resolveConfig(options))
  const name = named({ model: 'ae', latent: 3, epochs: 2 })

  it('has one name for one configuration, whatever the order of options and the threads', () => {
    expect(name).toMatch(/^ae-[0-9a-f]{12}$/)
    expect(named({ epochs: 2, threads: 1, latent: 3, model: 'ae' })).toBe(name)
    expect(named({ model: 'ae', latent: 3, epochs: 2, seed: 1 })).not.toBe(name)
    expect(named({ model: 'ae', latent: 4, epochs: 2 })).not.toBe(name)
  })

  it('has another name by another version of the package or of the training program', () => {
    const config = resolveConfig({ model: 'ae', latent: 3, epochs: 2 })
    const by = (version: string, training: number) => runName(config, { version, training })
    const today = VERSION
    expect(by(today, TRAINING_VERSION)).toBe(name)
    expect(by(today, TRAINING_VERSION + 1)).not.toBe(name)
    expect(by('0.0.0-other', TRAINING_VERSION)).not.toBe(name)
  })
})

describe('the digest of a setting', () => {
  const digest = (conditions: object, program?: { version: string; training: number }) =>
    settingDigest(experiment([], { ...conditions }), 'small', program)

  it('changes with the conditions and the program', () => {
    const conditions = { digits: 10, runs: [{ model: 'ae', latent: 3 }] }
    const same = digest({ runs: [{ latent: 3, model: 'ae' }], digits: 10 })
    expect(digest(conditions)).toBe(same)
    expect(digest({ ...conditions, digits: 11 })).not.toBe(same)
    expect(digest({ ...conditions, runs: [{ model: 'ae', latent: 4 }] })).not.toBe(same)
    const version = VERSION
    expect(digest(conditions, { version, training: TRAINING_VERSION })).toBe(same)
    expect(digest(conditions, { version, training: TRAINING_VERSION + 1 })).not.toBe(same)
    // Also of an experiment that asks for no run.
    expect(digest({}, { version, training: TRAINING_VERSION })).toBe(digest({}))
    expect(digest({}, { version, training: TRAINING_VERSION + 1 })).not.toBe(digest({}))
  })

  it('completes the options of runs by their defaults', () => {
    const batch = resolveConfig({ model: 'ae' }).train.batch
    expect(digest({ runs: [{ model: 'ae', batch }] })).toBe(digest({ runs: [{ model: 'ae' }] }))
    expect(digest({ runs: [{ model: 'ae', batch: batch + 1 }] })).not.toBe(
      digest({ runs: [{ model: 'ae' }] }),
    )
  })
})
