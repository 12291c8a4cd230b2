import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/graph/autodiff.ts'
import { opTable } from '../../src/graph/ops/table.ts'
import type { OpName } from '../../src/graph/rule.ts'
import { Tensor } from '../../src/graph/tensor.ts'
import { expectDerivative, weighted } from './central-differences.ts'
import { type Case, differentiable } from './differentiable-cases.ts'

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
