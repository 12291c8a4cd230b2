import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/app/config.ts'
import { runName } from '../../src/app/reproduction/laboratory.ts'
import { reproductionPage, reproductionTable } from '../../src/app/reproduction/page.ts'
import { runExperiment } from '../../src/app/reproduction/results.ts'
import { atMost, between, told } from '../../src/reproduce/expectation.ts'
import { defineExperiment, type Findings, settingOf } from '../../src/reproduce/experiment.ts'
import type { Laboratory } from '../../src/reproduce/laboratory.ts'

const laboratory = (seed: number) => ({ seed }) as unknown as Laboratory

/** An experiment that measures what it is given, one for each seed. */
const experiment = (measured: readonly Findings<'error' | 'note'>['numbers'][]) =>
  defineExperiment<'error' | 'note'>({
    name: 'an-experiment',
    title: 'Small is small',
    chapter: 'Autoencoders',
    claim: 'A small number is small.',
    source: 'nobody | 1900',
    found: 'It is large because of the moon.',
    settings: {
      small: {
        what: 'Nothing is run.',
        minutes: 0,
        expects: { error: atMost(2, 'error', 'nats'), note: told('something else') },
      },
      full: {
        what: 'A lot.',
        minutes: 900,
        expects: { error: between(1, 2, 'error'), note: told('x') },
      },
    },
    run: async (lab) => ({ numbers: measured[lab.seed]!, figures: [] }),
  })

describe('an experiment', () => {
  it('holds where every number is within its tolerance, and fails where one is not', async () => {
    const good = await runExperiment(experiment([{ error: 2, note: 1e9 }]), 'small', [
      laboratory(0),
    ])
    const bad = await runExperiment(experiment([{ error: 2.01, note: 0 }]), 'small', [
      laboratory(0),
    ])
    expect([good.holds, bad.holds]).toEqual([true, false])
    expect(bad.rows.map(({ holds }) => holds)).toEqual([false, true])
  })

  it('fails where a number is none', async () => {
    const lost = await runExperiment(experiment([{ error: Number.NaN, note: 0 }]), 'small', [
      laboratory(0),
    ])
    expect(lost.holds).toBe(false)
  })

  it('of several seeds is judged by their mean, with its standard error', async () => {
    const seeds = [1, 2, 6].map((error) => ({ error: { value: error, error: 100 }, note: 0 }))
    const result = await runExperiment(experiment(seeds), 'small', [0, 1, 2].map(laboratory))
    const [row] = result.rows
    expect(row).toMatchObject({ values: [1, 2, 6], value: 3, holds: false })
    // Deviations -2, -1, 3: √(14 / 2 / 3).
    expect(row!.error).toBeCloseTo(Math.sqrt(14 / 6), 12)
  })

  it('that leaves out one of its numbers is a mistake', async () => {
    const forgetful = experiment([{ error: 1 } as never])
    await expect(runExperiment(forgetful, 'small', [laboratory(0)])).rejects.toThrow(
      'has measured no note',
    )
  })

  it('does within a budget what the largest setting that it has allows', () => {
    const one = experiment([])
    expect(['small', 'medium', 'full'].map((b) => settingOf(one, b as 'small')[0])).toEqual([
      'small',
      'small',
      'full',
    ])
  })
})

describe('the page', () => {
  it('marks a claim that does not hold, and says what was found', async () => {
    const one = experiment([{ error: 3, note: 0 }])
    const known = [{ experiment: one, result: await runExperiment(one, 'small', [laboratory(0)]) }]
    const page = reproductionPage(known)
    expect(page).toContain('0 of 1 claims hold')
    expect(page).toContain('✗ Small is small')
    expect(page).toContain('because of the moon')
    expect(reproductionTable(known)).toContain(
      '| error, nats | 3.0000 | at most 2 | does not hold |',
    )
  })
})

describe('a run for experiments', () => {
  it('has one name for one configuration, whatever the order of options and the threads', () => {
    const named = (options: Readonly<Record<string, unknown>>) => runName(resolveConfig(options))
    const name = named({ model: 'ae', latent: 3, epochs: 2 })
    expect(name).toMatch(/^ae-[0-9a-f]{12}$/)
    expect(named({ epochs: 2, threads: 1, latent: 3, model: 'ae' })).toBe(name)
    expect(named({ model: 'ae', latent: 3, epochs: 2, seed: 1 })).not.toBe(name)
    expect(named({ model: 'ae', latent: 4, epochs: 2 })).not.toBe(name)
  })
})
