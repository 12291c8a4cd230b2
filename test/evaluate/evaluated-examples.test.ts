import { describe, expect, it } from 'vitest'
import { splitValues } from '../../src/data/rows.ts'
import { evaluatedExamples } from '../../src/evaluate/evaluated-examples.ts'
import { tinyData } from '../app/tiny-run.ts'

const sizes = { train: 40, validation: 10, test: 400 }
const grey = tinyData({ shape: [1, 2, 3], sizes })
const dynamic = { ...grey, binarize: 'dynamic' as const }
const all = Array.from({ length: 400 }, (_, i) => i)

describe('examples as they are evaluated', () => {
  it('are the stored values where these are not drawn at every step', () => {
    expect(evaluatedExamples(grey, 'test', all, 0)).toEqual(splitValues(grey, 'test', all))
    const fixed = { ...grey, binarize: 'static' as const }
    expect(evaluatedExamples(fixed, 'test', all, 0)).toEqual(splitValues(grey, 'test', all))
  })

  it('are 0 and 1 under dynamic binarisation, with the grey level as the probability of 1', () => {
    const levels = tinyData({
      shape: [6],
      values: Float32Array.from({ length: 450 * 6 }, (_, i) => (i % 6) / 5),
      binarize: 'dynamic',
      sizes,
    })
    const { data } = evaluatedExamples(levels, 'test', all, 0)
    expect(new Set(data)).toEqual(new Set([0, 1]))
    for (let d = 0; d < 6; d++) {
      const ones = all.reduce((sum, i) => sum + data[6 * i + d]!, 0) / 400
      const p = d / 5
      expect(Math.abs(ones - p)).toBeLessThanOrEqual(4 * Math.sqrt((p * (1 - p)) / 400))
    }
  })

  it('are drawn by the seed and the row alone, whatever is asked for beside it', () => {
    const { data } = evaluatedExamples(dynamic, 'test', all, 0)
    const some = evaluatedExamples(dynamic, 'test', [7, 3, 399], 0)
    expect(Array.from(some.data)).toEqual(
      [7, 3, 399].flatMap((i) => [...data.subarray(6 * i, 6 * i + 6)]),
    )
    const other = evaluatedExamples(dynamic, 'test', all, 1)
    expect(other.data).not.toEqual(data)
  })

  it('are drawn apart where a test set has row numbers of its own', () => {
    const { train, test } = dynamic.splits
    const rows = Int32Array.from({ length: 40 }, (_, i) => i)
    const own = {
      ...dynamic,
      splits: {
        ...dynamic.splits,
        train: { ...train, rows },
        test: { ...test, rows, store: { ...test.store } },
      },
    }
    expect(evaluatedExamples(own, 'test', rows, 0)).not.toEqual(
      evaluatedExamples(own, 'train', rows, 0),
    )
  })
})
