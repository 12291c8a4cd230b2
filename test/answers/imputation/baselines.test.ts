import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bayesianRidge } from '../../../src/answers/imputation/bayesian-ridge.ts'
import {
  type ImputedColumn,
  type Imputer,
  valuesOfCells,
} from '../../../src/answers/imputation/imputer.ts'
import { iterativeRidge } from '../../../src/answers/imputation/iterative-ridge.ts'
import { meanOrMode } from '../../../src/answers/imputation/mean-or-mode.ts'
import { nearestRows } from '../../../src/answers/imputation/nearest-rows.ts'
import { cellOf } from '../../../src/data/table/model-cells.ts'
import type { TableColumn, TrainedKind } from '../../../src/distributions/columns/column.ts'

interface WrittenValues {
  readonly data: readonly (number | null)[]
}

interface Filled {
  readonly rows: WrittenValues
  readonly others: WrittenValues
}

/** What scikit-learn computed (scikit-learn.golden.py). */
const golden = JSON.parse(
  readFileSync(new URL('./scikit-learn.golden.json', import.meta.url), 'utf8'),
) as Filled & {
  readonly columns: readonly { readonly kind: TrainedKind; readonly categories: number }[]
  readonly nearest: readonly (Filled & { neighbours: number; weights: 'uniform' | 'distance' })[]
  readonly ridge: readonly (Filled & { rounds: number; tolerance: number; taken: number })[]
  readonly regressions: readonly {
    readonly x: WrittenValues
    readonly y: WrittenValues
    readonly weights: WrittenValues
    readonly intercept: number
  }[]
}

const _ = Number.NaN
const column = (kind: TrainedKind, categories = 0): ImputedColumn => ({
  name: kind,
  kind,
  categories: categories > 0 ? Array.from({ length: categories }, (_, k) => `c${k}`) : undefined,
})
const valuesOf = ({ data }: WrittenValues) => Float64Array.from(data, (value) => value ?? _)
const columns = golden.columns.map(({ kind, categories }) => column(kind, categories))
const [rows, others] = [valuesOf(golden.rows), valuesOf(golden.others)]

/** The largest difference of two lists. */
const apart = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length)
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)))
}

function expectFilled(impute: Imputer, filled: Filled, tolerance: number): void {
  for (const [given, expected] of [
    [rows, filled.rows],
    [others, filled.others],
  ] as const) {
    const before = given.slice()
    const imputed = impute(given)
    expect(apart(imputed, valuesOf(expected))).toBeLessThan(tolerance)
    expect(given).toEqual(before)
    for (const [at, value] of given.entries())
      if (!Number.isNaN(value)) expect(imputed[at]).toBe(value)
  }
}

describe('the mean or mode', () => {
  it('is that of the known values in the units of the file, the first of equally frequent categories', () => {
    const impute = meanOrMode(
      [column('numeric'), column('count'), column('ordinal', 3), column('binary', 2)],
      Float64Array.from([1, 3, 2, 1, 2, 4, 1, 1, _, _, 2, 0, 6, _, 1, _]),
    )
    expect(impute(Float64Array.of(_, _, _, _, 5, _, 0, _))).toEqual(
      Float64Array.of(3, 3.5, 1, 1, 5, 3.5, 0, 1),
    )
  })
})

describe('the nearest rows', () => {
  it.each(golden.nearest)(
    "fill gaps as scikit-learn's KNNImputer does: $neighbours, $weights",
    ({ neighbours, weights, ...filled }) => {
      expectFilled(nearestRows(columns, rows, { neighbours, weights }), filled, 1e-9)
    },
  )

  it('are five of equal weight unless it is said otherwise', () => {
    expect(nearestRows(columns, rows)(rows)).toEqual(
      nearestRows(columns, rows, { neighbours: 5, weights: 'uniform' })(rows),
    )
  })

  it('share the last places evenly where they are equally far, whatever their order', () => {
    const two = [column('numeric'), column('numeric')]
    // Distances of the query 0: 1 (value 10), then three times 2 (values 20, 30, 70), then 3.
    const donors = [1, 10, 2, 20, -2, 30, 2, 70, 3, 900]
    const query = Float64Array.of(0, _)
    const expected = (10 + 2 * 40) / 3
    expect(nearestRows(two, Float64Array.from(donors), { neighbours: 3 })(query)[1]).toBeCloseTo(
      expected,
      10,
    )
    const turned = [...donors.slice(6), ...donors.slice(0, 6)]
    expect(nearestRows(two, Float64Array.from(turned), { neighbours: 3 })(query)[1]).toBeCloseTo(
      expected,
      10,
    )
  })

  it('count alone at distance 0 where weights are by distance', () => {
    const two = [column('numeric'), column('numeric')]
    const donors = Float64Array.of(0, 10, 0, 20, 1, 99, 2, 99)
    const impute = nearestRows(two, donors, { neighbours: 3, weights: 'distance' })
    expect(impute(Float64Array.of(0, _))[1]).toBeCloseTo(15, 10)
  })

  it('are all that there are if there are fewer', () => {
    const two = [column('numeric'), column('numeric')]
    expect(nearestRows(two, Float64Array.of(0, 10, 1, 20, 5, _))(Float64Array.of(0, _))[1]).toBe(15)
  })

  it('are refused in a number or by weights that do not exist', () => {
    expect(() => nearestRows(columns, rows, { neighbours: 0 })).toThrow(
      'neighbours: expected a whole number from 1, got 0',
    )
    expect(() => nearestRows(columns, rows, { weights: 'distances' as 'distance' })).toThrow(
      'weights: expected one of uniform, distance, got "distances"; did you mean distance?',
    )
  })
})

