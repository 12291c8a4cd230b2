import { Tensor, topological } from './tensor.ts'

/**
 * Expressions with some of their nodes replaced by others of the same type and shape. Nodes that do not depend
 * on a replaced one are reused.
 */
export function substitute(
  outputs: readonly Tensor[],
  replacements: ReadonlyMap<Tensor, Tensor>,
): Tensor[] {
  if (replacements.size === 0) return [...outputs]
  const made = new Map<Tensor, Tensor>(replacements)
  for (const node of topological(outputs)) {
    if (made.has(node)) continue
    const inputs = node.inputs.map((input) => made.get(input)!)
    const same = inputs.every((input, i) => input === node.inputs[i])
    made.set(node, same ? node : Tensor.apply(node.op, inputs, node.attributes))
  }
  return outputs.map((output) => made.get(output)!)
}
