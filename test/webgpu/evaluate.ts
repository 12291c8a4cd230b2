import { functionText } from '../../src/graph/wgsl/functions.ts'
import type { Computer } from './compute.ts'

/** Floats are f32, 64-bit integers vec2<u32>. */
type Numbers = Float32Array | Uint32Array | BigInt64Array

const WORKGROUP = 64

/** Reads element `i` of a buffer of words as an operand. */
function operand(values: Numbers, binding: number): string {
  const name = `operand_${binding}`
  if (values instanceof BigInt64Array) return `vec2<u32>(${name}[2u * i], ${name}[2u * i + 1u])`
  return values instanceof Uint32Array ? `${name}[i]` : `bitcast<f32>(${name}[i])`
}

/** Stores a value as words. */
const stores = {
  float: (value: string) => `output[i] = bitcast<u32>(${value});`,
  bool: (value: string) => `output[i] = select(0u, 1u, ${value});`,
  int64: (value: string) =>
    `let value = ${value}; output[2u * i] = value.x; output[2u * i + 1u] = value.y;`,
}

/** What a WGSL function gives for each element of its operands, in words: one dispatch. */
export function evaluate(
  computer: Computer,
  name: string,
  operands: readonly Numbers[],
  result: keyof typeof stores,
): Promise<Uint32Array> {
  const count = operands[0]?.length ?? 1
  const storage = (binding: number, access: string, buffer: string) =>
    `@group(0) @binding(${binding}) var<storage, ${access}> ${buffer}: array<u32>;`
  const call = `${name}(${operands.map((values, k) => operand(values, k + 1)).join(', ')})`
  const code = `${storage(0, 'read_write', 'output')}
${operands.map((_, k) => storage(k + 1, 'read', `operand_${k + 1}`)).join('\n')}
${functionText([name])}
@compute @workgroup_size(${WORKGROUP}) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let i = id.x;
  if (i >= ${count}u) { return; }
  ${stores[result](call)}
}`
  const inputs = operands.map((values) => new Uint32Array(values.slice().buffer))
  const words = count * (result === 'int64' ? 2 : 1)
  return computer.run({ code, inputs, words, workgroups: Math.ceil(count / WORKGROUP) })
}

export async function evaluateFloats(
  computer: Computer,
  name: string,
  ...operands: readonly Numbers[]
): Promise<Float32Array> {
  const words = await evaluate(computer, name, operands, 'float')
  return new Float32Array(words.slice().buffer)
}

export async function evaluateIntegers(
  computer: Computer,
  name: string,
  ...operands: readonly Numbers[]
): Promise<BigInt64Array> {
  const words = await evaluate(computer, name, operands, 'int64')
  return new BigInt64Array(words.slice().buffer)
}

export async function evaluateTruths(
  computer: Computer,
  name: string,
  ...operands: readonly Numbers[]
): Promise<boolean[]> {
  return Array.from(await evaluate(computer, name, operands, 'bool'), (word) => word === 1)
}
