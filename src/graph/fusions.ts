import { emitBlockedConv } from './ops/blocked.ts'
import type { Emitter, OnnxAttributes } from './rule.ts'
import { broadcast, sameShape } from './shape.ts'
import { type Tensor, topological } from './tensor.ts'

/** Several expressions that one ONNX node can compute. */
export interface Fusion {
  /** Nodes whose values nobody else needs. */
  readonly absorbed: readonly Tensor[]
  /** Writes the node; `visit` gives the names of its inputs. */
  onnx(to: Emitter, visit: (x: Tensor) => string): string
}

/** How often each expression is read: by others, and as an output. */
export function usesOf(outputs: readonly Tensor[]): Map<Tensor, number> {
  const uses = new Map<Tensor, number>()
  for (const node of [...topological(outputs).flatMap((n) => n.inputs), ...outputs])
    uses.set(node, (uses.get(node) ?? 0) + 1)
  return uses
}

/** The fusion that computes `node`, if there is one whose parts nothing else uses. */
export function fused(node: Tensor, uses: ReadonlyMap<Tensor, number>): Fusion | undefined {
  return gemm(node, uses) ?? biasAndRelu(node, uses)
}

/** The factor and the rest of `x · c`, where c is a constant number. */
export function factored(x: Tensor): { rest: Tensor; factor: number } {
  if (x.op === 'neg') return { rest: x.inputs[0]!, factor: -1 }
  const second = x.op === 'mul' ? x.inputs[1]! : undefined
  if (second?.op !== 'constant' || second.rank !== 0 || second.dtype !== 'float')
    return { rest: x, factor: 1 }
  return { rest: x.inputs[0]!, factor: second.attributesOf('constant').value.data[0] as number }
}

interface Gemm {
  readonly product: Tensor
  readonly alpha: number
  readonly addend?: Tensor | undefined
  readonly beta: number
  /** Nodes whose values nobody else needs. */
  readonly absorbed: readonly Tensor[]
}

/** Reads `node` as α·A·B + β·C, if it has that form and nothing else uses its parts. */
function matchGemm(node: Tensor, uses: ReadonlyMap<Tensor, number>): Gemm | undefined {
  const alone = (x: Tensor) => uses.get(x) === 1
  const scaledProduct = (x: Tensor) => {
    const { rest, factor } = factored(x)
    return rest.op === 'dot' && (rest === x || alone(rest))
      ? { product: rest, alpha: factor, absorbed: rest === x ? [] : [rest] }
      : undefined
  }
  if (node.op === 'mul' || node.op === 'neg') {
    const found = scaledProduct(node)
    return found && { ...found, beta: 0 }
  }
  if (node.op !== 'add') return undefined
  for (const [x, other] of [
    [node.inputs[0]!, node.inputs[1]!],
    [node.inputs[1]!, node.inputs[0]!],
  ] as const) {
    const found = alone(x) ? scaledProduct(x) : undefined
    if (!found || x === other || !sameShape(x.shape, node.shape)) continue
    if (!sameShape(broadcast(other.shape, node.shape), node.shape) || other.rank > 2) continue
    const { rest, factor } = alone(other) ? factored(other) : { rest: other, factor: 1 }
    const inside = [x, ...found.absorbed, ...(rest === other ? [] : [other])]
    return {
      product: found.product,
      alpha: found.alpha,
      addend: rest,
      beta: factor,
      absorbed: inside,
    }
  }
  return undefined
}

function gemm(node: Tensor, uses: ReadonlyMap<Tensor, number>): Fusion | undefined {
  const found = matchGemm(node, uses)
  if (!found) return undefined
  const { transposeA, transposeB } = found.product.attributesOf('dot')
  const inputs = [...found.product.inputs, ...(found.addend ? [found.addend] : [])]
  const attributes: OnnxAttributes = {
    transA: { int: Number(transposeA) },
    transB: { int: Number(transposeB) },
    alpha: { float: found.alpha },
    beta: { float: found.addend ? found.beta : 1 },
  }
  return {
    absorbed: found.absorbed,
    onnx: (to, visit) => to.op('Gemm', inputs.map(visit), attributes),
  }
}

/** A blocked convolution followed by a bias for each channel, ReLU, or both. */
function biasAndRelu(node: Tensor, uses: ReadonlyMap<Tensor, number>): Fusion | undefined {
  const alone = (x: Tensor) => uses.get(x) === 1
  const rectified = node.op === 'relu' && alone(node.inputs[0]!) ? node.inputs[0]! : undefined
  const sum = rectified ?? node
  const parts = sum.op === 'add' ? sum.inputs : [sum]
  const product = parts.find((x) => x.op === 'blockedConv' && (x === sum || alone(x)))
  if (!product || product === node) return undefined
  const bias = parts.find((x) => x !== product)
  const [, blocks, , , b] = product.shape
  if (bias && !sameShape(bias.shape, [1, blocks!, 1, 1, b!])) return undefined
  const inside = [rectified, product].filter((x) => x !== undefined)
  return {
    absorbed: inside.filter((x) => x !== node),
    onnx(to, visit) {
      const [x, w] = product.inputs.map(visit)
      const added = bias ? visit(bias) : undefined
      return emitBlockedConv(to, [x!, w!, added], product, rectified !== undefined)
    },
  }
}
