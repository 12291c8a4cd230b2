import { expect, it } from 'vitest'
import type { TableColumn } from '../../../src/distributions/columns/column.ts'
import { columnsLikelihood } from '../../../src/distributions/columns/likelihood.ts'
import { constant } from '../../../src/graph/tensor.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import { numbersOf } from '../../train/onnx.ts'

const column: TableColumn = {
  name: 'cost',
  kind: 'count',
  distribution: 'negative-binomial',
  gaps: false,
  centre: 0.5,
  scale: 2,
  initial: { mean: 6, dispersion: 0.25 },
}

it('an output of 0 is the mean of the training rows, with the dispersion of their variance', async () => {
  const p = columnsLikelihood([column], constant([0, 0.5], [2, 1]), {
    logDispersion: constant([0], [1]),
  })
  const [mean, next] = await numbersOf(referenceRuntime, p.mean())
  expect(mean).toBeCloseTo(6, 12)
  expect(next).toBeCloseTo(6 * Math.E, 12)
  // P(0) = (r / (r + μ))^r
  const [zero] = await numbersOf(referenceRuntime, p.logProb(constant([0, 0], [2, 1])))
  expect(zero).toBeCloseTo(0.25 * Math.log(0.25 / 6.25), 12)
})
