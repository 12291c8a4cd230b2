import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runConfig } from '../../src/app/reproduction/digests.ts'
import { CHAPTERS } from '../../src/reproduce/chapters.ts'
import { BUDGETS, settingOf, titleAt } from '../../src/reproduce/experiment.ts'
import { experimentNamed, experiments } from '../../src/reproduce/registry.ts'

const folder = resolve(import.meta.dirname, '../../src/reproduce')
/** Paths of the files that define an experiment, by their names without extension. */
const files = new Map(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => dirname(path) !== '.' && path.endsWith('.ts'))
    .filter((path) => /\bdefineExperiment(<string>)?\(/.test(textOf(path)))
    .map((path) => [basename(path, '.ts'), path]),
)

function textOf(path: string): string {
  return readFileSync(join(folder, path), 'utf8')
}

describe('the registry of experiments', () => {
  it('has every experiment that a file defines, by the name of the file', () => {
    expect(experiments.map(({ name }) => name).sort()).toEqual([...files.keys()].sort())
    expect(files.size).toBeGreaterThan(10)
  })

  it('finds every experiment in the folder of its chapter', () => {
    for (const { name, chapter } of experiments) {
      const expected = chapter.toLowerCase().replace(/\W+/g, '-')
      expect(dirname(files.get(name)!), name).toBe(expected)
    }
  })

  it('has no two of a name, or of a title within a budget', () => {
    expect(new Set(experiments.map(({ name }) => name)).size).toBe(experiments.length)
    for (const budget of BUDGETS) {
      const titles = experiments.map((one) => titleAt(one, budget))
      expect(new Set(titles).size).toBe(experiments.length)
    }
  })

  it('follows the lecture', () => {
    const chapters = experiments.map(({ chapter }) => Object.keys(CHAPTERS).indexOf(chapter))
    expect(chapters).toEqual([...chapters].sort((a, b) => a - b))
  })

  it('finds one by its name, and suggests the nearest to a wrong one', () => {
    expect(experimentNamed('linear-ae-spans-pca').name).toBe('linear-ae-spans-pca')
    expect(() => experimentNamed('linear-ae-span-pca')).toThrow(/linear-ae-spans-pca/)
  })
})

const documented = readFileSync(resolve(folder, '../../docs/reproduction.md'), 'utf8').split('\n')
const markdown = (text: string) => text.replaceAll('|', '\\|')

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

  it('has a tolerance within each budget, and accepts nothing that is not finite', () => {
    for (const { expects } of settings) {
      const all = Object.values(expects)
      const real = all.filter(({ tolerance }) => tolerance !== '')
      expect(real.length).toBeGreaterThan(0)
      for (const { what, holds } of all)
        for (const none of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
          expect(holds(none), what).toBe(false)
      // No tolerance is so wide that it takes both ends of the scale.
      for (const { what, holds } of real)
        expect([-Number.MAX_VALUE, Number.MAX_VALUE].every(holds), what).toBe(false)
      expect(new Set(all.map(({ what }) => what)).size).toBe(all.length)
    }
  })

  it('promises by its title no figure that is not a limit of the budget', () => {
    for (const budget of BUDGETS) {
      const { expects } = settingOf(experiment, budget)[1]
      const stated = Object.values(expects).flatMap(({ limits: { low, high } = {} }) => [
        ...(low === undefined ? [] : [low]),
        ...(high === undefined ? [] : [high]),
        // An interval is also stated by its middle and by its reach.
        ...(low === undefined || high === undefined ? [] : [(low + high) / 2, (high - low) / 2]),
      ])
      const title = titleAt(experiment, budget)
      for (const [, figure] of title.matchAll(/(\d+\.\d+|\d+(?= (?:nats|%)))/g))
        expect(
          stated.some((limit) => Math.abs(limit - Number(figure)) < 1e-9),
          `${title}: ${figure}`,
        ).toBe(true)
    }
  })

  it('calls a likelihood, or a bound on one, only what is of binary data or of its own', () => {
    for (const { expects, conditions } of settings) {
      const isOfLikelihood = Object.values(expects).some(({ what }) =>
        /ELBO|log p\(x\)|likelihood/.test(what),
      )
      if (isOfLikelihood)
        for (const { binarize } of conditions.runs ?? [])
          expect(['static', 'dynamic'], name).toContain(binarize)
    }
  })

  it('lists the runs that it asks for, with options that can be trained', () => {
    for (const { conditions } of settings) {
      const { runs = [] } = conditions
      expect(runs.length > 0).toBe(/\.trained\(/.test(textOf(files.get(name)!)))
      for (const options of runs) expect(runConfig(options, 0).model).toBe(options.model)
    }
  })

  it('stands in the documentation as it is', () => {
    const { expects } = settingOf(experiment, 'small')[1]
    const rows = Object.values(expects).map(({ what, unit, tolerance }, i) => [
      i === 0 ? `**${titleAt(experiment, 'small')}** (\`${name}\`, small)` : '',
      unit ? `${what}, ${unit}` : what,
      tolerance,
    ])
    const cells = documented.map((line) => line.split(/ *(?<!\\)\| */).slice(1))
    for (const [first, what, tolerance] of rows.map((row) => row.map(markdown)))
      expect(
        cells.some((c) => c[1] === what && c[3] === tolerance && (!first || c[0] === first)),
      ).toBe(true)
  })

  it('does within a larger budget what its largest setting says', () => {
    const [used, setting] = settingOf(experiment, 'full')
    expect(setting).toBe(experiment.settings[used])
    expect(setting).toBe(settings.at(-1))
  })
})
