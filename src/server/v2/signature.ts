import { fromBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema, type ValueInfoProto } from 'onnx-buf'
import { elementTypes } from '../../graph/proto.ts'
import type { DType } from '../../tensor/host.ts'

/** An input or output of a graph. */
export interface Port {
  readonly name: string
  readonly dtype: DType
  /** A number, or the name of a dimension that each call chooses. */
  readonly shape: readonly (number | string)[]
}

export interface Signature {
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  /** Whether each input and output has one row for each example, so that requests can be computed together. */
  readonly hasRows: boolean
}

/** Element types by their numbers in ONNX. */
const dtypes = new Map(
  Object.entries(elementTypes).map(([dtype, number]) => [number, dtype as DType]),
)

/**
 * Inputs and outputs of an ONNX model.
 *
 * @throws Error for other element types, and for what is not a tensor
 */
export function signatureOf(bytes: Uint8Array): Signature {
  const { graph } = fromBinary(ModelProtoSchema, bytes)
  const stored = new Set(graph!.initializer.map(({ name }) => name))
  const inputs = graph!.input.filter(({ name }) => !stored.has(name)).map(port)
  const outputs = graph!.output.map(port)
  const [batch] = inputs[0]?.shape ?? []
  const hasRows =
    typeof batch === 'string' && [...inputs, ...outputs].every(({ shape }) => shape[0] === batch)
  return { inputs, outputs, hasRows }
}

function port({ name, type }: ValueInfoProto): Port {
  if (type?.value.case !== 'tensorType') throw new Error(`${name} is not a tensor`)
  const { elemType, shape } = type.value.value
  const dtype = dtypes.get(elemType)
  if (!dtype) throw new Error(`${name} has elements of the unsupported ONNX type ${elemType}`)
  const sizes = (shape?.dim ?? []).map(({ value }, axis) =>
    value.case === 'dimValue' ? Number(value.value) : value.value || `axis ${axis}`,
  )
  return { name, dtype, shape: sizes }
}
