import { describe, expect, it } from 'vitest'
import { compareImputation } from '../../../src/answers/imputation/comparison.ts'
import { valuesOfCells } from '../../../src/answers/imputation/imputer.ts'
import { meanOrMode } from '../../../src/answers/imputation/mean-or-mode.ts'
import type { TableColumn } from '../../../src/distributions/columns/column.ts'
import { type Floats, hostTensor } from '../../../src/tensor/host.ts'

const common = { gaps: true, centre: 0, scale: 1 }
const columns: readonly TableColumn[] = [
  { ...common, name: 'a', kind: 'numeric', distribution: 'gaussian', centre: 50, scale: 10 },
  { ...common, name: 'same', kind: 'numeric', distribution: 'gaussian' },
  {
    ...common,
    name: 'c',
    kind: 'categorical',
    distribution: 'categorical',
    categories: ['x', 'y', 'z'],
  },
]

/** Cells from -2 to 2, a constant and categories, with a gap in every tenth row. */
const table = (count: number): Floats => {
  const rows = Array.from({ length: count }, (_, i) => [
    i % 10 === 3 ? Number.NaN : ((i * 7) % 41) / 10 - 2,
    1,
    (i * 5) % 3,
  ])
  return hostTensor('float32', [count, 3], Float32Array.from(rows.flat()))
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

/** What a model finds that is off by a number in the first column, and always right in the others. */
const oracle = (truth: Floats, off: number, seen: Floats[] = []) => {
  const values = valuesOfCells(columns, truth.data)
  return async (left: Floats) => {
    seen.push(left)
    return Array.from(left.data).flatMap((cell, at) => {
      if (!Number.isNaN(cell)) return []
      const [row, column] = [Math.floor(at / 3), at % 3]
      const known = Number.isNaN(values[at]!) ? 0 : values[at]!
      const value = known + (column === 0 ? off : 0)
      return [{ row, column, value, draws: new Float64Array() }]
    })
  }
}

describe('the comparison of a model with simple methods', () => {
  const all = table(400)

  it('hides a fifth of the known cells of columns that vary, and measures what stands in them', async () => {
    const seen: Floats[] = []
    const found = (await compareImputation(columns, all, numbers(400), oracle(all, 4, seen), 0))!
    const { data } = seen[0]!
    const hidden = Array.from(
      data,
      (cell, at) => Number.isNaN(cell) && !Number.isNaN(all.data[at]!),
    )
    expect(hidden.filter(Boolean)).toHaveLength(found.hidden)
    expect(found.rows).toBe(400)
    expect(found.hidden).toBeGreaterThan(0.16 * 760)
    expect(found.hidden).toBeLessThan(0.24 * 760)
    expect(hidden.some((isHidden, at) => isHidden && at % 3 === 1)).toBe(false)
    // Off by 4 of a range of 40, and no wrong category: 0.1 and 0.
    expect(found.methods[0]).toMatchObject({ method: 'the model' })
    expect(found.methods[0]!.error.mean).toBeCloseTo(0.05, 6)
    expect(found.methods.slice(1).map(({ method }) => method)).toEqual([
      'mean or mode',
      '5 nearest rows',
      'iterative ridge',
    ])
  })

  it('fits the simple methods without the hidden cells', async () => {
    const seen: Floats[] = []
    const found = (await compareImputation(columns, all, numbers(400), oracle(all, 0, seen), 0))!
    const truth = valuesOfCells(columns, all.data)
    const left = valuesOfCells(columns, seen[0]!.data)
    const filled = meanOrMode(columns, left)(left)
    const errors = { squares: 0, numbers: 0, wrong: 0, categories: 0 }
    filled.forEach((value, at) => {
      if (!Number.isNaN(left[at]!) || Number.isNaN(truth[at]!)) return
      if (at % 3 === 0) errors.squares += (value - truth[at]!) ** 2
      if (at % 3 === 0) errors.numbers++
      if (at % 3 === 2) errors.wrong += Number(value !== truth[at])
      if (at % 3 === 2) errors.categories++
    })
    const expected =
      (Math.sqrt(errors.squares / errors.numbers) / 40 + errors.wrong / errors.categories) / 2
    expect(found.methods[1]!.error.mean).toBeCloseTo(expected, 6)
  })

  it('hides cells by the seed and the number of their row, whatever the others are', async () => {
    const seen: Floats[] = []
    const of = (first: number, count: number, seed: number) => {
      const part = hostTensor('float32', [count, 3], all.data.slice(3 * first, 3 * (first + count)))
      const own = numbers(count).map((number) => number + first)
      return compareImputation(columns, part, own, oracle(part, 0, seen), seed)
    }
    await of(0, 400, 1)
    await of(200, 100, 1)
    await of(200, 100, 2)
    const [whole, part, other] = seen.map(({ data }) => Array.from(data))
    expect(part).toEqual(whole!.slice(600, 900))
    expect(other).not.toEqual(part)
  })

  it('is left out for fewer than 20 rows', async () => {
    const few = table(19)
    expect(await compareImputation(columns, few, numbers(19), oracle(few, 0), 0)).toBeUndefined()
  })

  it('leaves out regressions that would take too long', async () => {
    const categories = Array.from({ length: 200 }, (_, k) => `${k}`)
    const wide = columns.map((column) =>
      column.kind === 'categorical' ? { ...column, categories } : column,
    )
    const found = await compareImputation(wide, all, numbers(400), oracle(all, 0), 0)
    expect(found!.omitted).toBe('iterative ridge')
    expect(found!.methods).toHaveLength(3)
  })
})
