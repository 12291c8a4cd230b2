import { sizeOf } from '../../../tensor/host.ts'
import type { ConvAttributes } from '../../rule.ts'
import { broadcastStrides } from '../../shape.ts'
import type { Tensor } from '../../tensor.ts'
import { before, stridedIndex } from '../indices.ts'
import type { Scope } from '../scope.ts'

/**
 * A product as tiles see it: result[z, m, n] = Σₖ a(z, m, k) · b(z, k, n), with the texts of the elements. Convolutions
 * are products whose factors are read from where they lie.
 */
export interface Factors {
  readonly z: number
  readonly m: number
  readonly n: number
  readonly k: number
  a(scope: Scope, z: string, m: string, k: string): Element
  b(scope: Scope, z: string, k: string, n: string): Element
  /** The index of an element in the result, and where it does not always exist, whether it does. */
  result(scope: Scope, z: string, m: string, n: string): { index: string; exists?: string }
  /** Whether neighbours along k are neighbours in memory; otherwise those along m, or n, are. */
  readonly alongK: { readonly a: boolean; readonly b: boolean }
}

/** An element of an array; where a condition does not hold, it is 0. */
export interface Element {
  readonly of: Tensor
  readonly index: string
  readonly exists?: string | undefined
}

export function factorsOf(node: Tensor): Factors {
  switch (node.op) {
    case 'dot':
      return dotFactors(node)
    case 'matmul':
      return matmulFactors(node)
    case 'convTranspose2d':
      return transposedFactors(node)
    default:
      return convolutionFactors(node)
  }
}

function dotFactors(node: Tensor): Factors {
  const [a, b] = node.inputs as [Tensor, Tensor]
  const { transposeA, transposeB } = node.attributesOf('dot')
  const [m, n] = node.shape as [number, number]
  const k = a.shape[transposeA ? 0 : 1] as number
  return {
    z: 1,
    m,
    n,
    k,
    a: (_s, _z, i, j) => ({
      of: a,
      index: transposeA ? `${j} * ${m}u + ${i}` : `${i} * ${k}u + ${j}`,
    }),
    b: (_s, _z, j, i) => ({
      of: b,
      index: transposeB ? `${i} * ${k}u + ${j}` : `${j} * ${n}u + ${i}`,
    }),
    result: (_s, _z, i, j) => ({ index: `${i} * ${n}u + ${j}` }),
    alongK: { a: !transposeA, b: transposeB },
  }
}

function matmulFactors(node: Tensor): Factors {
  const [a, b] = node.inputs as [Tensor, Tensor]
  const shape = node.shape as readonly number[]
  const [m, n] = shape.slice(-2) as [number, number]
  const k = a.shape.at(-1) as number
  const leading = shape.slice(0, -2)
  const start = (scope: Scope, x: Tensor, z: string, matrix: number) => {
    const strides = broadcastStrides(x.shape.slice(0, -2) as number[], leading)
    const which = stridedIndex(z, leading, strides)
    return scope.name(which === '0u' ? '0u' : `(${which}) * ${matrix}u`)
  }
  return {
    z: sizeOf(leading),
    m,
    n,
    k,
    a: (s, z, i, j) => ({ of: a, index: `${start(s, a, z, m * k)} + ${i} * ${k}u + ${j}` }),
    b: (s, z, j, i) => ({ of: b, index: `${start(s, b, z, k * n)} + ${j} * ${n}u + ${i}` }),
    result: (_s, z, i, j) => ({ index: `${z} * ${m * n}u + ${i} * ${n}u + ${j}` }),
    alongK: { a: true, b: false },
  }
}

