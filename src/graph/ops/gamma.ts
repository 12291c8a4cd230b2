import type { Emitter, FloatValue, NoAttributes, OpAttributes, OpRule, OpTable } from '../rule.ts'
import { Tensor } from '../tensor.ts'
import { digammaSeries, factorial, lgamma, polygamma, stirlingTerms } from './gamma-values.ts'
import { floats, requireType } from './values.ts'

/**
 * Below this, the float32 lowering of log Γ goes up by the recurrence Γ(x + 1) = x Γ(x) to where Stirling's series
 * holds.
 */
const LGAMMA_SHIFT = 3
export const SERIES_TERMS = 4

/** The same for ψ⁽ᵐ⁾. */
export const polygammaShift = (order: number): number => 4 + order

/** c[0] + c[1] x + c[2] x² + …, by Horner's rule. */
function polynomial(emit: Emitter, x: string, coefficients: readonly number[]): string {
  const [last, ...rest] = [...coefficients].reverse()
  return rest.reduce(
    (sum, c) => emit.op('Add', [emit.op('Mul', [sum, x]), emit.float(c)]),
    emit.float(last!),
  )
}

/** x + k for k in 0 … n - 1. */
const steps = (emit: Emitter, x: string, n: number) =>
  Array.from({ length: n }, (_, k) => (k === 0 ? x : emit.op('Add', [x, emit.float(k)])))

/** `x + n` where x is below n, else x; and whether it is. */
function shifted(emit: Emitter, x: string, n: number) {
  const small = emit.op('Less', [x, emit.float(n)])
  return { small, y: emit.op('Where', [small, emit.op('Add', [x, emit.float(n)]), x]) }
}

const lgammaRule: OpRule<NoAttributes> = {
  infer([x]) {
    requireType('lgamma', x!, 'float')
    return { dtype: 'float', shape: x!.shape }
  },
  gradient: (node, dy) => [dy.mul(Tensor.apply('polygamma', node.inputs, { order: 0 }))],
  // log Γ(x) = (y - ½) log y - y + ½ log 2π + Σ B₂ₖ / (2k (2k - 1) y²ᵏ⁻¹) - log x(x + 1)(x + 2), y = x + 3:
  // Abramowitz and Stegun 6.1.40 and 6.1.15.
  onnx(emit, [x]) {
    const { small, y } = shifted(emit, x!, LGAMMA_SHIFT)
    const product = steps(emit, x!, LGAMMA_SHIFT).reduce((a, b) => emit.op('Mul', [a, b]))
    const below = emit.op('Log', [emit.op('Where', [small, product, emit.float(1)])])
    const inverse = emit.op('Reciprocal', [y])
    const series = polynomial(emit, emit.op('Mul', [inverse, inverse]), stirlingTerms(SERIES_TERMS))
    const main = emit.op('Mul', [emit.op('Sub', [y, emit.float(0.5)]), emit.op('Log', [y])])
    const stirling = emit.op('Add', [
      emit.op('Sub', [main, y]),
      emit.op('Add', [emit.op('Mul', [series, inverse]), emit.float(0.5 * Math.log(2 * Math.PI))]),
    ])
    return emit.op('Sub', [stirling, below])
  },
  reference: ([x]) => ({ ...(x as FloatValue), data: floats(x!).map(lgamma) }),
}

const polygammaRule: OpRule<OpAttributes['polygamma']> = {
  infer([x], { order }) {
    requireType('polygamma', x!, 'float')
    if (!Number.isInteger(order) || order < 0)
      throw new Error(`polygamma takes a whole order of 0 or more, got ${order}`)
    return { dtype: 'float', shape: x!.shape }
  },
  gradient: (node, dy, { order }) => [
    dy.mul(Tensor.apply('polygamma', node.inputs, { order: order + 1 })),
  ],
  // ψ⁽ᵐ⁾(x) = ψ⁽ᵐ⁾(y) + (-1)ᵐ⁺¹ m! Σ 1 / (x + k)ᵐ⁺¹, y = x + n: Abramowitz and Stegun 6.4.6; the series of ψ⁽ᵐ⁾(y) is
  // 6.3.18 and 6.4.11.
  onnx(emit, [x], _node, { order }) {
    const n = polygammaShift(order)
    const { small, y } = shifted(emit, x!, n)
    const power = (base: string, exponent: number) =>
      Array.from({ length: exponent }, () => base).reduce((a, b) => emit.op('Mul', [a, b]))
    const below = steps(emit, x!, n)
      .map((step) => power(emit.op('Reciprocal', [step]), order + 1))
      .reduce((a, b) => emit.op('Add', [a, b]))
    const { sign, leading, half, terms } = digammaSeries(order, SERIES_TERMS)
    const recurrence = emit.op('Mul', [
      emit.op('Where', [small, below, emit.float(0)]),
      emit.float(sign * factorial(order)),
    ])
    const inverse = emit.op('Reciprocal', [y])
    // Without the factor 1 / yᵐ: leading + half / y + Σ terms / y²ᵏ.
    const square = emit.op('Mul', [inverse, inverse])
    const tail = emit.op('Add', [
      emit.op('Mul', [inverse, emit.float(half)]),
      emit.op('Mul', [polynomial(emit, square, terms), square]),
    ])
    const series =
      order === 0
        ? emit.op('Sub', [emit.op('Log', [y]), tail])
        : emit.op('Mul', [
            emit.op('Mul', [emit.op('Add', [tail, emit.float(leading)]), power(inverse, order)]),
            emit.float(sign),
          ])
    return emit.op('Add', [series, recurrence])
  },
  reference: ([x], { order }) => ({
    ...(x as FloatValue),
    data: floats(x!).map((value) => polygamma(order, value)),
  }),
}

/** log Γ and its derivatives, for positive arguments. */
export const gamma = { lgamma: lgammaRule, polygamma: polygammaRule } satisfies Partial<OpTable>
