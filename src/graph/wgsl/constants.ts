import type { Value } from '../rule.ts'
import { shaderType } from './place.ts'
import type { Element, Scope } from './scope.ts'
import { floatLiteral } from './wgsl-function.ts'

/** Text of a float32 number. */
export function float(scope: Scope, x: number): string {
  const rounded = Math.fround(x)
  if (Number.isNaN(rounded)) return scope.part.call('op_nan')
  if (!Number.isFinite(rounded)) return `${rounded < 0 ? '-' : ''}${scope.part.call('op_infinity')}`
  if (Object.is(rounded, -0)) return 'bitcast<f32>(0x80000000u)'
  return rounded < 0 ? `(${floatLiteral(x)})` : floatLiteral(x)
}

/** Text of the bits of a 64-bit integer. */
const integer = (x: bigint) => `vec2u(${BigInt.asUintN(32, x)}u, ${BigInt.asUintN(64, x) >> 32n}u)`

/** Integers that go up by steps of one size: what is added at each; undefined for others. */
function stepOf(data: BigInt64Array): bigint | undefined {
  if (!steps.has(data)) {
    const by = BigInt.asIntN(64, data[1]! - data[0]!)
    const isSteady = data.every((x, i) => i === 0 || BigInt.asIntN(64, x - data[i - 1]!) === by)
    steps.set(data, isSteady ? by : undefined)
  }
  return steps.get(data)
}

/** Those of arrays that have been looked through, which have as many numbers as a step draws. */
const steps = new WeakMap<BigInt64Array, bigint | undefined>()

/** Whether a shader's text holds a constant: one number, or integers of an arithmetic sequence. */
export const isWritten = ({ data }: Value): boolean =>
  data.length <= 1 || (data instanceof BigInt64Array && stepOf(data) !== undefined)

/** An element of a constant that a shader's text holds. */
export const constant: Element = (scope, node, index) => {
  const { data, dtype } = node.attributesOf('constant').value
  if (data.length === 0) return `${shaderType(node)}()`
  if (data instanceof BigInt64Array) {
    const by = data.length > 1 ? stepOf(data)! : 0n
    const grown =
      by === 0n ? undefined : scope.part.call('i64_mul', integer(by), `vec2u(${index}, 0u)`)
    if (!grown) return integer(data[0]!)
    return data[0] === 0n ? grown : scope.part.call('i64_add', grown, integer(data[0]!))
  }
  const x = data[0]!
  if (dtype === 'bool') return String(x !== 0)
  return dtype === 'uint8' ? `${x}u` : float(scope, x)
}