/** A plane and its layout: [N, C, H, W], or in blocks [N, C/b, H, W, b]. */
function layoutOf(x: Tensor) {
  const [n, outer, height, width, lanes = 1] = x.shape as readonly number[]
  const plane = height! * width!
  return {
    n: n!,
    channels: outer! * lanes,
    height: height!,
    width: width!,
    plane,
    lanes,
    /** Index of an element of a channel in a plane. */
    index: (image: string, channel: string, at: string) =>
      lanes === 1
        ? `(${image} * ${outer}u + ${channel}) * ${plane}u + ${at}`
        : `((${image} * ${outer}u + ${channel} / ${lanes}u) * ${plane}u + ${at}) * ${lanes}u + ${channel} % ${lanes}u`,
  }
}

/** Kernels [O, C, h, w], or in blocks [O/b, C/b, h, w, b, b] or [O/b, C, h, w, b]. */
function kernelLayout(w: Tensor) {
  const [outer, inner, height, width, ...lanes] = w.shape as readonly number[]
  const taps = height! * width!
  const b = lanes.at(-1) ?? 1
  const a = lanes.length === 2 ? lanes[0]! : 1
  return {
    height: height!,
    width: width!,
    taps,
    outputs: outer! * b,
    index: (output: string, channel: string, tap: string) =>
      b === 1
        ? `(${output} * ${inner}u + ${channel}) * ${taps}u + ${tap}`
        : `(((${output} / ${b}u * ${inner}u + ${channel} / ${a}u) * ${taps}u + ${tap}) * ${a}u + ${channel} % ${a}u) * ${b}u + ${output} % ${b}u`,
  }
}

/** Rows are output channels; columns the places of all images; what is summed over are channels and taps. */
function convolutionFactors(node: Tensor): Factors {
  const [x, w] = node.inputs as [Tensor, Tensor]
  const { strides, padding, dilations } = node.attributes as ConvAttributes
  const [input, output, kernel] = [layoutOf(x), layoutOf(node), kernelLayout(w)]
  return {
    z: 1,
    m: kernel.outputs,
    n: output.n * output.plane,
    k: input.channels * kernel.taps,
    a: (s, _z, m, k) => {
      const [channel, tap] = parted(s, k, kernel.taps)
      return { of: w, index: kernel.index(m, channel, tap) }
    },
    b(s, _z, k, n) {
      const [channel, tap] = parted(s, k, kernel.taps)
      const [ky, kx] = parted(s, tap, kernel.width)
      const [image, at] = parted(s, n, output.plane)
      const [oy, ox] = parted(s, at, output.width)
      // Unsigned, so that what is before the start is far behind the end.
      const y = s.name(before(`${oy} * ${strides[0]}u + ${ky} * ${dilations[0]}u`, padding[0]))
      const c = s.name(before(`${ox} * ${strides[1]}u + ${kx} * ${dilations[1]}u`, padding[1]))
      return {
        of: x,
        index: input.index(image, channel, `${y} * ${input.width}u + ${c}`),
        exists: `${y} < ${input.height}u && ${c} < ${input.width}u`,
      }
    },
    result(s, _z, m, n) {
      const [image, at] = parted(s, n, output.plane)
      return { index: output.index(image, m, at) }
    },
    alongK: { a: true, b: false },
  }
}

/** Quotient and remainder of an index, by a size. */
function parted(scope: Scope, index: string, size: number): [string, string] {
  if (size === 1) return [index, '0u']
  return [scope.name(`${index} / ${size}u`), scope.name(`${index} % ${size}u`)]
}

/**
 * A transposed convolution. Only every s-th tap of a kernel meets a given row of the output, where s is the stride, and
 * which ones depends on the row's number modulo s: each of these phases is a product of its own, over those taps only.
 * Dilated kernels are one product over all taps, most of which may meet nothing.
 */
