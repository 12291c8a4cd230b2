import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CHAPTERS } from '../../src/reproduce/chapters.ts'
import { BUDGETS, settingOf } from '../../src/reproduce/experiment.ts'
import { experimentNamed, experiments } from '../../src/reproduce/registry.ts'

const folder = resolve(import.meta.dirname, '../../src/reproduce')
const files = readdirSync(folder).filter((file) => file.endsWith('.ts'))
const textOf = (file: string) => readFileSync(join(folder, file), 'utf8')
/** Files that state an experiment, without their extension. */
const stating = files
  .filter(
    (file) => file !== 'experiment.ts' && /\bdefineExperiment(<string>)?\(/.test(textOf(file)),
  )
  .map((file) => file.replace(/\.ts$/, ''))

describe('the registry of experiments', () => {
  it('has every experiment that a file states, by the name of the file', () => {
    expect(experiments.map(({ name }) => name).sort()).toEqual(stating.sort())
    expect(stating.length).toBeGreaterThan(10)
  })

  it('has no two of a name or a title', () => {
    for (const key of ['name', 'title'] as const)
      expect(new Set(experiments.map((one) => one[key])).size).toBe(experiments.length)
  })

  it('follows the lecture', () => {
    const chapters = experiments.map(({ chapter }) => Object.keys(CHAPTERS).indexOf(chapter))
    expect(chapters).toEqual([...chapters].sort((a, b) => a - b))
  })

  it('finds one by its name, and tells the nearest of a wrong one', () => {
    expect(experimentNamed('linear-ae-spans-pca').name).toBe('linear-ae-spans-pca')
    expect(() => experimentNamed('linear-ae-span-pca')).toThrow(/linear-ae-spans-pca/)
  })
})

describe.each(experiments.map((one) => [one.name, one] as const))('%s', (name, experiment) => {
  const settings = BUDGETS.flatMap((budget) => experiment.settings[budget] ?? [])

  it('is named in kebab-case', () => {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  })

  it('claims one sentence, with its source', () => {
    expect(experiment.claim).toMatch(/^[^\s].*[^\s.]\.$/)
    // A full stop that ends a sentence is followed by another that begins.
    expect(experiment.claim.slice(0, -1)).not.toMatch(/[.!?] \p{Lu}/u)
    expect(experiment.source).not.toBe('')
    expect(experiment.title).not.toMatch(/\.$/)
  })

  it('says what is done within each budget, and how long it takes', () => {
    for (const { what, minutes } of settings) {
      expect(what).toMatch(/\.$/)
      expect(minutes).toBeGreaterThan(0)
    }
    expect(experiment.settings.small.minutes).toBeLessThanOrEqual(15)
  })

  it('has a tolerance within each budget, and accepts nothing that is not a number', () => {
    for (const { expects } of settings) {
      const all = Object.values(expects)
      const real = all.filter(({ tolerance }) => tolerance !== '')
      expect(real.length).toBeGreaterThan(0)
      for (const { what, holds } of real) {
        expect(holds(Number.NaN), what).toBe(false)
        // No tolerance is so wide that it takes both ends of the scale.
        const ends = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
        expect(ends.every(holds), what).toBe(false)
      }
      expect(new Set(all.map(({ what }) => what)).size).toBe(all.length)
    }
  })

  it('does within a larger budget what its largest setting says', () => {
    const [used, setting] = settingOf(experiment, 'full')
    expect(setting).toBe(experiment.settings[used])
    expect(setting).toBe(settings.at(-1))
  })
})
