import { sizeOf } from '../../tensor/host.ts'
import type { ConvAttributes, OnnxAttributes, OpRule, OpTable, Pair, Value } from '../rule.ts'
import { formatShape, type Shape } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { floats } from './values.ts'

type TransposeAttributes = ConvAttributes & { readonly outputPadding: Pair }

function spatial(shape: Shape, what: string): [number, number] {
  const [height, width] = shape.slice(2)
  if (shape.length !== 4 || typeof height !== 'number' || typeof width !== 'number')
    throw new Error(
      `${what} needs [N, C, height, width] with known sizes, got ${formatShape(shape)}`,
    )
  if (height < 1 || width < 1) throw new Error(`${what} is empty: ${formatShape(shape)}`)
  return [height, width]
}

/** Size of a convolution's output along spatial axis `i` (0 vertical, 1 horizontal). */
export function convSize(
  input: number,
  kernel: number,
  { strides, padding, dilations }: ConvAttributes,
  i: 0 | 1,
) {
  const reach = dilations[i] * (kernel - 1) + 1
  const padded = input + padding[i] + padding[i + 2]!
  if (padded < reach)
    throw new Error(`a kernel that reaches over ${reach} does not fit into ${padded}`)
  return Math.floor((padded - reach) / strides[i]) + 1
}

function convShape(x: Shape, w: Shape, attributes: ConvAttributes): Shape {
  const [height, width] = spatial(x, 'conv2d')
  const [kh, kw] = spatial(w, "conv2d's kernel")
  if (w[0] === 0) throw new Error(`there is no kernel in ${formatShape(w)}`)
  if (x[1] !== w[1]) throw new Error(`kernels ${formatShape(w)} do not fit ${formatShape(x)}`)
  return [x[0]!, w[0]!, convSize(height, kh, attributes, 0), convSize(width, kw, attributes, 1)]
}

function transposeShape(x: Shape, w: Shape, attributes: TransposeAttributes): Shape {
  const [height, width] = spatial(x, 'convTranspose2d')
  const [kh, kw] = spatial(w, "convTranspose2d's kernel")
  if (w[0] === 0) throw new Error(`convTranspose2d needs a channel, got ${formatShape(x)}`)
  if (x[1] !== w[0]) throw new Error(`kernels ${formatShape(w)} do not fit ${formatShape(x)}`)
  const { strides, padding, dilations, outputPadding } = attributes
  const size = (input: number, kernel: number, i: 0 | 1) => {
    if (outputPadding[i] >= strides[i])
      throw new Error(`outputPadding ${outputPadding[i]} is not below the stride ${strides[i]}`)
    const reach = dilations[i] * (kernel - 1) + 1
    const cropped = padding[i] + padding[i + 2]!
    const length = (input - 1) * strides[i] + reach + outputPadding[i] - cropped
    if (length < 1) throw new Error(`padding ${cropped} leaves nothing of ${length + cropped}`)
    return length
  }
  return [x[0]!, w[1]!, size(height, kh, 0), size(width, kw, 1)]
}

/**
 * Calls `visit(input offset, output offset, kernel tap)` for every pair of positions that a
 * convolution connects, per spatial plane.
 */
export function eachTap(
  [inHeight, inWidth]: readonly number[],
  [outHeight, outWidth]: readonly number[],
  [kh, kw]: readonly number[],
  { strides, padding, dilations }: ConvAttributes,
  visit: (input: number, output: number, tap: number) => void,
): void {
  for (let oy = 0; oy < outHeight!; oy++)
    for (let ox = 0; ox < outWidth!; ox++)
      for (let ky = 0; ky < kh!; ky++)
        for (let kx = 0; kx < kw!; kx++) {
          const y = oy * strides[0] - padding[0] + ky * dilations[0]
          const x = ox * strides[1] - padding[1] + kx * dilations[1]
          if (y >= 0 && y < inHeight! && x >= 0 && x < inWidth!)
            visit(y * inWidth! + x, oy * outWidth! + ox, ky * kw! + kx)
        }
}

/** A convolution's attributes under their ONNX names. */
export const onnxAttributes = (kernel: Shape, a: ConvAttributes): OnnxAttributes => ({
  kernel_shape: { ints: kernel.slice(2, 4) as number[] },
  strides: { ints: a.strides },
  pads: { ints: a.padding },
  dilations: { ints: a.dilations },
})

/** Axes 0 and 1 exchanged: batch and channels, or a kernel's two channel axes. */
const exchanged = (x: Tensor) => x.transpose([1, 0, 2, 3])

