import { describe, expect, it } from 'vitest'
import type { TableColumn } from '../../../src/distributions/columns/column.ts'
import { columnsLikelihood } from '../../../src/distributions/columns/likelihood.ts'
import { constant } from '../../../src/graph/tensor.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import { numbersOf } from '../../train/onnx.ts'
import { cellOf, columns, constants, matrix } from './table.ts'

const named = (name: string): TableColumn => columns.find((column) => column.name === name)!

const parameters = constants({
  logSigma: { shape: [1], data: [-0.4] },
  logDegrees: { shape: [1], data: [Math.log(5)] },
  logDispersion: { shape: [1], data: [0.3] },
  cutPoints: { shape: [3], data: [0.4, -1, 0.7] },
})

/** p(x) of values of one column in the units of the file. */
async function density(column: TableColumn, values: readonly number[]): Promise<number[]> {
  const outputs = constant([0.3], [1, 1]).expand([values.length, 1])
  const cells = matrix(values.map((x) => [cellOf(column, x)]))
  const p = columnsLikelihood([column], outputs, parameters)
  return (await numbersOf(referenceRuntime, p.logProb(cells))).map(Math.exp)
}

/** ∫ p(x) dx over the whole line by x = middle + width · sinh t, by Gauss's rule of two points, piece by piece. */
async function integral(
  column: TableColumn,
  ends: readonly number[],
  middle: number,
  width: number,
) {
  const n = 3000
  const t = ends.map((x) => Math.asinh((x - middle) / width))
  const pieces = t.slice(1).flatMap((high, piece) => {
    const low = t[piece]!
    const step = (high - low) / n
    const at = (i: number) => Math.floor(i / 2) + 0.5 + (i % 2 === 0 ? -0.5 : 0.5) / Math.sqrt(3)
    return Array.from({ length: 2 * n }, (_, i) => [low + at(i) * step, step / 2] as const)
  })
  const p = await density(
    column,
    pieces.map(([at]) => middle + width * Math.sinh(at)),
  )
  return p.reduce(
    (sum, value, i) => sum + value * pieces[i]![1] * width * Math.cosh(pieces[i]![0]),
    0,
  )
}

describe('a density in the units of the file', () => {
  it.each([
    ['pressure', [1.69e6, 1.71e6], 1.7e6, 10],
    ['heavy', [-1e6, 1e6], -2, 0.5],
    ['when', [0, 40_000], 19_000, 400],
    ['price', [1e-9, 1e9], 20, 20],
    ['mapped', [-400, -3, 0, 0.5, 4, 20, 400], 0, 3],
    ['mapped heavy', [-1e6, 1, 2, 6, 1e6], 2, 2],
  ] as const)('of %s integrates to one', async (name, ends, middle, width) => {
    expect(await integral(named(name), ends, middle, width)).toBeCloseTo(1, 7)
  })

  it('of counts sums to one', async () => {
    const all = Array.from({ length: 2000 }, (_, i) => i)
    for (const name of ['visits', 'calls', 'clicks'])
      expect((await density(named(name), all)).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9)
  })

  it('of binary and ordinal columns sums to one', async () => {
    for (const name of ['smoker', 'grade', 'yes']) {
      const column = named(name)
      const own =
        column.name === 'yes' ? { ...parameters, cutPoints: constant([0.4], [1]) } : parameters
      const k = column.categories!.length
      const outputs = constant([0.3], [1, 1]).expand([k, 1])
      const p = columnsLikelihood([column], outputs, own).logProb(
        matrix(column.categories!.map((_, i) => [i])),
      )
      const values = await numbersOf(referenceRuntime, p)
      expect(values.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 12)
    }
  })
})
