import { sizeOf } from '../../tensor/host.ts'
import { inBlocks, kernelInBlocks, kernelOutOfBlocks, outOfBlocks } from '../layout.ts'
import type { ConvAttributes, Emitter, NoAttributes, OpRule, OpTable } from '../rule.ts'
import { type Dim, formatShape, type Shape } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { convGradients, convSize, eachTap, onnxAttributes } from './convolution.ts'
import { shapes } from './shapes.ts'
import { floats } from './values.ts'

const { transpose } = shapes

function blockedShape(x: Shape, w: Shape, attributes: ConvAttributes): Shape {
  const lanes = w.at(-1)
  const fits = x.length === w.length - 1 && x[1] === w[1] && (x.length === 4 || x[4] === lanes)
  if (!fits || ![5, 6].includes(w.length))
    throw new Error(`blocked kernels ${formatShape(w)} do not fit ${formatShape(x)}`)
  const size = (i: 0 | 1) => convSize(x[2 + i] as number, w[2 + i] as number, attributes, i)
  return [x[0]!, w[0]!, size(0), size(1), lanes!]
}

/**
 * Writes a blocked convolution. ONNX Runtime keeps its tensors in blocks but gives their shape as [N, C, H, W],
 * hence the reshapes, which move no data.
 *
 * @param inputs activations, kernels, and a bias of one number per channel if there is one
 * @param relu whether to apply ReLU to the result in the same pass
 */
export function emitBlockedConv(
  emit: Emitter,
  [x, w, bias]: readonly [string, string, (string | undefined)?],
  node: Tensor,
  relu = false,
): string {
  const [n, blocks, h, width, b] = node.shape as [Dim, number, number, number, number]
  const [input, kernel] = node.inputs as [Tensor, Tensor]
  const channels = input.rank === 5 ? (input.shape[1] as number) * b : input.shape[1]!
  const inputs = [
    input.rank === 5 ? emit.reshape(x, input.shape, asPlain(input.shape)) : x,
    emit.reshape(w, kernel.shape, [blocks * b, channels, ...kernel.shape.slice(2, 4)]),
    ...(bias === undefined ? [] : [emit.reshape(bias, [1, blocks, 1, 1, b], [blocks * b])]),
  ]
  const y = emit.op('com.microsoft.nchwc.Conv', inputs, {
    ...onnxAttributes(kernel.shape, node.attributesOf('blockedConv')),
    group: { int: 1 },
    ...(relu ? { activation: { string: 'Relu' } } : {}),
  })
  return emit.reshape(y, [n, blocks * b, h, width], node.shape)
}

/** [N, C/b, H, W, b] in ONNX Runtime's terms: [N, C, H, W]. */
const asPlain = ([n, blocks, h, w, b]: Shape): Shape => [
  n!,
  (blocks as number) * (b as number),
  h!,
  w!,
]

/** Axes and their sizes halfway between the layouts: C/b and b side by side. */
const apart = ([n, c, h, w]: readonly number[], b: number) => [n!, c! / b, b, h!, w!]

const intoBlocks: OpRule<{ readonly size: number }> = {
  infer([x], { size }) {
    const [n, c, h, w] = x!.shape
    if (x!.rank !== 4 || typeof c !== 'number' || c % size !== 0)
      throw new Error(`${formatShape(x!.shape)} does not come in blocks of ${size} channels`)
    return { dtype: x!.dtype, shape: [n!, c / size, h!, w!, size] }
  },
  gradient: (_node, dy) => [outOfBlocks(dy)],
  onnx(emit, [x], node) {
    const from = node.inputs[0]!.shape
    if (node.dtype === 'float') {
      const moved = emit.op('com.microsoft.nchwc.ReorderInput', [x!])
      return emit.reshape(moved, from, node.shape)
    }
    const [n, blocks, h, w, b] = node.shape as [Dim, number, number, number, number]
    const split = emit.reshape(x!, from, [n, blocks, b, h, w])
    return emit.op('Transpose', [split], { perm: { ints: [0, 1, 3, 4, 2] } })
  },
  reference([x], { size }, resolve) {
    const split = { ...x!, shape: apart(x!.shape, size) }
    return transpose.reference([split], { permutation: [0, 1, 3, 4, 2] }, resolve)
  },
}

