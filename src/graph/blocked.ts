import { conv, kernelGradient, type Parts, transposedConv } from './blocked-convolution.ts'
import { factored } from './fusions.ts'
import { exchangedOutOfBlocks, gradientOutOfBlocks, inBlocks, outOfBlocks } from './layout.ts'
import { elementwise } from './ops/elementwise.ts'
import { logic } from './ops/logic.ts'
import type { OpAttributes, OpName } from './rule.ts'
import { type Dim, sameShape } from './shape.ts'
import { concat, Tensor, topological } from './tensor.ts'

/** Ops that compute every element from the elements at the same position. */
const pointwise: ReadonlySet<string> = new Set([...Object.keys(elementwise), ...Object.keys(logic)])

/** Zero examples may fill the blocks of a kernel gradient, up to this multiple of the examples. */
const MOST_PADDING = 2

/** What rewriting a node may need to know about others. */
interface Layouts {
  readonly b: number
  /** Whether the value is computed in blocks. */
  isBlocked(x: Tensor): boolean
  plain(x: Tensor): Tensor
  /** The value [N, C, H, W] as [N, C/b, H, W, b]. */
  blocked(x: Tensor): Tensor
  /** The parts of a value that is computed in parts, and that nobody reads but the node at hand. */
  parts(x: Tensor): Parts | undefined
}

/**
 * Rewrites convolutions into blocked ones where channels come in multiples of the block size b. Element-wise
 * ops, sums, slices and concatenations of blocked values are computed in blocks, too: the layout changes only
 * where something else reads a value.
 *
 * @param outputs simplified expressions; differentiation comes before this
 */
export function convolutionsInBlocks(outputs: readonly Tensor[], b: number): Tensor[] {
  const order = topological(outputs)
  const uses = new Map<Tensor, number>()
  for (const node of [...order.flatMap((n) => n.inputs), ...outputs])
    uses.set(node, (uses.get(node) ?? 0) + 1)

  const plain = new Map<Tensor, Tensor>()
  const blocked = new Map<Tensor, Tensor>()
  const computed = new Map<Tensor, Computed>()
  const gradients = new Map<Tensor, Tensor>()
  const layouts: Layouts = {
    b,
    isBlocked: (x) => computed.has(x),
    plain: (x) => remembered(plain, x, () => outOfBlocks(blocked.get(x)!)),
    blocked: (x) => remembered(blocked, x, () => inBlocks(layouts.plain(x), b)),
    parts: (x) => (uses.get(x) === 1 ? computed.get(x)?.parts : undefined),
  }
  for (const node of order) {
    const value = computedInBlocks(node, layouts)
    if (value) {
      blocked.set(node, value.whole)
      computed.set(node, value)
      continue
    }
    const gradient = ofKernel(node, layouts)
    if (gradient) gradients.set(node, gradient)
    plain.set(node, gradientAs(node, gradients) ?? rebuilt(node, node.inputs.map(layouts.plain)))
  }
  return outputs.map(layouts.plain)
}

/** Whether the expressions have any convolutions. */
export const convolves = (outputs: readonly Tensor[]): boolean =>
  topological(outputs).some(({ op }) => op === 'conv2d' || op === 'convTranspose2d')

function remembered(values: Map<Tensor, Tensor>, node: Tensor, make: () => Tensor): Tensor {
  const known = values.get(node)
  if (known) return known
  const value = make()
  values.set(node, value)
  return value
}

function rebuilt(node: Tensor, inputs: readonly Tensor[]): Tensor {
  const same = inputs.every((input, i) => input === node.inputs[i])
  return same ? node : Tensor.apply(node.op, inputs, node.attributes as OpAttributes[OpName])
}

const whole = (count: Dim | undefined, b: number) =>
  typeof count === 'number' && count > 0 && count % b === 0

/** A value [N, C/b, H, W, b], and its parts where it is computed in parts. */
interface Computed {
  readonly whole: Tensor
  readonly parts?: Parts | undefined
}

const fromParts = (parts: Parts): Computed => ({ whole: parts.join(parts.parts), parts })

/** The value of a node that is computed in blocks. */
function computedInBlocks(node: Tensor, layouts: Layouts): Computed | undefined {
  if (node.rank !== 4 || !whole(node.shape[1], layouts.b)) return undefined
  if (pointwise.has(node.op)) return pointwiseInBlocks(node, layouts)
  if (node.op === 'convTranspose2d') return transposedInBlocks(node, layouts)
  const value = inBlocksBy[node.op]?.(node, layouts)
  return value && { whole: value }
}

/** A convolution's input in the layout that its kernel takes: plain where it has few channels. */
function convInput(x: Tensor, { b, plain, blocked }: Layouts): Tensor | undefined {
  const [n, c] = x.shape
  if (n === 0) return undefined
  if (whole(c, b)) return blocked(x)
  return typeof c === 'number' && c > 0 && c < b ? plain(x) : undefined
}

function transposedInBlocks(node: Tensor, layouts: Layouts): Computed | undefined {
  const [x, w] = node.inputs as [Tensor, Tensor]
  const attributes = node.attributesOf('convTranspose2d')
  if (attributes.dilations.some((dilation) => dilation > 1)) return undefined
  const input = convInput(x, layouts)
  const parts = input && transposedConv(input, layouts.plain(w), layouts.b, attributes, node.shape)
  return parts && fromParts(parts)
}

