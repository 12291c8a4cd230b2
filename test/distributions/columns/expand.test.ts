import { describe, expect, it } from 'vitest'
import type { TableColumn } from '../../../src/distributions/columns/column.ts'
import { cyclesOf, expand, expandedWidth } from '../../../src/distributions/columns/expand.ts'
import { gradients } from '../../../src/graph/autodiff.ts'
import { Tensor } from '../../../src/graph/tensor.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { numbersOf, onnx } from '../../train/onnx.ts'
import { cellsOf, columns, matrix, tables } from './table.ts'

const exactly = (expression: Tensor) => numbersOf(referenceRuntime, expression)

const datetime = (range?: [number, number]): TableColumn => ({
  name: 'when',
  kind: 'datetime',
  distribution: 'gaussian',
  gaps: true,
  centre: 19_000.75,
  scale: 365,
  range,
})

describe('what an encoder sees of a row', () => {
  it('is cells, logarithms of counts, ±1, a place for each category, and a mask', async () => {
    const nan = Number.NaN
    const table = [6, 1, 3, 7, 0].map((i) => columns[i]!)
    const cells = [
      [1, 2, 4, 4, -0.5],
      [0, 0, nan, nan, nan],
      [nan, 3, 0, 0, 2],
    ]
    const { centre, scale } = columns[3]!
    const count = (x: number) => expect.closeTo((Math.log(1 + x) - centre) / scale, 6)
    // pressure | visits | smoker | category 0, 1, 2, unseen | grade 0 … 3, unseen | masks of visits, grade, pressure
    const expected = [
      [-0.5, count(4), 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1],
      [0, 0, -1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      [2, count(0), 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1],
    ]
    expect(expandedWidth(table)).toBe(15)
    for (const runtime of [referenceRuntime, onnx()])
      expect(await numbersOf(runtime, expand(table, matrix(cells)))).toEqual(expected.flat())
  })

  it('has the width that is promised, without NaN', async () => {
    const seen = expand(columns, cellsOf(columns, tables[0]!.values))
    expect(seen.shape).toEqual([5, expandedWidth(columns)])
    expect((await exactly(seen)).every(Number.isFinite)).toBe(true)
  })

  it('passes a gradient of 0 to missing cells', async () => {
    const cells = Tensor.input('cells', [1, columns.length])
    const missing = new Float32Array(columns.length).fill(Number.NaN)
    const [slope] = gradients(expand(columns, cells).square().sum(), [cells])
    const fed = { cells: hostTensor('float32', [1, columns.length], missing) }
    expect((await numbersOf(onnx(), slope!, fed)).map(Math.abs)).toEqual([...missing.fill(0)])
  })
})

describe('datetime columns', () => {
  it('show sine and cosine of the time of day, of the week and of the year', async () => {
    const table = [datetime([17_000.5, 21_000])]
    const days = [19_000.75, 18_262, 20_123.4]
    const cells = matrix(days.map((day) => [(day - 19_000.75) / 365]))
    const turns = [1, 7, 365.2425].map((period) => days.map((day) => (2 * Math.PI * day) / period))
    const expected = days.flatMap((_, i) => [
      (days[i]! - 19_000.75) / 365,
      ...turns.map((turn) => Math.sin(turn[i]!)),
      ...turns.map((turn) => Math.cos(turn[i]!)),
      1,
    ])
    const found = await exactly(expand(table, cells))
    expect(found).toEqual(expected.map((x) => expect.closeTo(x, 9)))
    // A turn errs by 6e-8 of the days between cell and centre.
    expect(await numbersOf(onnx(), expand(table, cells))).toEqual(
      expected.map((x) => expect.closeTo(x, 3)),
    )
    expect(expandedWidth(table)).toBe(8)
    expect(await exactly(expand(table, matrix([[Number.NaN]])))).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
  })

  it('show only the periods that training values span twice, and no time of day for whole days', () => {
    expect(cyclesOf(datetime([0.5, 2.4]))).toEqual([])
    expect(cyclesOf(datetime([0.5, 2.5]))).toEqual(['day'])
    expect(cyclesOf(datetime([0, 13]))).toEqual([])
    expect(cyclesOf(datetime([0, 14]))).toEqual(['week'])
    expect(cyclesOf(datetime([0, 731]))).toEqual(['week', 'year'])
    expect(cyclesOf(datetime([0, 730]))).toEqual(['week'])
    expect(cyclesOf(datetime())).toEqual(['day', 'week', 'year'])
    expect(cyclesOf({ ...datetime(), knots: { x: [0, 1], y: [0, 1] } })).toEqual([])
    expect(cyclesOf(columns[0]!)).toEqual([])
  })
})
