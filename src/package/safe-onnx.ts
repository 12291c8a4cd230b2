import { type DescMessage, fromBinary, isFieldSet, type Message } from '@bufbuild/protobuf'
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
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
import { elementTypes } from '../graph/element-types.ts'
import { described, listed } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import { bytesPerElement, type DType } from '../tensor/host.ts'
import { packagedOps } from './onnx-ops.ts'

/** The version of ONNX's ops that packages use. */
const OPSET = 17n
/** The versions of the file format up to the one that goes with the opset. */
const IR_VERSIONS = [7n, 8n]

const MOST_NODES = 100_000
/** As many as the writer's own arrays may have. */
const MOST_AXES = 32

/** An input or output of a graph. */
export interface OnnxValue {
  readonly name: string
  readonly dtype: DType | 'float16'
  /** Sizes, and names of those that a run decides, as `batch`. */
  readonly shape: readonly (number | string)[]
}

export interface OnnxSignature {
  readonly inputs: readonly OnnxValue[]
  readonly outputs: readonly OnnxValue[]
}

/**
 * The fields of each message that a package's graphs may use. All others are refused: those that name other files, hold
 * functions, sub-graphs or training, and whatever later versions of the format may add.
 */
const fields: readonly (readonly [DescMessage, readonly string[]])[] = [
  [
    ModelProtoSchema,
    [
      'ir_version',
      'opset_import',
      'producer_name',
      'producer_version',
      'doc_string',
      'graph',
      'metadata_props',
    ],
  ],
  [OperatorSetIdProtoSchema, ['domain', 'version']],
  [StringStringEntryProtoSchema, ['key', 'value']],
  [
    GraphProtoSchema,
    ['node', 'name', 'initializer', 'doc_string', 'input', 'output', 'metadata_props'],
  ],
  [NodeProtoSchema, ['input', 'output', 'name', 'op_type', 'domain', 'attribute']],
  [AttributeProtoSchema, ['name', 'type', 'f', 'i', 's', 'floats', 'ints']],
  [TensorProtoSchema, ['dims', 'data_type', 'name', 'raw_data', 'doc_string']],
  [ValueInfoProtoSchema, ['name', 'type', 'doc_string', 'metadata_props']],
  [TypeProtoSchema, ['tensor_type']],
  [TypeProto_TensorSchema, ['elem_type', 'shape']],
  [TensorShapeProtoSchema, ['dim']],
  [TensorShapeProto_DimensionSchema, ['dim_value', 'dim_param']],
]

const allowed = new Map(
  fields.map(([schema, names]) => [schema.typeName, { schema, names: new Set(names) }]),
)

const types = AttributeProto_AttributeType
/** The field that holds an attribute's value, by its type. */
const valueField = new Map<AttributeProto_AttributeType, string>([
  [types.FLOAT, 'f'],
  [types.INT, 'i'],
  [types.STRING, 's'],
  [types.FLOATS, 'floats'],
  [types.INTS, 'ints'],
])

/** Element types by their number in ONNX. */
const elementNames = new Map<number, OnnxValue['dtype']>([
  ...Object.entries(elementTypes).map(([dtype, type]) => [type, dtype as DType] as const),
  [10, 'float16'],
])

const widthOf = (dtype: OnnxValue['dtype']): number =>
  dtype === 'float16' ? 2 : bytesPerElement[dtype]

/** What is wrong, thrown on the way and made a `UserError` with the file's name. */
class Unsafe extends Error {}

function refuse(why: string): never {
  throw new Unsafe(why)
}

/**
 * Checks an ONNX file before a runtime opens it: that it is what the export of a package writes and nothing more. It has
 * standard ops of opset 17, each from a list without random or control-flow ops, and no data in other files.
 * It does not say what the graph computes, nor how much memory that takes.
 *
 * @param name of the file, for messages
 * @param expected the inputs and outputs that it must have, in any order; any are allowed where it is left out
 * @returns the inputs and outputs that the file declares
 * @throws UserError, one line
 */
export function requireSafeOnnx(
  bytes: Uint8Array,
  name: string,
  expected?: OnnxSignature,
): OnnxSignature {
  try {
    const signature = checkedModel(parsed(bytes))
    for (const kind of ['inputs', 'outputs'] as const) {
      const [given, wanted] = [signature[kind], expected?.[kind] ?? signature[kind]].map(valuesText)
      if (given !== wanted) refuse(`its ${kind} are ${given}; expected ${wanted}`)
    }
    return signature
  } catch (error) {
    if (!(error instanceof Unsafe)) throw error
    throw new UserError(
      `${name}: ${error.message}; a package holds graphs only as Latentlab exports them`,
    )
  }
}

/** `z float32 [batch, 2]`, in the order of names. */
function valuesText(values: readonly OnnxValue[]): string {
  const texts = values.map(({ name, dtype, shape }) => `${name} ${dtype} [${shape.join(', ')}]`)
  return texts.sort().join(', ') || 'none'
}

function parsed(bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes)
  } catch {
    // Whatever the parser says, which also limits how deep messages nest.
    return refuse('is not an ONNX file, or is damaged')
  }
}

function checkedModel(model: ModelProto): OnnxSignature {
  requireFields(model, 'the model')
  const { irVersion, opsetImport, graph } = model
  if (!IR_VERSIONS.includes(irVersion)) refuse(`has the IR version ${irVersion}; expected 8`)
  for (const one of [...opsetImport, ...model.metadataProps]) requireFields(one, 'the model')
  const [opset] = opsetImport
  if (opsetImport.length !== 1 || opset!.domain !== '' || opset!.version !== OPSET)
    refuse(
      `uses ${listed(opsetImport.slice(0, 5).map(({ domain, version }) => `opset ${version} of ${described(domain || 'ai.onnx')}`)) || 'no opset'}; expected opset ${OPSET} of ONNX alone`,
    )
  return graph ? checkedGraph(graph) : refuse('holds no graph')
}

