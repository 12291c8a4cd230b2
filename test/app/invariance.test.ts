import { describe, expect, it } from 'vitest'
import type { DataSet, Split } from '../../src/data/dataset.ts'
import type { Store } from '../../src/data/form.ts'
import { gatherRows } from '../../src/data/gather-rows.ts'
import { arrayStore } from '../../src/data/row-store.ts'
import { GROUPS, type Group } from '../../src/evaluate/ledger/groups.ts'
import { termKinds } from '../../src/evaluate/loss/stage-loss.ts'
import { evaluator } from '../../src/evaluate/loss/terms.ts'
import { meanWithError } from '../../src/evaluate/statistics/mean.ts'
import { stream } from '../../src/tensor/random.ts'
import { lastStage } from '../../src/train/build.ts'
import type { Subject } from '../models/contract/subjects.ts'
import { onnx } from '../train/onnx.ts'
import {
  drawnImages,
  evaluatedMembers,
  figuresOf,
  largestDifference,
  reordered,
  someParameters,
} from './same-figures.ts'

/** What the order and the cut of a split may change: rounding, relative to a figure. */
const ROUNDING = 1e-6

/** A member of the family with no option of its own. */
const isPlain = ({ title, definition }: Subject) => title === definition.name

/** Rows of a call, so that a split is cut elsewhere than by default. */
const CUT = 64

describe.each([40, 60, 499, 501])(
  'the loss of %d rows is the same in another order and cut',
  (rows) => {
    const data = drawnImages(rows)
    const other = reordered(data)
    const every = evaluatedMembers(data)
    // Options that make other draws are tried where a batch is left over.
    const tried = rows === 501 ? every : every.filter(isPlain)
    it.each(tried)('for $title', async (given) => {
      const options = { measure: ['loss'] as const }
      const largest = largestDifference(
        await figuresOf(given, data, options),
        await figuresOf(given, other, options, CUT),
      )
      expect(largest.difference, largest.figure).toBeLessThan(ROUNDING)
    })
  },
)

describe('every figure of 60 rows is the same in another order and cut', () => {
  const data = drawnImages(60)
  const other = reordered(data)
  const options = {
    measure: Object.keys(GROUPS) as Group[],
    examples: 40,
    importanceSamples: 5,
    normal: [0],
  }
  it.each(evaluatedMembers(data).filter(isPlain))('for $title', async (given) => {
    const largest = largestDifference(
      await figuresOf(given, data, options),
      await figuresOf(given, other, options, CUT),
    )
    expect(largest.difference, largest.figure).toBeLessThan(ROUNDING)
  })
})

describe('each stage of a training is validated alike', () => {
  const data = drawnImages(60)
  const other = reordered(data)
  const staged = evaluatedMembers(data).filter(({ model }) => model.stages.length > 1)
  it.each(staged)('for $title', async (given) => {
    for (const stage of given.model.stages) {
      const [one, another] = [
        await evaluator(onnx(), given.model, data, 0, stage),
        await evaluator(onnx(), given.model, other, 0, stage, CUT),
      ]
      const [a, b] = [
        await one.evaluate(someParameters(given), 'test'),
        await another.evaluate(someParameters(given), 'test'),
      ]
      const figures = ({ terms, objective }: typeof a) =>
        new Map(Object.entries({ ...terms, objective }))
      const largest = largestDifference(figures(a), figures(b))
      expect(largest.difference, `${stage.name}: ${largest.figure}`).toBeLessThan(ROUNDING)
      await one.close()
      await another.close()
    }
  })
})

describe('a file whose rows are permuted', () => {
  const data = { ...drawnImages(60), binarize: 'none' as const }
  const { test } = data.splits
  const { width } = test.store
  const order = stream(2, 'rows').permutation(test.store.count)
  const store = arrayStore(gatherRows<'uint8' | 'float32'>(test.store.array!, order) as Store)
  const rows = Int32Array.from(test.rows, (row) => order.indexOf(row))
  const labels = order.map((row) => test.labels![row]!)
  const permuted: DataSet = {
    ...data,
    splits: { ...data.splits, test: { ...test, store, rows, labels } },
  }

  it('holds the same examples', () => {
    const at = (split: Split, i: number) =>
      split.store.array!.data.slice(split.rows[i]! * width, (split.rows[i]! + 1) * width)
    expect(at(permuted.splits.test, 7)).toEqual(at(test, 7))
    expect(rows).not.toEqual(test.rows)
  })

  it.each(evaluatedMembers(data).filter(isPlain))(
    'changes no term of $title beyond its Monte Carlo error',
    async (given) => {
      const of = async (from: DataSet, seed: number) => {
        const measuring = await evaluator(onnx(), given.model, from, seed)
        return measuring.evaluate(someParameters(given), 'test').finally(() => measuring.close())
      }
      const seeds = await Promise.all(Array.from({ length: 5 }, (_, seed) => of(data, seed)))
      const other = await of(permuted, 0)
      for (const [name, kind] of Object.entries(other.kinds)) {
        const { samples } = kind
        const values = seeds.map(({ terms }) => terms[name]!)
        const spread = Math.sqrt(5) * meanWithError(values).error
        const difference = Math.abs(other.terms[name]! - values[0]!)
        // Differences of two draws have √2 times the spread of one.
        const allowed = samples > 0 ? 5 * Math.SQRT2 * spread : ROUNDING * Math.abs(values[0]!)
        expect(difference, name).toBeLessThanOrEqual(allowed)
        if (samples > 0 && kind.unit !== 'share') expect(difference, name).toBeGreaterThan(0)
      }
    },
  )
})

describe('draws of a term for each example', () => {
  const data = { ...drawnImages(40), binarize: 'none' as const }
  it.each(evaluatedMembers(data))(
    'are none only where no seed changes it: $title',
    async (given) => {
      const parameters = someParameters(given)
      const of = async (seed: number) => {
        const measuring = await evaluator(onnx(), given.model, data, seed)
        return measuring.evaluate(parameters, 'test').finally(() => measuring.close())
      }
      const [one, another] = [await of(0), await of(1)]
      for (const [name, { samples, unit }] of Object.entries(one.kinds)) {
        const changed = one.terms[name] !== another.terms[name]
        // A share of 40 may come out alike for two seeds.
        if (unit !== 'share' || samples === 0) expect(changed, name).toBe(samples > 0)
      }
    },
  )

  const counted = (title: string) => {
    const { model } = evaluatedMembers(data).find((given) => given.title === title)!
    const kinds = Object.entries(termKinds(model, lastStage(model)))
    return Object.fromEntries(kinds.map(([name, { samples }]) => [name, samples]))
  }

  it('are as many as the codes and projections that a value is made of', () => {
    expect(counted('vae, importanceSamples 3')).toEqual({
      'importance-weighted bound': 3,
      reconstruction: 3,
      kl: 0,
    })
    expect(counted('cae, contraction projections:2')).toEqual({ reconstruction: 0, contraction: 2 })
    expect(counted('wae')).toEqual({ reconstruction: 0, discrepancy: 1 })
  })
})
