import type { GraphDType } from '../rule.ts'
import type { Tensor } from '../tensor.ts'

/**
 * A buffer that shaders see: `memory` holds the state, constants and what a step computes, `fixed` what is bound, `fed`
 * the feeds of a step or call, `results` what it reports. The first two are several where one would be larger than the
 * device allows.
 */
export type BufferName = `memory${number}` | `fixed${number}` | 'fed' | 'results'

/** Where an array lies. */
export interface Place {
  readonly buffer: BufferName
  /** The 32-bit word at which it begins. */
  readonly offset: number
  /** Arrays of uint8 and bool that come from the host are packed; what a shader computes takes whole words. */
  readonly packed: boolean
}

/** 32-bit words of one element, where elements take whole words. */
export const wordsOf = (dtype: GraphDType): 1 | 2 => (dtype === 'int64' ? 2 : 1)

/** Whether the host packs arrays of this type, one byte for each element. */
export const isPacked = (dtype: GraphDType): boolean => dtype === 'uint8' || dtype === 'bool'

/** 32-bit words of an array, from its start to where the next one may begin (a multiple of four). */
export function lengthOf(dtype: GraphDType, size: number, packed: boolean): number {
  const words = packed ? Math.ceil(size / 4) : size * wordsOf(dtype)
  return Math.ceil(words / 4) * 4
}

/** Types of values in shaders. */
const shaderTypes: Readonly<Record<Exclude<GraphDType, 'double'>, string>> = {
  float: 'f32',
  int64: 'vec2u',
  bool: 'bool',
  uint8: 'u32',
}

/** An expression of float64, which WGSL does not have. */
export class NoFloat64 extends Error {}

/** The type of an expression's elements in a shader; throws NoFloat64 for `double`, which WGSL does not have. */
export function shaderType({ dtype, op }: Tensor): string {
  if (dtype === 'double') throw new NoFloat64(`WebGPU has no float64, which ${op} computes with`)
  return shaderTypes[dtype]
}
