import { Tensor, topological } from '../../graph/tensor.ts'
import { type BuiltModel, stageTerms } from '../../train/build.ts'

/** How a convolution maps images, with their sizes `[channels, height, width]`. */
export interface Convolution {
  readonly transposed: boolean
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly from: readonly number[]
  readonly to: readonly number[]
}

/** Two, since with one example the axis of the batch would look like any axis of size 1. */
const BATCH = 2

/** The convolutions of a model by the name of their kernel, read off the graph of its losses. */
export function convolutions(model: BuiltModel): ReadonlyMap<string, Convolution> {
  const kernels = new Map(
    [...model.parameters.values()].flatMap(({ name, shape, symbol }) =>
      shape.length === 4 ? [[symbol, name] as const] : [],
    ),
  )
  if (kernels.size === 0) return new Map()
  const outputs = model.stages.flatMap((stage) =>
    Object.values(stageTerms(stage, batchOf(model))).map(({ value }) => value),
  )
  return new Map(
    topological(outputs).flatMap((node) => {
      const name = kernels.get(node.inputs[1]!)
      return name && (node.op === 'conv2d' || node.op === 'convTranspose2d')
        ? [[name, convolutionOf(node, node.op)] as const]
        : []
    }),
  )
}

function convolutionOf(node: Tensor, op: 'conv2d' | 'convTranspose2d'): Convolution {
  const [x, kernel] = node.inputs as [Tensor, Tensor]
  const sizes = (shape: Tensor['shape']) => shape.slice(1).map(Number)
  return {
    transposed: op === 'convTranspose2d',
    kernel: sizes(kernel.shape).slice(1),
    strides: node.attributesOf(op).strides,
    from: sizes(x.shape),
    to: sizes(node.shape),
  }
}

/** A batch of inputs, for a graph that is not computed. */
function batchOf({ info, labels }: BuiltModel) {
  const input = (what: string) => (shape: readonly number[]) => Tensor.input(what, [...shape])
  return {
    x: input('x')([BATCH, info.dimension]),
    training: true,
    noise: (stream: string) => ({ normal: input(stream), uniform: input(stream) }),
    ...(labels && { labels: input('labels')([BATCH, info.classes!]) }),
  }
}
