import { describe, expect, it } from 'vitest'
import { GROUPS, type Group } from '../../src/app/evaluation/examination.ts'
import type { DataSet } from '../../src/data/dataset.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { tinyData, tinyRun } from '../app/tiny-run.ts'

const all = Object.keys(GROUPS) as Group[]

const small = (test: number, given: { train?: number; classes?: number } = {}) =>
  tinyData({
    shape: [6],
    ...(given.classes && { classes: given.classes }),
    sizes: { train: given.train ?? 12, validation: 4, test },
  })

async function measured(data: DataSet, measure: readonly Group[] = all, model = 'vae') {
  const run = tinyRun({ data, options: { model, latent: 2, batch: 4 } })
  const evaluation = await run.evaluate('test', { measure })
  await run.close()
  const figures = (group: Group) =>
    evaluation.ledger.filter((one) => one.group === group).map(({ figure }) => figure)
  const reasons = (group: Group) =>
    (evaluation.omitted ?? []).filter((one) => one.group === group).map(({ reason }) => reason)
  return { evaluation, figures, reasons }
}

describe('every group of figures at once, of a small test split', () => {
  it.each([1, 2, 3, 4, 5])('of %i', async (rows) => {
    for (const classes of [0, 3]) {
      const { evaluation, figures, reasons } = await measured(small(rows, { classes }))
      console.log(rows, classes, evaluation.omitted, evaluation.ledger.map((e) => `${e.figure} ${e.value}`))
    }
  }, 60000)
  it.each(['ae','pca','wae','gan','cvae', 'dae'])('of %s', async (model) => {
    for (const classes of [3]) for (const rows of [1,2,3,5]) {
      try {
      const { evaluation, figures, reasons } = await measured(small(rows, { classes }), all, model)
      console.log(rows, model, evaluation.omitted, evaluation.ledger.map((e) => `${e.figure} ${e.value}`).filter(x=>/NaN|Inf/.test(x)))
      } catch(e) { console.log(rows, model, e) }
    }
  }, 60000)
})
