import { opTable } from './ops/table.ts'
import type { OpAttributes, OpName, OpRule } from './rule.ts'
import { formatShape, sameShape } from './shape.ts'
import { fill, type Tensor, topological } from './tensor.ts'

/**
 * Reverse-mode differentiation of a scalar. The gradients are expressions, too, and can be differentiated
 * again.
 *
 * @param output the scalar, shape []
 * @param variables what to differentiate with respect to
 * @returns the gradient for each variable, of the variable's shape; zeros where the output does not depend on it
 */
export function gradients(output: Tensor, variables: readonly Tensor[]): Tensor[] {
  if (output.rank !== 0 || output.dtype !== 'float')
    throw new Error(
      `only a float scalar can be differentiated, got ${output.dtype} ${formatShape(output.shape)}`,
    )
  const nodes = topological([output])
  const relevant = dependents(nodes, variables)
  const adjoints = new Map<Tensor, Tensor>([[output, fill([], 1)]])
  for (const node of nodes.reverse()) {
    const dy = adjoints.get(node)
    if (!dy || !relevant.has(node)) continue
    const { gradient } = opTable[node.op] as unknown as OpRule<OpAttributes[OpName]>
    if (gradient === 'none') continue
    const partials = gradient(node, dy, node.attributes)
    node.inputs.forEach((input, i) => {
      const partial = partials[i]
      if (!partial || !relevant.has(input)) return
      if (!sameShape(partial.shape, input.shape))
        throw new Error(
          `gradient of ${node.op} has ${formatShape(partial.shape)} for ${formatShape(input.shape)}`,
        )
      const before = adjoints.get(input)
      adjoints.set(input, before ? before.add(partial) : partial)
    })
  }
  return variables.map((variable) => adjoints.get(variable) ?? fill(variable.shape, 0))
}

/** The nodes among `nodes` (in topological order) that depend on a variable. */
function dependents(nodes: readonly Tensor[], variables: readonly Tensor[]): Set<Tensor> {
  const found = new Set<Tensor>(variables)
  for (const node of nodes) if (node.inputs.some((input) => found.has(input))) found.add(node)
  return found
}
