import { describe, expect, it } from 'vitest'
import { columnsLikelihood } from '../../../src/distributions/columns/likelihood.ts'
import { negativeBinomial } from '../../../src/distributions/negative-binomial.ts'
import { poisson } from '../../../src/distributions/poisson.ts'
import { studentT } from '../../../src/distributions/student-t.ts'
import { constant, type Tensor } from '../../../src/graph/tensor.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import { numbersOf, onnx } from '../../train/onnx.ts'
import { cellsOf, columns, constants, counts, matrix, studentT as studentTs, tables } from './table.ts'

const exactly = (expression: Tensor) => numbersOf(referenceRuntime, expression)
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)

/** The largest difference from what is expected, relative to numbers above 1. */
const error = (found: readonly number[], expected: readonly number[]) => {
  expect(found).toHaveLength(expected.length)
  return Math.max(
    ...found.map((x, i) => Math.abs(x - expected[i]!) / Math.max(1, Math.abs(expected[i]!))),
  )
}

describe('the likelihood of a row', () => {
  it.each(tables.map((table) => [JSON.stringify(table.options), table] as const))(
    'is that of SciPy in the units of the file, with options %s',
    async (_, { options, parameters, outputs, values, logProb }) => {
      const p = columnsLikelihood(columns, matrix(outputs), constants(parameters), options)
      const cells = cellsOf(columns, values)
      expect(error(await exactly(p.logProbPerColumn(cells)), logProb.flat())).toBeLessThan(1e-9)
      expect(error(await exactly(p.logProb(cells)), logProb.map(sum))).toBeLessThan(1e-9)
      console.log(error(await numbersOf(onnx(), p.logProbPerColumn(cells)), logProb.flat()))
    },
  )
  it('x', async () => {
    const at = (i: number) => constant(counts.map((row) => row[i]!), [1, counts.length])
    const po = poisson(at(1)).logProbPerDimension(at(0))
    const nb = negativeBinomial(at(1), at(2)).logProbPerDimension(at(0))
    const st = (i: number) => constant(studentTs.map((row) => row[i]!), [1, studentTs.length])
    const t = studentT(constant([0], [1, 1]), st(1), st(2)).logProbPerDimension(st(0))
    for (const rt of [referenceRuntime, onnx()]) {
      const a = await numbersOf(rt, po)
      const b = await numbersOf(rt, nb)
      const c = await numbersOf(rt, t)
      console.log(error(a, counts.map((r) => r[3]!)), error(b, counts.map((r) => r[4]!)), error(c, studentTs.map((r) => r[3]!)))
      const abs = b.map((v, i) => [Math.abs(v - counts[i]![4]!), ...counts[i]!]).sort((x, y) => y[0]! - x[0]!)
      console.log(abs.slice(0, 6))
    }
  })
})
