import { inputsOf, lower, needed, prepared, scope } from './lower.ts'
import type { Lowering } from './lowering.ts'
import * as proto from './proto.ts'
import type { Tensor } from './tensor.ts'

/**
 * Writes expressions as an ONNX model, simplified first.
 *
 * @param outputs the model's outputs by name
 * @param opset 17 for exported models, 18 where bit operations are needed
 */
export function writeModel(
  outputs: Readonly<Record<string, Tensor>>,
  opset = 17,
  lowering: Lowering = {},
): Uint8Array {
  const names = Object.keys(outputs)
  const values = prepared(Object.values(outputs), lowering)
  const main = scope('t', opset)
  const lowered = lower(main, values)
  const declared = names.map((name, i) => {
    // An output needs its own name, even where it is an input or another output.
    main.nodes.push(proto.node('Identity', `output_${name}`, [lowered[i]!], [name]))
    return proto.valueInfo(name, values[i]!.dtype, values[i]!.shape)
  })
  const read = inputsOf(values)
  const twice = names.find((name) => read.has(name))
  if (twice !== undefined) throw new Error(`an input and an output are both called ${twice}`)
  const inputs = [...read].map(([name, x]) => proto.valueInfo(name, x.dtype, x.shape))
  const nodes = needed(main.nodes, names)
  const body = proto.graph('latentlab', { ...main, nodes, inputs, outputs: declared })
  return proto.model(body, opset)
}