function pointwiseInBlocks(node: Tensor, layouts: Layouts): Computed | undefined {
  const { b, isBlocked, plain, blocked, parts } = layouts
  const full = node.inputs.filter((x) => sameShape(x.shape, node.shape))
  if (!full.some(isBlocked)) return undefined
  const inputs = node.inputs.map((x) => {
    if (x.rank === 0) return plain(x)
    if (x.rank === 4 && x.shape[1] !== 1) return blocked(x)
    const ones = new Array<number>(4 - x.rank).fill(1)
    return inBlocks(plain(x).reshape([...ones, ...x.shape]), b)
  })
  // A bias or an activation is applied to the parts, so that the convolutions absorb it.
  const [only] = full
  const single = full.length === 1 ? parts(only!) : undefined
  const anywhere = (x: Tensor) => x === only || x.shape.slice(-2).every((d) => d === 1)
  const examples = (x: Tensor) => x === only || x.rank < 4 || x.shape[0] === 1
  if (!single || !node.inputs.every((x) => anywhere(x) && examples(x)))
    return { whole: rebuilt(node, inputs) }
  const at = node.inputs.indexOf(only!)
  return fromParts({
    ...single,
    parts: single.parts.map((part) =>
      rebuilt(
        node,
        inputs.map((x, i) => (i === at ? part : x)),
      ),
    ),
  })
}

const inBlocksBy: Partial<Record<OpName, (node: Tensor, layouts: Layouts) => Tensor | undefined>> =
  {
    conv2d(node, layouts) {
      const [x, w] = node.inputs as [Tensor, Tensor]
      if (node.inputs.every(exchanged)) return undefined
      const input = convInput(x, layouts)
      return input && conv(input, layouts.plain(w), layouts.b, node.attributesOf('conv2d'))
    },
    sum(node, { isBlocked, blocked }) {
      const x = node.inputs[0]!
      const { axes, keepDims } = node.attributesOf('sum')
      if (!isBlocked(x) || !keepDims || axes.includes(1)) return undefined
      return sumInBlocks(blocked(x), axes)
    },
    slice(node, { isBlocked, blocked }) {
      const { axis, start, end } = node.attributesOf('slice')
      const x = node.inputs[0]!
      return isBlocked(x) && axis !== 1 ? blocked(x).slice(axis, start, end) : undefined
    },
    pad(node, { isBlocked, blocked }) {
      const { axis, before, after } = node.attributesOf('pad')
      const x = node.inputs[0]!
      return isBlocked(x) && axis !== 1 ? blocked(x).pad(axis, before, after) : undefined
    },
    concat(node, { b, isBlocked, blocked }) {
      const { axis } = node.attributesOf('concat')
      const fits = node.inputs.every((x) => whole(x.shape[1], b)) && node.inputs.some(isBlocked)
      return fits ? concat(node.inputs.map(blocked), axis) : undefined
    },
  }

/** Sum over axes other than the channels', keeping them; first within planes, which is faster. */
function sumInBlocks(x: Tensor, axes: readonly number[]): Tensor {
  const plane = axes.filter((axis) => axis > 1)
  const within = plane.length > 0 ? x.sum(plane, true) : x
  return axes.includes(0) ? within.sum([0], true) : within
}

/** The value whose examples and channels `x` exchanges, and a constant factor. */
function exchanged(x: Tensor): { value: Tensor; factor: number } | undefined {
  if (x.op === 'transpose')
    return String(x.attributesOf('transpose').permutation) === '1,0,2,3'
      ? { value: x.inputs[0]!, factor: 1 }
      : undefined
  const { rest, factor } = factored(x)
  const inner = rest === x ? undefined : exchanged(rest)
  return inner && { value: inner.value, factor: inner.factor * factor }
}

/** A kernel's gradient as [C/g, O/b, h, w, g, b], where `node` is the convolution that computes it. */
function ofKernel(node: Tensor, { b, plain, blocked }: Layouts): Tensor | undefined {
  if (node.op !== 'conv2d') return undefined
  const [left, right] = node.inputs.map(exchanged)
  if (!left || !right) return undefined
  const [x, dy] = [left.value, right.value]
  const [n, c] = x.shape
  if (typeof n !== 'number' || Math.ceil(n / b) * b > MOST_PADDING * n) return undefined
  if (!whole(dy.shape[1], b) || typeof c !== 'number' || c === 0) return undefined
  const attributes = node.attributesOf('conv2d')
  const input = whole(c, b) && attributes.strides[1] === 1 ? blocked(x) : plain(x)
  const gradient = kernelGradient(input, blocked(dy), b, attributes)
  const factor = left.factor * right.factor
  return factor === 1 ? gradient : gradient.mul(factor)
}

/** The kernel's gradient in the order of `node`: [C, O, h, w], or exchanged, [O, C, h, w]. */
function gradientAs(node: Tensor, gradients: ReadonlyMap<Tensor, Tensor>): Tensor | undefined {
  const direct = gradients.get(node)
  if (direct) return gradientOutOfBlocks(direct)
  const inner =
    node.op === 'transpose' && exchanged(node) ? gradients.get(node.inputs[0]!) : undefined
  return inner && exchangedOutOfBlocks(inner)
}