function checkedGraph(graph: GraphProto): OnnxSignature {
  requireFields(graph, 'the graph')
  for (const one of graph.metadataProps) requireFields(one, 'the graph')
  if (graph.node.length > MOST_NODES)
    refuse(`has ${graph.node.length} nodes; expected at most ${MOST_NODES}`)
  const known = new Set<string>()
  const define = (name: string) => {
    if (name === '') refuse('has a value without a name')
    if (known.has(name)) refuse(`defines ${described(name)} twice`)
    known.add(name)
  }
  const inputs = graph.input.map((value) => {
    define(value.name)
    return checkedValue(value, 'input')
  })
  for (const initializer of graph.initializer) {
    define(initializer.name)
    requireSound(initializer)
  }
  for (const node of graph.node) {
    requireStandard(node)
    const unknown = node.input.find((name) => name !== '' && !known.has(name))
    if (unknown !== undefined)
      refuse(`node ${nodeText(node)} reads ${described(unknown)}, which nothing before it makes`)
    for (const name of node.output) if (name !== '') define(name)
  }
  const outputs = graph.output.map((value) => {
    if (!known.has(value.name)) refuse(`nothing makes its output ${described(value.name)}`)
    return checkedValue(value, 'output')
  })
  return { inputs, outputs }
}

/** Refuses fields that the export does not write, and those that the format did not have when this was written. */
function requireFields(message: Message, of: string): void {
  const { schema, names } = allowed.get(message.$typeName)!
  const other = schema.fields.find((field) => !names.has(field.name) && isFieldSet(message, field))
  if (other) refuse(`${of} has ${other.name}, which a package does not allow`)
  if (message.$unknown && message.$unknown.length > 0)
    refuse(`${of} has a field of number ${message.$unknown[0]!.no}, which is unknown`)
}

const nodeText = ({ opType, name }: NodeProto) => `${described(name)} (${described(opType)})`

function requireStandard(node: NodeProto): void {
  const of = `node ${nodeText(node)}`
  requireFields(node, of)
  if (node.domain !== '')
    refuse(`${of} is an op of ${described(node.domain)}; expected ONNX's own ops`)
  if (!packagedOps.has(node.opType)) refuse(`${of} is an op that a package does not allow`)
  for (const attribute of node.attribute) requirePlain(attribute, of)
}

/** Only numbers and texts: no tensors, graphs, types or references. */
function requirePlain(attribute: AttributeProto, of: string): void {
  const where = `attribute ${described(attribute.name)} of ${of}`
  requireFields(attribute, where)
  const field = valueField.get(attribute.type)
  if (field === undefined) refuse(`${where} is of type ${attribute.type}; expected numbers or text`)
  const other = AttributeProtoSchema.fields.find(
    ({ name }, i) =>
      name !== field &&
      [...valueField.values()].includes(name) &&
      isFieldSet(attribute, AttributeProtoSchema.fields[i]!),
  )
  if (other) refuse(`${where} has both ${field} and ${other.name}`)
}

/** An initialiser whose bytes are those of its shape. */
function requireSound(tensor: TensorProto): void {
  const of = `initializer ${described(tensor.name)}`
  requireFields(tensor, of)
  const dtype = elementOf(tensor.dataType, of)
  if (tensor.dims.length > MOST_AXES) refuse(`${of} has ${tensor.dims.length} axes`)
  const shape = `[${tensor.dims.map(String).join(', ')}]`
  let size = BigInt(widthOf(dtype))
  for (const dim of tensor.dims) {
    size *= dim
    // At each step, since a runtime may overflow before it comes to a 0.
    if (dim < 0n || size > Number.MAX_SAFE_INTEGER) refuse(`${of} has the shape ${shape}`)
  }
  if (size !== BigInt(tensor.rawData.length))
    refuse(`${of} of shape ${shape} and type ${dtype} has ${tensor.rawData.length} bytes`)
}

function elementOf(type: number, of: string): OnnxValue['dtype'] {
  return (
    elementNames.get(type) ??
    refuse(`${of} has the element type ${type}; expected ${[...elementNames.values()].join(', ')}`)
  )
}

function checkedValue(value: ValueInfoProto, kind: 'input' | 'output'): OnnxValue {
  const of = `${kind} ${described(value.name)}`
  requireFields(value, of)
  for (const one of value.metadataProps) requireFields(one, of)
  if (value.type) requireFields(value.type, of)
  const tensor = value.type?.value.case === 'tensorType' ? value.type.value.value : undefined
  if (!tensor?.shape) return refuse(`${of} has no type and shape`)
  requireFields(tensor, of)
  requireFields(tensor.shape, of)
  if (tensor.shape.dim.length > MOST_AXES) refuse(`${of} has ${tensor.shape.dim.length} axes`)
  const shape = tensor.shape.dim.map((dim) => {
    requireFields(dim, of)
    const size = dim.value.case === 'dimValue' ? Number(dim.value.value) : (dim.value.value ?? '')
    if (size === '' || (typeof size === 'number' && !(Number.isSafeInteger(size) && size >= 0)))
      refuse(`${of} has an axis of size ${described(size)}`)
    return size
  })
  return { name: value.name, dtype: elementOf(tensor.elemType, of), shape }
}