/** Rows and columns at the end that a strided convolution of this input never reads. */
function unread(input: Shape, output: Shape, kernel: Shape, a: ConvAttributes): Pair {
  const [ih, iw] = spatial(input, 'conv2d')
  const [oh, ow] = spatial(output, 'conv2d')
  const [kh, kw] = spatial(kernel, 'conv2d')
  const rest = (i: number, o: number, k: number, axis: 0 | 1) =>
    i +
    a.padding[axis] +
    a.padding[axis + 2]! -
    (a.dilations[axis] * (k - 1) + 1) -
    (o - 1) * a.strides[axis]
  return [rest(ih, oh, kh, 0), rest(iw, ow, kw, 1)]
}

/**
 * Gradient of a convolution's kernel: the input with the batch as channels, convolved with the output's
 * gradient, strides and dilations exchanged.
 */
function kernelGradient(input: Tensor, dy: Tensor, kernel: Shape, a: ConvAttributes): Tensor {
  const [kh, kw] = spatial(kernel, "conv2d's kernel")
  const correlated = exchanged(input).conv2d(exchanged(dy), {
    strides: a.dilations,
    dilations: a.strides,
    padding: a.padding,
  })
  return exchanged(correlated.slice(2, 0, kh).slice(3, 0, kw))
}

/** Gradients of a convolution's input and kernel. */
export function convGradients(
  [x, w]: readonly [Tensor, Tensor],
  dy: Tensor,
  attributes: ConvAttributes,
): [Tensor, Tensor] {
  const outputPadding = unread(x.shape, dy.shape, w.shape, attributes)
  return [
    dy.convTranspose2d(w, { ...attributes, outputPadding }),
    kernelGradient(x, dy, w.shape, attributes),
  ]
}

/** The ranges that a kernel loops over: examples, channels, and the sizes of spatial planes. */
function extents(x: Value, w: Value, shape: readonly number[]) {
  const plane = (of: readonly number[]) => sizeOf(of.slice(2))
  return {
    batch: shape[0]!,
    out: shape[1]!,
    channels: x.shape[1]!,
    inPlane: plane(x.shape),
    outPlane: plane(shape),
    taps: plane(w.shape),
  }
}

const conv2d: OpRule<ConvAttributes> = {
  infer: ([x, w], attributes) => ({
    dtype: 'float',
    shape: convShape(x!.shape, w!.shape, attributes),
  }),
  gradient: (node, dy, attributes) =>
    convGradients(node.inputs as [Tensor, Tensor], dy, attributes),
  onnx: (emit, inputs, node, attributes) =>
    emit.op('Conv', inputs, onnxAttributes(node.inputs[1]!.shape, attributes)),
  reference([x, w], attributes) {
    const shape = convShape(x!.shape, w!.shape, attributes) as number[]
    const { batch, out, channels, inPlane, outPlane, taps } = extents(x!, w!, shape)
    const [source, kernel, data] = [floats(x!), floats(w!), new Float64Array(sizeOf(shape))]
    eachTap(x!.shape.slice(2), shape.slice(2), w!.shape.slice(2), attributes, (from, to, tap) => {
      for (let n = 0; n < batch; n++)
        for (let o = 0; o < out; o++)
          for (let c = 0; c < channels; c++)
            data[(n * out + o) * outPlane + to]! +=
              source[(n * channels + c) * inPlane + from]! *
              kernel[(o * channels + c) * taps + tap]!
    })
    return { dtype: 'float', shape, data }
  },
}

const convTranspose2d: OpRule<TransposeAttributes> = {
  infer: ([x, w], attributes) => ({
    dtype: 'float',
    shape: transposeShape(x!.shape, w!.shape, attributes),
  }),
  gradient(node, dy, { outputPadding: _, ...attributes }) {
    const [x, w] = node.inputs as [Tensor, Tensor]
    const dx = dy
      .conv2d(w, attributes)
      .slice(2, 0, x.shape[2] as number)
      .slice(3, 0, x.shape[3] as number)
    return [dx, kernelGradient(dy, x, w.shape, attributes)]
  },
  onnx: (emit, inputs, node, attributes) =>
    emit.op('ConvTranspose', inputs, {
      ...onnxAttributes(node.inputs[1]!.shape, attributes),
      output_padding: { ints: attributes.outputPadding },
    }),
  reference([x, w]: readonly Value[], attributes) {
    const shape = transposeShape(x!.shape, w!.shape, attributes) as number[]
    const { batch, out, channels, inPlane, outPlane, taps } = extents(x!, w!, shape)
    const [source, kernel, data] = [floats(x!), floats(w!), new Float64Array(sizeOf(shape))]
    eachTap(shape.slice(2), x!.shape.slice(2), w!.shape.slice(2), attributes, (to, from, tap) => {
      for (let n = 0; n < batch; n++)
        for (let c = 0; c < channels; c++)
          for (let o = 0; o < out; o++)
            data[(n * out + o) * outPlane + to]! +=
              source[(n * channels + c) * inPlane + from]! * kernel[(c * out + o) * taps + tap]!
    })
    return { dtype: 'float', shape, data }
  },
}

export const convolution = { conv2d, convTranspose2d } satisfies Partial<OpTable>
