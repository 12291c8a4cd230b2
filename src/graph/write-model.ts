import type { Floats, HostTensor } from '../tensor/host.ts'
import type { StoredPrecision } from '../tensor/safetensors.ts'
import { inputsOf, lower, needed, prepared, type Scope, scope } from './lower.ts'
import type { Lowering } from './lowering.ts'
import * as proto from './proto.ts'
import { onnxTypes } from './rule.ts'
import { type Tensor, topological } from './tensor.ts'

/** What a model that is kept as a file holds besides its expressions. */
export interface FileParts {
  /** Name of the graph. */
  readonly name?: string | undefined
  readonly description?: string | undefined
  /** Inputs in the order in which the file declares them, also those that no output depends on. */
  readonly inputs?: readonly Tensor[] | undefined
  /** What inputs and outputs are, by their names. */
  readonly notes?: Readonly<Record<string, string>> | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  /** Values that inputs have once and for all, such as parameters: the file holds those that it reads. */
  readonly stored?: Readonly<Record<string, HostTensor>> | undefined
  /** How stored float32 arrays are kept. The graph converts those of float16 to float32 before anything else. */
  readonly precision?: StoredPrecision | undefined
}

/**
 * Writes expressions as an ONNX model, simplified first. The same expressions give the same bytes.
 *
 * @param outputs the model's outputs by name
 * @param opset 17 for exported models, 18 where bit operations are needed
 */
export function writeModel(
  outputs: Readonly<Record<string, Tensor>>,
  opset = 17,
  lowering: Lowering = {},
  parts: FileParts = {},
): Uint8Array {
  const { name = 'latentlab', stored = {}, notes = {} } = parts
  const names = Object.keys(outputs)
  const values = prepared(Object.values(outputs), lowering)
  const main = scope('t', opset)
  const lowered = lower(main, values, storedValues(main, values, parts))
  const declared = names.map((output, i) => {
    // An output needs its own name, even where it is an input or another output.
    main.nodes.push(proto.node('Identity', `output_${output}`, [lowered[i]!], [output]))
    return proto.valueInfo(output, values[i]!.dtype, values[i]!.shape, notes[output])
  })
  const read = inputsOf([...(parts.inputs ?? []), ...values])
  const twice = names.find((output) => read.has(output))
  if (twice !== undefined) throw new Error(`an input and an output are both called ${twice}`)
  const inputs = [...read]
    .filter(([input]) => !Object.hasOwn(stored, input))
    .map(([input, x]) => proto.valueInfo(input, x.dtype, x.shape, notes[input]))
  const nodes = needed(main.nodes, names)
  const initializers = parts.stored ? readBy(nodes, main.initializers) : main.initializers
  const body = proto.graph(
    name,
    { ...main, initializers, nodes, inputs, outputs: declared },
    parts.description,
  )
  return proto.model(body, opset, parts.metadata)
}

/** The values that nodes read: ONNX Runtime warns of any other. For graphs without sub-graphs, which may read them, too. */
function readBy(nodes: Scope['nodes'], initializers: Scope['initializers']): Scope['initializers'] {
  const read = new Set(nodes.flatMap(({ input }) => input))
  return initializers.filter(({ name }) => read.has(name!))
}

/** Adds the stored arrays that expressions read, and gives the names of their values in float32. */
function storedValues(
  main: Scope,
  values: readonly Tensor[],
  { stored = {}, precision = 'float32' }: FileParts,
): Map<Tensor, string> {
  const bound = new Map<Tensor, string>()
  const added = new Map<string, string>()
  for (const node of topological(values)) {
    if (node.op !== 'input') continue
    const { name } = node.attributesOf('input')
    const array = stored[name]
    if (!array) continue
    if (!added.has(name)) {
      const isHalf = precision === 'float16' && array.dtype === 'float32'
      main.initializers.push(
        isHalf ? proto.halfInitializer(name, array as Floats) : proto.initializer(name, array),
      )
      const float = { to: { int: onnxTypes.float } }
      added.set(name, isHalf ? main.op('Cast', [name], float) : name)
    }
    bound.set(node, added.get(name)!)
  }
  return bound
}
