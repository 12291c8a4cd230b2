import { create } from '@bufbuild/protobuf'
import { AttributeProto_AttributeType, AttributeProtoSchema } from 'onnx-buf'
import * as proto from '../../src/graph/proto.ts'
import type { GraphDType } from '../../src/graph/rule.ts'
import type { Shape } from '../../src/graph/shape.ts'
import type { Chain } from './library.ts'

const dtypes: Readonly<Record<number, GraphDType>> = {
  1: 'float',
  2: 'uint8',
  7: 'int64',
  9: 'bool',
}

/** Shapes of the fed inputs, and a model of one node that computes `y0`, `y1` … and `token`. */
export function chainModel(chain: Chain, shapes: readonly Shape[], types?: readonly number[]) {
  const inputs = shapes.map((_, i) => `x${i}`)
  const outputs = outputNames(chain)
  const { constants = [], plain = 0 } = chain
  const node = proto.node('latentlab.Chain', 'chain', inputs, outputs, {
    space: { ints: [...chain.space] },
    inputs: { ints: chain.inputs.flat() },
    code: { ints: chain.code.flat() },
    outputs: { ints: chain.outputs.flat() },
    shapes: { ints: chain.shapes.flatMap((shape) => [shape.length, ...shape]) },
    plain: { int: plain },
  })
  const type = AttributeProto_AttributeType.FLOATS
  node.attribute.push(
    create(AttributeProtoSchema, { name: 'constants', type, floats: [...constants] }),
  )
  const typeOf = (i: number) => dtypes[types?.[i] ?? chain.inputs[i]?.[0] ?? 1]!
  const graph = proto.graph('chain', {
    nodes: [node],
    initializers: [],
    inputs: inputs.map((name, i) => proto.valueInfo(name, typeOf(i), shapes[i]!)),
    outputs: outputs.map((name, i) => proto.valueInfo(name, 'float', openShape(chain.shapes[i]))),
  })
  return proto.model(graph, 18)
}

/** The ONNX outputs of a chain, in order. */
export function outputNames(chain: Chain): string[] {
  const names = chain.shapes.map((_, i) => `y${i}`)
  return chain.outputs.some(([, , target]) => target! >= 0) ? [...names, 'token'] : names
}

const openShape = (shape: readonly number[] = [1]): Shape =>
  shape.map((size) => (size < 0 ? 'n' : size))