describe('Bayesian ridge regression', () => {
  it.each(golden.regressions)(
    "has the weights of scikit-learn's",
    ({ x, y, weights, intercept }) => {
      const fit = bayesianRidge(valuesOf(x), valuesOf(y))
      expect(apart(fit.weights, valuesOf(weights))).toBeLessThan(1e-8)
      expect(Math.abs(fit.intercept - intercept)).toBeLessThan(1e-8)
    },
  )
})

describe('iterative ridge', () => {
  it('is compared with scikit-learn for rounds that end early and that do not', () => {
    expect(golden.ridge.map(({ rounds, taken }) => [rounds, taken])).toEqual([
      [10, 10],
      [2, 2],
      [10, 8],
    ])
  })

  it.each(golden.ridge)(
    "fills gaps as scikit-learn's IterativeImputer does: $rounds rounds, tolerance $tolerance",
    ({ rounds, tolerance, ...filled }) => {
      expectFilled(iterativeRidge(columns, rows, { rounds, tolerance }), filled, 1e-6)
    },
  )

  it('takes ten rounds and a tolerance of a thousandth unless it is said otherwise', () => {
    expectFilled(iterativeRidge(columns, rows), golden.ridge[0]!, 1e-6)
  })

  it('refuses rounds and tolerances that are none', () => {
    expect(() => iterativeRidge(columns, rows, { rounds: 1.5 })).toThrow(
      'rounds: expected a whole number from 0, got 1.5',
    )
    expect(() => iterativeRidge(columns, rows, { tolerance: Number.NaN })).toThrow(
      'tolerance: expected a number from 0, got NaN',
    )
    expect(() => iterativeRidge(columns, rows, { round: 3 } as object)).toThrow(
      'round: iterativeRidge has no such option; did you mean rounds?',
    )
  })

  it('fills a single column with its mean or mode', () => {
    const single = (kind: TrainedKind, categories: number, ...values: number[]) =>
      iterativeRidge([column(kind, categories)], Float64Array.from(values))(Float64Array.of(_))[0]
    expect(single('numeric', 0, 1, 2, 6, _)).toBeCloseTo(3, 12)
    expect(single('categorical', 3, 2, 2, 0, _)).toBe(2)
  })

  it('follows a linear relation without noise', () => {
    const x = Array.from({ length: 30 }, (_, i) => i)
    const table = Float64Array.from(x.flatMap((i) => [i, i % 4 === 1 ? _ : 5 - 2 * i]))
    const two = [column('numeric'), column('numeric')]
    const imputed = iterativeRidge(two, table)(table)
    for (const i of x) expect(imputed[2 * i + 1]).toBeCloseTo(5 - 2 * i, 3)
  })
})

describe.each([
  ['the mean or mode', meanOrMode],
  ['the nearest rows', nearestRows],
  ['iterative ridge', iterativeRidge],
] as const)('%s', (_name, method) => {
  const two = [column('numeric'), column('ordinal', 3)]

  it('keeps ranks within those of the categories', () => {
    const linear = Float64Array.of(0, 0, 1, 1, 2, 2, 3, _, 9, _, -9, _)
    const imputed = method(two, linear)(linear)
    for (const at of [7, 9, 11]) expect([0, 1, 2]).toContain(imputed[at])
  })

  it('refuses a column without a value', () => {
    expect(() => method(two, Float64Array.of(1, _, 2, _))).toThrow(
      'column "ordinal": no row has a value to impute from',
    )
  })

  it('refuses what is no value of a column', () => {
    const impute = method(two, Float64Array.of(1, 0, 2, 1))
    expect(() => impute(Float64Array.of(1, 0, 2, 3))).toThrow(
      'row 2, column "ordinal" is 3; expected an index from 0 to 2, or NaN for a gap',
    )
    expect(() => impute(Float64Array.of(Number.POSITIVE_INFINITY, 0))).toThrow(
      'row 1, column "numeric" is Infinity; expected a finite number, or NaN for a gap',
    )
    expect(() => impute(Float64Array.of(1, 0, 2))).toThrow(
      'values: expected whole rows of 2 columns, got 3 values',
    )
    expect(() => method(two, Float64Array.of(1, 0, 2, 0.5))).toThrow('column "ordinal" is 0.5')
  })
})

describe('the values of cells', () => {
  const common = { distribution: 'gaussian', gaps: true, centre: 2, scale: 4 } as const
  const table: TableColumn[] = [
    { ...common, name: 'a', kind: 'numeric' },
    { ...common, name: 'b', kind: 'positive' },
    { ...common, name: 'c', kind: 'count' },
    { ...common, name: 'd', kind: 'categorical', categories: ['x', 'y'] },
  ]

  it('are in the units of the file, and a gap where a category is not known', () => {
    const known = [10, 3, 7, 1]
    const cells = Float64Array.from(
      [...known, _, _, _, 2].map((value, i) => cellOf(table[i % 4]!, value)),
    )
    const values = valuesOfCells(table, cells)
    expect(apart(values.subarray(0, 4), known)).toBeLessThan(1e-12)
    expect(values.subarray(4)).toEqual(Float64Array.of(_, _, _, _))
  })
})
