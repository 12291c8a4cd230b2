import { describe, expect, it } from 'vitest'
import type { DataSet } from '../../src/data/dataset.ts'
import { GROUPS, type Group } from '../../src/evaluate/ledger/groups.ts'
import { tinyData, tinyRun } from '../app/tiny-run.ts'

const all = Object.keys(GROUPS) as Group[]

const small = (test: number, given: { train?: number; classes?: number } = {}) =>
  tinyData({
    shape: [6],
    ...(given.classes && { classes: given.classes }),
    sizes: { train: given.train ?? 12, validation: 4, test },
  })

/** The same without the labels of one split. */
const unlabelled = (data: DataSet, name: 'train' | 'test'): DataSet => {
  const { labels: _, ...split } = data.splits[name]
  return { ...data, splits: { ...data.splits, [name]: split } }
}

async function measured(data: DataSet, model = 'vae', measure: readonly Group[] = all) {
  const run = tinyRun({ data, options: { model, latent: 2, batch: 4 } })
  try {
    const { ledger, omitted = [] } = await run.evaluate('test', { measure })
    const has = (figure: string) => ledger.some((one) => one.figure.startsWith(figure))
    return { ledger, has, reasons: omitted.map(({ group, reason }) => `${group}: ${reason}`) }
  } finally {
    await run.close()
  }
}

/** How many examples each figure is of, at the least. */
const fewest: Readonly<Record<string, number>> = {
  'grey-level cross-entropy': 1,
  'squared error': 1,
  'importance-weighted sum': 1,
  'effective rank of codes': 2,
  'mutual information of x and z': 2,
  trustworthiness: 3,
  'largest singular value': 3,
  'detour of interpolations': 4,
  'Fréchet distance': 2,
  precision: 4,
  recall: 4,
  density: 6,
  coverage: 6,
  'samples nearer than examples': 1,
}

describe('all figures of a small test split', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    'of %i examples are those that they are enough for',
    async (n) => {
      const { has, ledger, reasons } = await measured(small(n))
      const given = Object.keys(fewest).filter(has)
      expect(given).toEqual(Object.keys(fewest).filter((figure) => fewest[figure]! <= n))
      expect(ledger.filter(({ value }) => !Number.isFinite(value))).toEqual([])
      const missing = (words: string) => reasons.some((reason) => reason.includes(words))
      expect(missing('density and coverage: needs 6')).toBe(n < 6)
      expect(missing('precision and recall: needs 4')).toBe(n < 4)
      expect(missing('interpolations: need 4')).toBe(n === 3)
      expect(missing('neighbourhoods and the Jacobian: need 3')).toBe(n < 3)
      expect(missing('how much of the code is used: needs 2')).toBe(n < 2)
    },
    20_000,
  )

  it('of fewer labelled training examples than vote lack the vote alone', async () => {
    const { has, reasons } = await measured(small(8, { train: 4, classes: 2 }), 'ae')
    expect([has('linear probe accuracy'), has('nearest-neighbour accuracy')]).toEqual([true, false])
    expect(reasons).toContain(
      'representation: the vote of the 5 nearest needs 5 training examples or more, got 4',
    )
  }, 20_000)
})

describe('labels of one split alone', () => {
  it.each(['train', 'test'] as const)(
    'leave out what needs those of %s',
    async (name) => {
      const { has, reasons } = await measured(unlabelled(small(8, { classes: 2 }), name), 'ae')
      expect(has('linear probe accuracy')).toBe(false)
      expect(has('effective rank of codes')).toBe(true)
      expect(reasons).toContain(
        `representation: classes cannot be read from codes, because the ${name} examples have no labels`,
      )
    },
    20_000,
  )

  it('of the test: samples are compared by their values', async () => {
    const data = unlabelled(small(8, { classes: 2 }), 'train')
    const { has, reasons } = await measured(data, 'vae', ['generation', 'loss'])
    expect([has('precision (values)'), has('precision (features)')]).toEqual([true, false])
    expect(reasons).toEqual([
      expect.stringMatching(/^generation: the features of a classifier: .* has no labels/),
    ])
  }, 20_000)
})

describe('anomalies without normal classes', () => {
  it('are left out beside other figures, and it is said what to give', async () => {
    const { has, reasons } = await measured(small(8, { classes: 2 }), 'ae', ['loss', 'anomaly'])
    expect(has('AUROC')).toBe(false)
    expect(reasons).toEqual([expect.stringMatching(/^anomaly: normal: give the classes/)])
  })

  it('are refused alone', async () => {
    await expect(measured(small(8, { classes: 2 }), 'ae', ['anomaly'])).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/^normal: give the classes of normal examples, such as/),
    })
  })
})
