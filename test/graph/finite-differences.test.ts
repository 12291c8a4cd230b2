import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/graph/autodiff.ts'
import { interpret } from '../../src/graph/interpret.ts'
import { opTable } from '../../src/graph/ops/table.ts'
import type { OpName } from '../../src/graph/rule.ts'
import { constant, Tensor } from '../../src/graph/tensor.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { numbers } from './arrays.ts'
import { type Case, differentiable } from './differentiable-cases.ts'

/**
 * Central differences err by h²/6 · f''' ≈ 2e-11 and by rounding, 1e-16 · |f| / h ≈ 1e-10 for the |f| up
 * to 10² met here. Both are far below the tolerance, and every mistake in a formula is far above it.
 */
const STEP = 1e-5
const TOLERANCE = 1e-6

/** Σ w · x over all elements, with weights that are different everywhere. */
const weighted = (x: Tensor, seed: number) =>
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

/** Compares `gradients(f)` with central differences of `f`, in every element of every input. */
function expectDerivative(f: Tensor, inputs: Tensor[], at: readonly (readonly number[])[]) {
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

function build({ shapes, build }: Case) {
  const inputs = shapes.map((shape, i) => Tensor.input(`x${i}`, shape))
  const y = build(...inputs)
  // The square makes the second derivative of a linear op differ from zero, and dy depend on the inputs.
  return { inputs, loss: weighted(y.add(y.square()), 77) }
}

const withGradient = (Object.keys(opTable) as OpName[]).filter(
  (op) => opTable[op].gradient !== 'none',
)

describe('finite differences in float64', () => {
  it('have a case for every op that claims a gradient, and for no other', () => {
    expect(Object.keys(differentiable).sort()).toEqual([...withGradient].sort())
  })

  describe.each(withGradient)('of %s', (op) => {
    const cases = (differentiable[op] ?? []).map(
      (example) => [example.shapes.map((shape) => `[${shape}]`).join(' '), example] as const,
    )

    it.each(cases)('use the op itself, inputs %s', (_, example) => {
      const nodes = new Set<string>()
      const visit = (node: Tensor) => {
        nodes.add(node.op)
        node.inputs.forEach(visit)
      }
      visit(example.build(...build(example).inputs))
      expect(nodes).toContain(op)
    })

    it.each(cases)('agree with its gradient, inputs %s', (_, example) => {
      const { inputs, loss } = build(example)
      expectDerivative(loss, inputs, example.at)
    })

    it.each(cases)('agree with the gradient of its gradient, inputs %s', (_, example) => {
      const { inputs, loss } = build(example)
      const first = gradients(loss, inputs)
      const combined = first
        .map((gradient, i) => weighted(gradient, 100 + i))
        .reduce((a, b) => a.add(b))
      expectDerivative(combined, inputs, example.at)
    })
  })
})