function transposedFactors(node: Tensor): Factors {
  const [x, w] = node.inputs as [Tensor, Tensor]
  const { strides, padding, dilations } = node.attributesOf('convTranspose2d')
  const [input, output, kernel] = [layoutOf(x), layoutOf(node), kernelLayout(w)]
  const axes = ([0, 1] as const).map((i) => {
    const taps = i === 0 ? kernel.height : kernel.width
    const size = i === 0 ? output.height : output.width
    const [stride, before, dilation] = [strides[i], padding[i], dilations[i]]
    const phases = dilation === 1 ? stride : 1
    return {
      stride,
      before,
      dilation,
      phases,
      kernel: taps,
      taps: Math.ceil(taps / phases),
      size,
      input: i === 0 ? input.height : input.width,
      places: Math.floor((size - 1 + before) / phases) + 1,
    }
  }) as [TransposedAxis, TransposedAxis]
  const [v, h] = axes
  const outputs = node.shape[1] as number
  const phasesOf = (s: Scope, z: string) => parted(s, z, h.phases)
  const tapOf = (s: Scope, { phases }: TransposedAxis, phase: string, t: string) =>
    s.name(phases === 1 ? t : `${phase} + ${t} * ${phases}u`)
  return {
    z: v.phases * h.phases,
    m: outputs,
    n: input.n * v.places * h.places,
    k: input.channels * v.taps * h.taps,
    a(s, z, m, k) {
      const [py, px] = phasesOf(s, z)
      const [channel, t] = parted(s, k, v.taps * h.taps)
      const [ty, tx] = parted(s, t, h.taps)
      const [ky, kx] = [tapOf(s, v, py, ty), tapOf(s, h, px, tx)]
      return {
        of: w,
        index: kernel.index(channel, m, `${ky} * ${kernel.width}u + ${kx}`),
        exists: `${ky} < ${kernel.height}u && ${kx} < ${kernel.width}u`,
      }
    },
    b(s, z, k, n) {
      const [py, px] = phasesOf(s, z)
      const [channel, t] = parted(s, k, v.taps * h.taps)
      const [ty, tx] = parted(s, t, h.taps)
      const [image, at] = parted(s, n, v.places * h.places)
      const [qy, qx] = parted(s, at, h.places)
      const [y, inY] = sourceOf(s, v, tapOf(s, v, py, ty), qy, ty)
      const [c, inX] = sourceOf(s, h, tapOf(s, h, px, tx), qx, tx)
      return {
        of: x,
        index: input.index(image, channel, `${y} * ${input.width}u + ${c}`),
        exists: `${inY} && ${inX}`,
      }
    },
    result(s, z, m, n) {
      const [py, px] = phasesOf(s, z)
      const [image, at] = parted(s, n, v.places * h.places)
      const [qy, qx] = parted(s, at, h.places)
      const y = s.name(before(`${qy} * ${v.phases}u + ${py}`, v.before))
      const c = s.name(before(`${qx} * ${h.phases}u + ${px}`, h.before))
      return {
        index: output.index(image, m, `${y} * ${output.width}u + ${c}`),
        exists: `${y} < ${output.height}u && ${c} < ${output.width}u`,
      }
    },
    alongK: { a: false, b: false },
  }
}

interface TransposedAxis {
  readonly stride: number
  readonly before: number
  readonly dilation: number
  readonly phases: number
  /** Taps of the kernel, and of one phase. */
  readonly kernel: number
  readonly taps: number
  /** Sizes of the output and the input. */
  readonly size: number
  readonly input: number
  /** Places of a phase, those before the start of the output included. */
  readonly places: number
}

/** The row of the input that a tap brings to place q of a phase, and whether there is one. */
function sourceOf(
  s: Scope,
  { phases, stride, dilation, input }: TransposedAxis,
  tap: string,
  q: string,
  t: string,
): [string, string] {
  if (phases === stride && dilation === 1) {
    const at = s.name(`${q} - ${t}`)
    return [at, `${at} < ${input}u`]
  }
  // q is the row of the padded output.
  const apart = s.name(`${q} - ${tap} * ${dilation}u`)
  const at = s.name(`${apart} / ${stride}u`)
  return [at, `${q} >= ${tap} * ${dilation}u && ${apart} % ${stride}u == 0u && ${at} < ${input}u`]
}
