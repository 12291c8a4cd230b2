import type { NodeProto, TensorProto } from 'onnx-buf'
import type { HostTensor } from '../tensor/host.ts'
import { hostTensor } from '../tensor/host.ts'
import { convolutionsInBlocks } from './blocked.ts'
import { fused, usesOf } from './fusions.ts'
import type { Lowering } from './lowering.ts'
import { opTable } from './ops/table.ts'
import * as proto from './proto.ts'
import type { Emitter, OnnxAttributes, OpAttributes, OpName, OpRule } from './rule.ts'
import { type Shape, sameShape } from './shape.ts'
import { simplify } from './simplify.ts'
import { type Tensor, topological } from './tensor.ts'

/** ONNX nodes under construction, for a graph or for the body of a loop. */
export interface Scope extends Emitter {
  readonly nodes: NodeProto[]
  readonly initializers: TensorProto[]
  readonly opset: number
}

/**
 * An empty scope; `prefix` distinguishes its names from those of an enclosing one, and a % from those of
 * inputs and outputs.
 */
export function scope(prefix: string, opset: number): Scope {
  const nodes: NodeProto[] = []
  const initializers: TensorProto[] = []
  const emitted = new Map<string, string[]>()
  const constants = new Map<string, string>()
  let count = 0

  const ops: Scope['ops'] = (type, given, outputs, attributesGiven = {}) => {
    const [inputs, attributes] = spelled(type, given, attributesGiven)
    const key = `${type}(${inputs.join()})${outputs}${JSON.stringify(attributes)}`
    const before = emitted.get(key)
    if (before) return before
    const names = Array.from({ length: outputs }, () => `%${prefix}${count++}`)
    nodes.push(proto.node(type, `${type}_${names[0]}`, inputs, names, attributes))
    emitted.set(key, names)
    return names
  }
  const constant = (value: HostTensor): string => {
    const { dtype, shape, data } = value
    const key = data.length <= 64 ? `${dtype}[${shape}]${Array.from(data as never, spell)}` : ''
    const before = key && constants.get(key)
    if (before) return before
    const name = `%${prefix}c${count++}`
    initializers.push(proto.initializer(name, value))
    if (key) constants.set(key, name)
    return name
  }
  const int64s = (values: readonly number[]) =>
    constant(
      hostTensor(
        'int64',
        [values.length],
        BigInt64Array.from(values, (n) => BigInt(n)),
      ),
    )
  /** ReduceMax takes its axes as an attribute up to opset 17, and as an input from 18 on. */
  const spelled = (type: string, inputs: readonly string[], attributes: OnnxAttributes) => {
    const { axes, ...rest } = attributes
    if (type !== 'ReduceMax' || opset < 18 || !axes || !('ints' in axes))
      return [inputs, attributes] as const
    return [[...inputs, int64s(axes.ints)], rest] as const
  }
  const op: Scope['op'] = (type, inputs, attributes) => ops(type, inputs, 1, attributes)[0]!
  const shapeValue = (shape: Shape) => {
    const symbolic = shape.filter((d) => typeof d === 'string').length
    if (symbolic > 1) throw new Error(`cannot write a shape with ${symbolic} unknown sizes`)
    return int64s(shape.map((d) => (typeof d === 'number' ? d : -1)))
  }
  const unshaped = new Map<string, { value: string; shape: Shape }>()
  const reshape: Scope['reshape'] = (value, from, to) => {
    const origin = unshaped.get(value) ?? { value, shape: from }
    if (sameShape(origin.shape, to)) return origin.value
    const shaped = op('Reshape', [origin.value, shapeValue(to)], { allowzero: { int: 1 } })
    unshaped.set(shaped, origin)
    return shaped
  }
  return {
    nodes,
    initializers,
    opset,
    ops,
    op,
    constant,
    int64s,
    float: (value) => constant(hostTensor('float32', [], Float32Array.of(value))),
    reshape,
    shape: shapeValue,
  }
}

const spell = (x: number | bigint) => (Object.is(x, -0) ? '-0' : String(x))

/** The expressions that are written for these outputs. */
export function prepared(outputs: readonly Tensor[], { blocks }: Lowering): Tensor[] {
  const simple = simplify(outputs)
  return blocks === undefined ? simple : convolutionsInBlocks(simple, blocks)
}

/**
 * Adds the nodes of simplified expressions to a scope.
 *
 * @param bound names of values that exist already: inputs, and what an enclosing scope has computed
 * @returns the name of each output's value
 */
export function lower(
  to: Scope,
  outputs: readonly Tensor[],
  bound: ReadonlyMap<Tensor, string> = new Map(),
): string[] {
  const order = topological(outputs)
  const uses = usesOf(outputs)
  const names = new Map(bound)

  const visit = (node: Tensor): string => {
    const done = names.get(node)
    if (done !== undefined) return done
    const fusion = fused(node, uses)
    const name = fusion ? fusion.onnx(to, visit) : plain(to, node, visit)
    names.set(node, name)
    return name
  }
  // Inputs before the nodes that read them, so that the recursion stays shallow. What a fusion absorbs is skipped.
  const absorbed = new Set<Tensor>()
  for (const node of order) for (const part of fused(node, uses)?.absorbed ?? []) absorbed.add(part)
  for (const node of order) if (!absorbed.has(node)) visit(node)
  return outputs.map(visit)
}

/** Adds the node or nodes of one expression; `visit` gives the names of its inputs. */
export function plain(to: Scope, node: Tensor, visit: (x: Tensor) => string): string {
  const rule = opTable[node.op] as unknown as OpRule<OpAttributes[OpName]>
  return rule.onnx(to, node.inputs.map(visit), node, node.attributes)
}

/** The nodes that some output needs: a reshape of a reshape leaves the first one unused. */
export function needed(nodes: readonly NodeProto[], outputs: readonly string[]): NodeProto[] {
  const read = new Set(outputs)
  const kept = [...nodes].reverse().filter((node) => {
    if (!node.output.some((name) => read.has(name))) return false
    for (const name of node.input) read.add(name)
    return true
  })
  return kept.reverse()
}

/** The inputs that expressions read, by name; throws where one name stands for two inputs. */
export function inputsOf(outputs: readonly Tensor[]): Map<string, Tensor> {
  const found = new Map<string, Tensor>()
  for (const node of topological(outputs)) {
    if (node.op !== 'input') continue
    const { name } = node.attributesOf('input')
    const before = found.get(name)
    if (
      before &&
      before !== node &&
      !(sameShape(before.shape, node.shape) && before.dtype === node.dtype)
    )
      throw new Error(`two different inputs are called ${name}`)
    found.set(name, node)
  }
  return found
}