const outOfBlocksRule: OpRule<NoAttributes> = {
  infer([x]) {
    if (x!.rank !== 5) throw new Error(`${formatShape(x!.shape)} is not in blocks`)
    return { dtype: x!.dtype, shape: asPlain(x!.shape) }
  },
  gradient: (node, dy) => [inBlocks(dy, node.inputs[0]!.shape[4] as number)],
  onnx(emit, [x], node) {
    const from = node.inputs[0]!.shape
    if (node.dtype === 'float') {
      const named = emit.reshape(x!, from, node.shape)
      const channels = { int: node.shape[1] as number }
      return emit.op('com.microsoft.nchwc.ReorderOutput', [named], { channels })
    }
    const moved = emit.op('Transpose', [x!], { perm: { ints: [0, 1, 4, 2, 3] } })
    const [n, blocks, h, w, b] = from as [Dim, number, number, number, number]
    return emit.reshape(moved, [n, blocks, b, h, w], node.shape)
  },
  reference([x], _attributes, resolve) {
    const moved = transpose.reference([x!], { permutation: [0, 1, 4, 2, 3] }, resolve)
    return { ...moved, shape: asPlain(x!.shape) as number[] }
  },
}

/**
 * `conv2d` in the layout of `layout.ts`, to which the lowering for onnxruntime-node turns convolutions:
 * [N, C/b, H, W, b], or [N, C, H, W] of fewer than b channels, to [N, O/b, H', W', b].
 */
const blockedConv: OpRule<ConvAttributes> = {
  infer: ([x, w], attributes) => ({
    dtype: 'float',
    shape: blockedShape(x!.shape, w!.shape, attributes),
  }),
  gradient(node, dy, attributes) {
    const [x, w] = node.inputs as [Tensor, Tensor]
    const b = w.shape.at(-1) as number
    const plain = [x.rank === 5 ? outOfBlocks(x) : x, kernelOutOfBlocks(w)] as const
    const [dx, dw] = convGradients(plain, outOfBlocks(dy), attributes)
    return [x.rank === 5 ? inBlocks(dx, b) : dx, kernelInBlocks(dw, b)]
  },
  onnx: (emit, [x, w], node) => emitBlockedConv(emit, [x!, w!], node),
  reference([x, w], attributes) {
    const shape = blockedShape(x!.shape, w!.shape, attributes) as number[]
    const [batch, out, , , b] = shape as [number, number, number, number, number]
    const [blocks, lanes] = [x!.shape[1]!, x!.shape[4] ?? 1]
    const plane = (of: readonly number[]) => of.slice(2, 4)
    const [inPlane, outPlane, taps] = [x!, { shape }, w!].map((v) => sizeOf(plane(v.shape)))
    const [source, kernel, data] = [floats(x!), floats(w!), new Float64Array(sizeOf(shape))]
    eachTap(plane(x!.shape), plane(shape), plane(w!.shape), attributes, (from, to, tap) => {
      for (let n = 0; n < batch; n++)
        for (let o = 0; o < out; o++)
          for (let c = 0; c < blocks; c++)
            for (let i = 0; i < lanes; i++)
              for (let j = 0; j < b; j++)
                data[((n * out + o) * outPlane! + to) * b + j]! +=
                  source[((n * blocks + c) * inPlane! + from) * lanes + i]! *
                  kernel[(((o * blocks + c) * taps! + tap) * lanes + i) * b + j]!
    })
    return { dtype: 'float', shape, data }
  },
}

export const blocked = {
  intoBlocks,
  outOfBlocks: outOfBlocksRule,
  blockedConv,
} satisfies Partial<OpTable>
