import { create, toBinary } from '@bufbuild/protobuf'
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf'
import { toFloat16s } from '../tensor/float16.ts'
import type { Floats, HostTensor } from '../tensor/host.ts'
import { elementTypes } from './element-types.ts'
import { type GraphDType, type OnnxAttributes, onnxTypes } from './rule.ts'
import type { Shape } from './shape.ts'

/** Declares a graph's input or output. */
export function valueInfo(
  name: string,
  dtype: GraphDType,
  shape: Shape,
  docString = '',
): ValueInfoProto {
  const dim = shape.map((d) =>
    create(TensorShapeProto_DimensionSchema, {
      value:
        typeof d === 'number'
          ? { case: 'dimValue', value: BigInt(d) }
          : { case: 'dimParam', value: d },
    }),
  )
  const tensorType = create(TypeProto_TensorSchema, {
    elemType: onnxTypes[dtype],
    shape: create(TensorShapeProtoSchema, { dim }),
  })
  const type = create(TypeProtoSchema, { value: { case: 'tensorType', value: tensorType } })
  return create(ValueInfoProtoSchema, { name, type, docString })
}

/** An initialiser. Hosts are little-endian, as ONNX's raw data is. */
export function initializer(name: string, { dtype, shape, data }: HostTensor): TensorProto {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return create(TensorProtoSchema, {
    name,
    dataType: elementTypes[dtype],
    dims: shape.map(BigInt),
    rawData: bytes as Uint8Array<ArrayBuffer>,
  })
}

const FLOAT16 = 10

/** An initialiser of float16: numbers rounded to the nearest of 16 bits. */
export function halfInitializer(name: string, { shape, data }: Floats): TensorProto {
  const bytes = new Uint8Array(toFloat16s(data).buffer)
  return create(TensorProtoSchema, {
    name,
    dataType: FLOAT16,
    dims: shape.map(BigInt),
    rawData: bytes as Uint8Array<ArrayBuffer>,
  })
}

function attribute(
  name: string,
  value: OnnxAttributes[string] | { graph: GraphProto },
): AttributeProto {
  const type = AttributeProto_AttributeType
  if ('graph' in value)
    return create(AttributeProtoSchema, { name, type: type.GRAPH, g: value.graph })
  if ('int' in value)
    return create(AttributeProtoSchema, { name, type: type.INT, i: BigInt(value.int) })
  if ('float' in value)
    return create(AttributeProtoSchema, { name, type: type.FLOAT, f: value.float })
  if ('ints' in value)
    return create(AttributeProtoSchema, { name, type: type.INTS, ints: value.ints.map(BigInt) })
  if ('floats' in value)
    return create(AttributeProtoSchema, { name, type: type.FLOATS, floats: [...value.floats] })
  const s = new TextEncoder().encode(value.string)
  return create(AttributeProtoSchema, { name, type: type.STRING, s })
}

/**
 * A node; `body` is the sub-graph of a control-flow op. The part of `opType` before its last dot
 * is the domain, for ops that are not ONNX's own.
 */
export function node(
  opType: string,
  name: string,
  input: readonly string[],
  output: readonly string[],
  attributes: OnnxAttributes = {},
  body?: GraphProto,
): NodeProto {
  const list = Object.entries(attributes).map(([key, value]) => attribute(key, value))
  if (body) list.push(attribute('body', { graph: body }))
  const dot = opType.lastIndexOf('.')
  return create(NodeProtoSchema, {
    opType: opType.slice(dot + 1),
    domain: opType.slice(0, Math.max(dot, 0)),
    name,
    input: [...input],
    output: [...output],
    attribute: list,
  })
}

/** A graph or sub-graph. */
export function graph(
  name: string,
  parts: {
    nodes: readonly NodeProto[]
    initializers: readonly TensorProto[]
    inputs: readonly ValueInfoProto[]
    outputs: readonly ValueInfoProto[]
  },
  docString = '',
): GraphProto {
  return create(GraphProtoSchema, {
    name,
    docString,
    node: [...parts.nodes],
    initializer: [...parts.initializers],
    input: [...parts.inputs],
    output: [...parts.outputs],
  })
}

/** IR version 8 goes with opset 17 and 18, and every ONNX Runtime since 1.14 reads it. */
const IR_VERSION = 8n

/** The domains of a graph's ops, those of its sub-graphs included. */
function domains(body: GraphProto): Set<string> {
  const inner = body.node.flatMap((n) => n.attribute.flatMap((a) => (a.g ? [...domains(a.g)] : [])))
  return new Set([...body.node.map((n) => n.domain), ...inner])
}

/** The bytes of an ONNX model, with version 1 of any domain other than ONNX's own. */
export function model(
  body: GraphProto,
  opset: number,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const others = [...domains(body)].filter((domain) => domain !== '')
  const opsets = [
    create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(opset) }),
    ...others.map((domain) => create(OperatorSetIdProtoSchema, { domain, version: 1n })),
  ]
  const message = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    opsetImport: opsets,
    producerName: 'latentlab',
    graph: body,
    metadataProps: Object.entries(metadata).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    ),
  })
  return toBinary(ModelProtoSchema, message)
}
