import { type HostTensor, int64s } from '../tensor/host.ts'
import { opTable } from './ops/table.ts'
import type { GraphDType, OpAttributes, OpName, OpRule, Value } from './rule.ts'
import { type Dim, resolvedDim } from './shape.ts'
import { type Tensor, topological } from './tensor.ts'

/**
 * A host array as a value of the interpreter: floats become float64, integers int64.
 *
 * @param dtype of the input that it is fed to: one of type `double` takes float64 only
 */
export function toValue(tensor: HostTensor, dtype?: GraphDType): Value {
  const { shape, data } = tensor
  switch (tensor.dtype) {
    case 'float32':
    case 'float64':
      if (dtype === 'double' && tensor.dtype === 'float64')
        return { dtype: 'double', shape, data: data as Float64Array }
      return { dtype: 'float', shape, data: Float64Array.from(data as Float32Array) }
    case 'int32':
      return { dtype: 'int64', shape, data: int64s(data as Int32Array) }
    case 'int64':
      return { dtype: 'int64', shape, data: data as BigInt64Array }
    default:
      return { dtype: tensor.dtype, shape, data: data as Uint8Array }
  }
}

/** Evaluates one node given the values of its inputs. */
export function evaluateNode(
  node: Tensor,
  inputs: readonly Value[],
  resolve: (dimension: Dim) => number,
): Value {
  const rule = opTable[node.op] as unknown as OpRule<OpAttributes[OpName]>
  return rule.reference(inputs, node.attributes, resolve)
}

/**
 * Runs a graph in float64: the reference for every other runtime.
 *
 * @param feeds values of the inputs by name; symbolic dimensions take their sizes from them
 * @param converted inputs that `toValue` has made values of already, in whose place feeds come first
 */
export function interpret(
  outputs: readonly Tensor[],
  feeds: Readonly<Record<string, HostTensor>>,
  converted: Readonly<Record<string, Value>> = {},
): Value[] {
  const values = new Map<Tensor, Value>()
  const sizes = new Map<string, number>()
  const resolve = (dimension: Dim) => resolvedDim(dimension, (name) => sizes.get(name))
  const order = topological(outputs)
  for (const node of order) {
    if (node.op !== 'input') continue
    const { name } = node.attributesOf('input')
    const fed = feeds[name]
    const value = fed ? toValue(fed, node.dtype) : converted[name]
    if (!value) throw new Error(`no value was fed for the input ${name}`)
    bindShape(name, node, value, sizes)
    values.set(node, value)
  }
  for (const node of order) {
    if (values.has(node)) continue
    const inputs = node.inputs.map((input) => values.get(input)!)
    values.set(node, evaluateNode(node, inputs, resolve))
  }
  return outputs.map((output) => values.get(output)!)
}

function bindShape(name: string, node: Tensor, value: Value, sizes: Map<string, number>): void {
  const fits =
    value.dtype === node.dtype &&
    value.shape.length === node.rank &&
    node.shape.every((dimension, i) => {
      if (typeof dimension === 'number') return dimension === value.shape[i]
      const size = sizes.get(dimension) ?? value.shape[i]!
      sizes.set(dimension, size)
      return size === value.shape[i]
    })
  if (!fits)
    throw new Error(
      `input ${name} takes ${node.dtype} [${node.shape}], was fed ${value.dtype} [${value.shape}]`,
    )
}
