import { describe, expect, it } from 'vitest'
import { boundedDegrees, DEGREES_BOUNDS, studentT } from '../../src/distributions/student-t.ts'
import { gradients } from '../../src/graph/autodiff.ts'
import { constant, Tensor } from '../../src/graph/tensor.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { expectDerivative, weighted } from '../graph/central-differences.ts'
import { numbersOf, onnx } from '../train/onnx.ts'
import { studentT as scipy } from './columns/table.ts'
import { largestError } from './errors.ts'

const row = (values: readonly number[]) => constant(values, [1, values.length])
const column = (i: number) => scipy.map((found) => found[i]!)

describe('Student-t', () => {
  it('has SciPy’s log-density, to 1e-9 in float64 and 2e-7 in float32', async () => {
    const location = constant([0], [1, 1])
    const p = studentT(location, row(column(1)), row(column(2))).logProbPerDimension(row(column(0)))
    for (const [runtime, tolerance] of [
      [referenceRuntime, 1e-9],
      [onnx(), 2e-7],
    ] as const)
      expect(largestError(await numbersOf(runtime, p), column(3))).toBeLessThan(tolerance)
  })

  it('adds up over dimensions, and has its location as mean', async () => {
    const t = studentT(row([1, -2]), row([1, 2]), row([1, 1]))
    const cauchy = -Math.log(Math.PI * 2) - Math.log(2 * Math.PI * 2)
    expect((await numbersOf(referenceRuntime, t.logProb(row([2, -4]))))[0]).toBeCloseTo(cauchy, 10)
    expect(await numbersOf(referenceRuntime, t.mean())).toEqual([1, -2])
  })

  it('has the gradients that finite differences find, and gradients of these', () => {
    const x = row([0.3, -1, 12])
    const inputs = [Tensor.input('x0', [1, 3]), Tensor.input('x1', [3]), Tensor.input('x2', [3])]
    const at = [
      [0.1, 2, -1],
      [0.5, 1, 3],
      [1.2, 8, 60],
    ]
    const [mu, sigma, nu] = inputs as [Tensor, Tensor, Tensor]
    const loss = weighted(studentT(mu, sigma, nu).logProbPerDimension(x), 3)
    expectDerivative(loss, inputs, at)
    const second = gradients(loss, inputs).map((slope, i) => weighted(slope, 4 + i))
    expectDerivative(
      second.reduce((a, b) => a.add(b)),
      inputs,
      at,
    )
  })

  it('has learned degrees of freedom within bounds', async () => {
    const degrees = boundedDegrees(constant([-50, Math.log(7), 50], [3]))
    const [low, high] = DEGREES_BOUNDS
    const found = await numbersOf(referenceRuntime, degrees)
    ;[low, 7, high].forEach((nu, i) => {
      expect(found[i]).toBeCloseTo(nu, 9)
    })
  })
})
