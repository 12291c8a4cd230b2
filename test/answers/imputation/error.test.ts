import { describe, expect, it } from 'vitest'
import { imputationError } from '../../../src/answers/imputation/error.ts'
import type { ImputedColumn } from '../../../src/answers/imputation/imputer.ts'

const _ = Number.NaN
const columns: ImputedColumn[] = [
  { name: 'size', kind: 'positive' },
  { name: 'grade', kind: 'ordinal', categories: ['low', 'middle', 'high', 'top'] },
  { name: 'colour', kind: 'categorical', categories: ['red', 'green', 'blue'] },
  { name: 'on', kind: 'binary', categories: ['no', 'yes'] },
]
const truth = Float64Array.from(
  [
    [2, 0, 0, 0],
    [4, 3, 1, 1],
    [10, 2, 2, _],
    [6, 1, 2, 1],
  ].flat(),
)

describe('the error of an imputation', () => {
  it("is HI-VAE's, over the hidden cells of each column", () => {
    const imputed = Float64Array.from(
      [
        [2, 2, 1, 0],
        [7, 2, 2, 1],
        [10, 1, 0, 1],
        [2, 1, 2, 1],
      ].flat(),
    )
    const hidden = [
      [0, 1, 1, 0],
      [1, 1, 1, 0],
      [0, 0, 1, 1],
      [1, 0, 1, 0],
    ].flat()
    const { mean, columns: each } = imputationError(columns, truth, imputed, hidden)
    // Off by 3 and -4 of a range of 8; by 2 and -1 of 4 ranks; three categories of four are wrong. The hidden
    // cell of the last column has no true value.
    expect(each).toEqual([
      { column: 0, count: 2, error: Math.sqrt(12.5) / 8 },
      { column: 1, count: 2, error: 1.5 / 4 },
      { column: 2, count: 4, error: 3 / 4 },
    ])
    expect(mean).toBeCloseTo((Math.sqrt(12.5) / 8 + 1.5 / 4 + 3 / 4) / 3, 14)
  })

  it('of a binary column is the share of wrong ones', () => {
    const imputed = truth.map((value, at) => (at === 7 ? 0 : value))
    const hidden = Array.from(truth, (_value, at) => Number(at % 4 === 3))
    expect(imputationError(columns, truth, imputed, hidden)).toEqual({
      mean: 1 / 3,
      columns: [{ column: 3, count: 3, error: 1 / 3 }],
    })
  })

  it('is refused where there is nothing to compare', () => {
    const none = new Uint8Array(16)
    expect(() => imputationError(columns, truth, truth, none)).toThrow(
      'no hidden cell has a true value to compare with',
    )
    const first = none.map((_value, at) => Number(at === 4))
    const gaps = truth.map((value, at) => (at === 4 ? _ : value))
    expect(() => imputationError(columns, truth, gaps, first)).toThrow(
      'row 2, column "size" is hidden and was not imputed',
    )
    const equal = truth.map((value, at) => (at % 4 === 0 ? 5 : value))
    expect(() => imputationError(columns, equal, truth, first)).toThrow(
      'column "size": all true values are 5, so its error has no range to be divided by',
    )
    expect(() => imputationError(columns, truth, truth.subarray(4), first)).toThrow(
      'expected 16 imputed values and marks of hidden cells, got 12 and 16',
    )
  })
})
