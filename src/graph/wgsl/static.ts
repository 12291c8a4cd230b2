import type { OpAttributes, OpName } from '../rule.ts'
import { resolvedDim, type Shape } from '../shape.ts'
import { Tensor, topological } from '../tensor.ts'

/** Sizes of symbolic dimensions by their names. */
export type Sizes = Readonly<Record<string, number>>

/**
 * Expressions whose symbolic dimensions have become numbers. Inputs of one name are one.
 *
 * @param replaced expressions in place of inputs, by their names
 */
export function withSizes(
  outputs: readonly Tensor[],
  sizes: Sizes,
  replaced: ReadonlyMap<string, Tensor> = new Map(),
): Tensor[] {
  const made = new Map<Tensor, Tensor>()
  const inputs = new Map<string, Tensor>(replaced)
  const shape = (s: Shape) => s.map((d) => resolvedDim(d, (name) => sizes[name]))
  for (const node of topological(outputs)) {
    if (node.op !== 'input') {
      const given = node.inputs.map((input) => made.get(input)!)
      made.set(node, Tensor.apply(node.op, given, staticAttributes(node, shape)))
      continue
    }
    const { name } = node.attributesOf('input')
    const known = inputs.get(name) ?? Tensor.input(name, shape(node.shape), node.dtype)
    inputs.set(name, known)
    made.set(node, known)
  }
  return outputs.map((output) => made.get(output)!)
}

function staticAttributes(node: Tensor, shape: (s: Shape) => number[]): OpAttributes[OpName] {
  if (node.op !== 'reshape' && node.op !== 'expand') return node.attributes
  return { shape: shape(node.attributesOf(node.op).shape) }
}
