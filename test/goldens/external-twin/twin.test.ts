import { beforeAll, describe, expect, it } from 'vitest'
import type { Evaluation } from '../../../src/evaluate/evaluate.ts'
import { type Expected, evaluated, GROUPS, golden } from './fixture.ts'

/** Relative error of what is computed in float32 and summed in float64; at most 3e-7 was seen. */
const EXACT = 1e-6

/**
 * Steps between neighbouring decoded points are differences of float32 values that nearly agree, the largest of
 * 32 the more so: at most 1e-5 and 1e-4 were seen.
 */
const OF_PATHS: Readonly<Record<string, number>> = {
  'detour of interpolations': 3e-5,
  'largest step of interpolations': 3e-4,
}

/** Standard errors that a drawn figure may be off. */
const DRAWS = 4

describe.each(Object.entries(golden.figures))('the figures of the run %s', (name, groups) => {
  let evaluation: Evaluation
  beforeAll(async () => {
    evaluation = await evaluated(name, GROUPS)
  })

  const entry = (group: string, figure: string) => {
    const found = evaluation.ledger.find((one) => one.group === group && one.figure === figure)
    if (!found) throw new Error(`no figure ${figure} in ${group}`)
    return found
  }

  const errorOf = (group: string, figure: string, { error = 0, errorOf: other }: Expected) =>
    other === undefined
      ? error
      : Math.hypot(error, entry(group, other === 'itself' ? figure : other).drawingError!)

  const all = Object.entries(groups).flatMap(([group, figures]) =>
    Object.entries(figures).map(([figure, expected]) => ({ group, figure, expected })),
  )

  it.each(all)('$group: $figure', ({ group, figure, expected }) => {
    const { value } = entry(group, figure)
    const drawn = expected.error !== undefined || expected.errorOf !== undefined
    const tolerance = drawn
      ? DRAWS * errorOf(group, figure, expected)
      : (OF_PATHS[figure] ?? EXACT) * Math.abs(expected.value)
    expect(Math.abs(value - expected.value), `${value} for ${expected.value}`).toBeLessThan(
      tolerance,
    )
  })

  const withErrors = all.filter(
    ({ group, expected }) => group !== 'loss' && expected.error && !expected.errorOf,
  )

  if (withErrors.length > 0)
    it('come with the error of their draws, to a factor of 2', () => {
      for (const { group, figure, expected } of withErrors) {
        const ratio = entry(group, figure).drawingError! / expected.error!
        expect(Math.abs(Math.log2(ratio)), `${figure}: ${ratio} of it`).toBeLessThan(1)
      }
    })

  it('are all known to the twin, but for those that need the whole split at once', () => {
    const known = new Set(all.map(({ group, figure }) => `${group}: ${figure}`))
    const ofSplit = new Set(Object.keys(golden.smallSplit[name] ?? {}).concat('weighted objective'))
    const unknown = evaluation.ledger
      .filter(({ group, figure }) => !known.has(`${group}: ${figure}`))
      .filter(({ group, figure }) => !(group === 'loss' && ofSplit.has(figure)))
    expect(unknown.map(({ group, figure }) => `${group}: ${figure}`)).toEqual([])
  })
})

describe('the bound of an evaluation', () => {
  it('is the one of the loss terms, by draws of one code', async () => {
    const { bound, terms } = await evaluated('vae', ['loss'])
    const { value, error } = golden.figures.vae!.loss!['negative ELBO']!
    expect(Math.abs(bound! - value)).toBeLessThan(DRAWS * error!)
    expect(bound).toBeCloseTo(terms.reconstruction! + terms.kl!, 10)
  })
})

describe('annealing less importance weights', () => {
  it('is the difference of the two figures where they are of the same examples and codes', async () => {
    const asked = { examples: 32, importanceSamples: 1000 }
    const { ledger } = await evaluated('vae', ['likelihood'], asked)
    const value = (figure: string) => ledger.find((one) => one.figure === figure)!.value
    const [bound, annealed] = ['importance-weighted bound', 'annealed importance sampling']
    const gap = value('annealing − importance weights')
    expect(gap).toBeCloseTo(value(bound!) - value(annealed!), 9)
    expect(Math.abs(gap)).toBeGreaterThan(0.01)
  })
})
