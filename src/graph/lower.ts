import type { NodeProto, TensorProto } from 'onnx-buf'
import type { HostTensor } from '../tensor/host.ts'
import { hostTensor } from '../tensor/host.ts'
import { opTable } from './ops/table.ts'
import * as proto from './proto.ts'
import type { Emitter, OnnxAttributes, OpAttributes, OpName, OpRule } from './rule.ts'
import { broadcast, type Shape, sameShape } from './shape.ts'
import { simplify } from './simplify.ts'
import { type Tensor, topological } from './tensor.ts'

/** ONNX nodes under construction, for a graph or for the body of a loop. */
export interface Scope extends Emitter {
  readonly nodes: NodeProto[]
  readonly initializers: TensorProto[]
  readonly opset: number
}

/**
 * An empty scope; `prefix` keeps its names apart from those of an enclosing one, and a % from those of
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
  return {
    nodes,
    initializers,
    opset,
    ops,
    op: (type, inputs, attributes) => ops(type, inputs, 1, attributes)[0]!,
    constant,
    int64s,
    float: (value) => constant(hostTensor('float32', [], Float32Array.of(value))),
    shape(shape: Shape) {
      const symbolic = shape.filter((d) => typeof d === 'string').length
      if (symbolic > 1) throw new Error(`cannot write a shape with ${symbolic} unknown sizes`)
      return int64s(shape.map((d) => (typeof d === 'number' ? d : -1)))
    },
  }
}

const spell = (x: number | bigint) => (Object.is(x, -0) ? '-0' : String(x))

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
  const uses = new Map<Tensor, number>()
  for (const node of [...order.flatMap((n) => n.inputs), ...outputs])
    uses.set(node, (uses.get(node) ?? 0) + 1)
  const names = new Map(bound)

  const visit = (node: Tensor): string => {
    const done = names.get(node)
    if (done !== undefined) return done
    const name = gemm(to, node, uses, visit) ?? plain(to, node, visit)
    names.set(node, name)
    return name
  }
  // Inputs before what needs them, so that the recursion stays shallow; `wanted` skips what a fusion absorbs.
  const absorbed = new Set<Tensor>()
  for (const node of order) for (const part of fused(node, uses)) absorbed.add(part)
  for (const node of order) if (!absorbed.has(node)) visit(node)
  return outputs.map(visit)
}

function plain(to: Scope, node: Tensor, visit: (x: Tensor) => string): string {
  const rule = opTable[node.op] as unknown as OpRule<OpAttributes[OpName]>
  return rule.onnx(to, node.inputs.map(visit), node, node.attributes)
}

/** The factor and the rest of `x · c`, where c is a constant number. */
function factored(x: Tensor): { rest: Tensor; factor: number } {
  if (x.op === 'neg') return { rest: x.inputs[0]!, factor: -1 }
  const second = x.op === 'mul' ? x.inputs[1]! : undefined
  if (second?.op !== 'constant' || second.rank !== 0 || second.dtype !== 'float')
    return { rest: x, factor: 1 }
  return { rest: x.inputs[0]!, factor: second.attributesOf('constant').value.data[0] as number }
}

interface Gemm {
  readonly product: Tensor
  readonly alpha: number
  readonly addend?: Tensor
  readonly beta: number
  /** Nodes whose values nobody else needs. */
  readonly absorbed: readonly Tensor[]
}

/** Reads `node` as α·A·B + β·C, if it is one whose parts nobody else uses. */
function matchGemm(node: Tensor, uses: ReadonlyMap<Tensor, number>): Gemm | undefined {
  const alone = (x: Tensor) => uses.get(x) === 1
  const scaledProduct = (x: Tensor) => {
    const { rest, factor } = factored(x)
    return rest.op === 'dot' && (rest === x || alone(rest))
      ? { product: rest, alpha: factor, absorbed: rest === x ? [] : [rest] }
      : undefined
  }
  if (node.op === 'mul' || node.op === 'neg') {
    const found = scaledProduct(node)
    return found && { ...found, beta: 0 }
  }
  if (node.op !== 'add') return undefined
  for (const [x, other] of [
    [node.inputs[0]!, node.inputs[1]!],
    [node.inputs[1]!, node.inputs[0]!],
  ] as const) {
    const found = alone(x) ? scaledProduct(x) : undefined
    if (!found || x === other || !sameShape(x.shape, node.shape)) continue
    if (!sameShape(broadcast(other.shape, node.shape), node.shape) || other.rank > 2) continue
    const { rest, factor } = alone(other) ? factored(other) : { rest: other, factor: 1 }
    const inside = [x, ...found.absorbed, ...(rest === other ? [] : [other])]
    return {
      product: found.product,
      alpha: found.alpha,
      addend: rest,
      beta: factor,
      absorbed: inside,
    }
  }
  return undefined
}

const fused = (node: Tensor, uses: ReadonlyMap<Tensor, number>): readonly Tensor[] =>
  matchGemm(node, uses)?.absorbed ?? []

function gemm(
  to: Scope,
  node: Tensor,
  uses: ReadonlyMap<Tensor, number>,
  visit: (x: Tensor) => string,
): string | undefined {
  const found = matchGemm(node, uses)
  if (!found) return undefined
  const { transposeA, transposeB } = found.product.attributesOf('dot')
  const inputs = [...found.product.inputs, ...(found.addend ? [found.addend] : [])]
  const attributes: OnnxAttributes = {
    transA: { int: Number(transposeA) },
    transB: { int: Number(transposeB) },
    alpha: { float: found.alpha },
    beta: { float: found.addend ? found.beta : 1 },
  }
  return to.op('Gemm', inputs.map(visit), attributes)
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

/**
 * Writes expressions as an ONNX model, simplified first.
 *
 * @param outputs the model's outputs by name
 * @param opset 17 for exported models, 18 where bit operations are needed
 */
export function writeModel(outputs: Readonly<Record<string, Tensor>>, opset = 17): Uint8Array {
  const names = Object.keys(outputs)
  const values = simplify(Object.values(outputs))
  const main = scope('t', opset)
  const lowered = lower(main, values)
  const declared = names.map((name, i) => {
    // An output needs a name of its own, also where it is an input or another output.
    main.nodes.push(proto.node('Identity', `output_${name}`, [lowered[i]!], [name]))
    return proto.valueInfo(name, values[i]!.dtype, values[i]!.shape)
  })
  const read = inputsOf(values)
  const twice = names.find((name) => read.has(name))
  if (twice !== undefined) throw new Error(`an input and an output are both called ${twice}`)
  const inputs = [...read].map(([name, x]) => proto.valueInfo(name, x.dtype, x.shape))
  const body = proto.graph('latentlab', { ...main, inputs, outputs: declared })
  return proto.model(body, opset)
}
