import { fromBinary } from '@bufbuild/protobuf'
import { type GraphProto, ModelProtoSchema } from 'onnx-buf'

/** A node as tests look at it: its type and its numeric attributes. */
export interface ModelNode {
  readonly type: string
  readonly inputs: readonly string[]
  readonly attributes: Readonly<Record<string, number>>
}

export function decoded(bytes: Uint8Array) {
  const model = fromBinary(ModelProtoSchema, bytes)
  return { graph: model.graph!, opset: Number(model.opsetImport[0]!.version) }
}

/** The nodes of a written graph, without the copies that give outputs their names. */
export const nodesOf = (graph: GraphProto): ModelNode[] =>
  graph.node
    .filter((node) => node.opType !== 'Identity')
    .map((node) => ({
      type: node.opType,
      inputs: node.input,
      attributes: Object.fromEntries(
        node.attribute.map(({ name, f, i }) => [name, f === 0 ? Number(i) : f]),
      ),
    }))
