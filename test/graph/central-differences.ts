import { expect } from 'vitest'
import { gradients } from '../../src/graph/autodiff.ts'
import { interpret } from '../../src/graph/interpret.ts'
import { constant, type Tensor } from '../../src/graph/tensor.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { numbers } from './arrays.ts'

/**
 * Central differences err by h²/6 · f''' ≈ 2e-11 and by rounding, 1e-16 · |f| / h ≈ 1e-10 for the |f| up
 * to 10² met here. Both are far below the tolerance, and every mistake in a formula is far above it.
 */
const STEP = 1e-5
const TOLERANCE = 1e-6

/** Σ w · x over all elements, with weights that are different everywhere. */
export const weighted = (x: Tensor, seed: number) =>
  x.mul(constant(numbers(seed, x.size), x.shape as number[])).sum()

const evaluate = ([...values]: readonly number[][], scalars: readonly Tensor[], inputs: Tensor[]) =>
  interpret(
    scalars,
    Object.fromEntries(
      inputs.map((input, i) => [
        `x${i}`,
        hostTensor('float64', input.shape as number[], Float64Array.from(values[i]!)),
      ]),
    ),
  ).map((value) => [...(value.data as Float64Array)])

/**
 * Compares `gradients(f)` with central differences of `f`, in every element of every input; these are called x0, x1 and
 * so on.
 */
export function expectDerivative(f: Tensor, inputs: Tensor[], at: readonly (readonly number[])[]) {
  const derivatives = evaluate(
    at.map((x) => [...x]),
    gradients(f, inputs),
    inputs,
  )
  at.forEach((x, i) => {
    x.forEach((_, j) => {
      const moved = (by: number) =>
        evaluate(
          at.map((values, k) => values.map((v, l) => (k === i && l === j ? v + by : v))),
          [f],
          inputs,
        )[0]![0]!
      const numeric = (moved(STEP) - moved(-STEP)) / (2 * STEP)
      const difference = Math.abs(derivatives[i]![j]! - numeric)
      const where = `input ${i}, element ${j}: ${derivatives[i]![j]} against ${numeric}`
      expect(difference, where).toBeLessThan(TOLERANCE * Math.max(1, Math.abs(numeric)))
    })
  })
}
