import { describe, expect, it } from 'vitest'
import { standingOut, unlikeScales } from '../../src/data/column-remarks.ts'
import { columnStatistics, storeStatistics } from '../../src/data/column-statistics.ts'
import { arrayStore } from '../../src/data/row-store.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'

const ROWS = 2000

/** One column of numbers that `draw` gives. */
const column = (draw: (row: number) => number, rows = ROWS) =>
  columnStatistics(
    Float64Array.from({ length: rows }, (_, row) => draw(row)),
    1,
  ).columns[0]!

const { normal, uniform } = stream(0, 'columns')

describe('the statistics of columns', () => {
  it('are those of the finite values, of the chosen rows', () => {
    const values = Float32Array.of(1, 10, 2, Number.NaN, 3, 30, 100, 100)
    const store = arrayStore(hostTensor('float32', [4, 2], values))
    const { columns, sum } = storeStatistics(store, Int32Array.of(0, 1, 2))
    expect(sum).toBe(46)
    expect(columns[0]).toMatchObject({ min: 1, max: 3, mean: 2, nonFinite: 0, constant: false })
    expect(columns[0]!.deviation).toBeCloseTo(Math.sqrt(2 / 3), 12)
    expect(columns[1]).toMatchObject({ min: 10, max: 30, mean: 20, deviation: 10, nonFinite: 1 })
  })

  it('keep the digits of a column far from 0', () => {
    const { mean, deviation } = column((row) => 1.7e9 + (row % 2))
    expect(mean).toBe(1.7e9 + 0.5)
    expect(deviation).toBe(0.5)
  })

  it('read whole numbers of 64 bits', () => {
    const [first] = columnStatistics(BigInt64Array.of(1n, 2n, 6n), 1).columns
    expect(first).toMatchObject({ min: 1, max: 6, mean: 3 })
  })

  it('have a spread near the standard deviation of normal values, which an outlier does not move', () => {
    const spread = column((row) => (row === 5 ? 1e6 : normal())).spread
    expect(spread).toBeGreaterThan(0.9)
    expect(spread).toBeLessThan(1.1)
  })

  it('show a constant column', () => {
    expect(column(() => 0.1)).toMatchObject({ constant: true, deviation: 0, spread: 0 })
  })

  it('of nothing finite are null', () => {
    expect(column(() => Number.NaN)).toMatchObject({ min: null, mean: null, nonFinite: ROWS })
  })
})

describe('an outlier', () => {
  it.each([1e6, -1e6, 3e38])('of %f among normal values is found with its row', (value) => {
    const { outliers } = column((row) => (row === 77 ? value : normal()))
    expect(outliers).toMatchObject({ count: 1, row: 77, value })
    expect(outliers!.distance).toBeGreaterThan(8e5)
  })

  it('is found where all other values are the same', () => {
    expect(column((row) => (row === 7 ? 1e6 : 0)).outliers).toMatchObject({ count: 1, row: 7 })
  })

  it('can be a value that stands for a missing one', () => {
    const { outliers } = column((row) => (row % 50 === 0 ? -999 : normal()))
    expect(outliers).toMatchObject({ count: 40, value: -999 })
  })

  it.each<[string, (row: number) => number]>([
    ['normal', () => normal()],
    ['log-normal', () => Math.exp(2 * normal())],
    [
      'Student-t with 3 degrees of freedom',
      () => normal() / Math.hypot(normal(), normal(), normal()),
    ],
    ['one-hot', (row) => Number(row % 1000 === 3)],
    ['mostly zero, else amounts', () => (uniform() < 0.9 ? 0 : Math.exp(5 + normal()))],
    ['a dark pixel', (row) => (row % 400 === 1 ? 200 * uniform() : 0)],
    ['two values far apart', (row) => (row % 2) * 1e6],
    ['one of ten values far from the rest', (row) => (row % 10 === 0 ? 1e6 : normal())],
  ])('is none in a column that is %s', (_, draw) => {
    expect(column(draw).outliers).toBeUndefined()
  })

  it('is none among the pixels of sparse images', () => {
    const pixels = Float32Array.from({ length: 500 * 64 }, (_, at) =>
      at % 64 < 32 ? Number(at % 6400 === 3) : uniform(),
    )
    const { columns } = columnStatistics(pixels, 64, { alike: true })
    expect(columns.filter(({ outliers }) => outliers)).toEqual([])
    pixels[40] = 500
    const changed = columnStatistics(pixels, 64, { alike: true }).columns
    expect(changed.filter(({ outliers }) => outliers)).toMatchObject([{ column: 40 }])
  })
})

describe('what stands out', () => {
  const columnsOf = (...draws: ((row: number) => number)[]) => {
    const values = Array.from({ length: ROWS }, (_, row) => draws.map((draw) => draw(row))).flat()
    return columnStatistics(Float64Array.from(values), draws.length).columns
  }

  it('is named in sentences', () => {
    const columns = columnsOf(
      (row) => (row === 7 ? 3e38 : row % 5),
      (row) => (row === 3 ? Number.NaN : row % 3),
      () => 5,
      (row) => 1e6 * (row % 7),
    )
    expect(standingOut(columns, true).remarks).toEqual([
      'column 1 has values that are not finite',
      'column 0 has an outlier: 3e+38 in row 7, 2.02e+38 times the spread of the other values away from their median',
      'the columns have unlike scales: values spread by 1.48 in column 0 and by 2970000 in column 3',
      'column 2 is constant',
    ])
  })

  it('is a factor of 100 between scales, and not less', () => {
    const pair = (factor: number) =>
      columnsOf(
        (row) => row % 5,
        (row) => factor * (row % 5),
      )
    expect(unlikeScales(pair(99))).toBeUndefined()
    expect(unlikeScales(pair(101))).toMatchObject({
      smallest: { column: 0 },
      largest: { column: 1 },
    })
  })

  it('is not a constant pixel, nor one that varies little', () => {
    const columns = columnsOf(
      () => 0,
      (row) => row % 2,
      (row) => 1e-4 * (row % 2),
    )
    expect(standingOut(columns, false)).toEqual({ remarks: [], columns: [] })
  })
})
