import type { HostTensor } from '../tensor/host.ts'
import type { Dim, Shape } from './shape.ts'
import type { Tensor } from './tensor.ts'

/**
 * Element types of symbolic tensors. `float` is float32 where ONNX Runtime executes the graph and
 * float64 in the reference interpreter. `double` is float64 in both: for values in the units of a file, such as
 * dates, whose digits a float32 does not hold. Few ops take it, and nothing is differentiated by it.
 */
export type GraphDType = 'float' | 'double' | 'int64' | 'bool' | 'uint8'

/** ONNX's numbers of these types. */
export const onnxTypes: Readonly<Record<GraphDType, number>> = {
  float: 1,
  double: 11,
  uint8: 2,
  int64: 7,
  bool: 9,
}

/** Types of real numbers. */
export const realTypes = ['float', 'double'] as const satisfies readonly GraphDType[]

/** Attributes of every primitive. The op table has exactly these entries. */
export interface OpAttributes {
  input: { readonly name: string }
  constant: { readonly value: Value }

  neg: NoAttributes
  abs: NoAttributes
  sign: NoAttributes
  exp: NoAttributes
  log: NoAttributes
  log1p: NoAttributes
  sqrt: NoAttributes
  sin: NoAttributes
  cos: NoAttributes
  tanh: NoAttributes
  sigmoid: NoAttributes
  softplus: NoAttributes
  erf: NoAttributes
  lgamma: NoAttributes
  polygamma: { readonly order: number }
  relu: NoAttributes
  floor: NoAttributes
  clip: { readonly low: number; readonly high: number }
  stopGradient: NoAttributes

  add: NoAttributes
  sub: NoAttributes
  mul: NoAttributes
  div: NoAttributes
  pow: NoAttributes
  max: NoAttributes
  min: NoAttributes

  equal: NoAttributes
  less: NoAttributes
  and: NoAttributes
  or: NoAttributes
  not: NoAttributes
  select: NoAttributes
  cast: { readonly to: GraphDType }
  xor: NoAttributes
  shiftRight: { readonly bits: number }

  sum: ReduceAttributes
  reduceMax: ReduceAttributes
  argMax: { readonly axis: number }
  smallest: { readonly count: number }

  reshape: { readonly shape: Shape }
  transpose: { readonly permutation: readonly number[] }
  expand: { readonly shape: Shape }
  slice: { readonly axis: number; readonly start: number; readonly end: number }
  pad: { readonly axis: number; readonly before: number; readonly after: number }
  concat: { readonly axis: number }
  gather: { readonly axis: number }
  scatterAdd: { readonly axis: number; readonly size: number }

  dot: { readonly transposeA: boolean; readonly transposeB: boolean }
  matmul: NoAttributes
  conv2d: ConvAttributes
  convTranspose2d: ConvAttributes & { readonly outputPadding: Pair }
  intoBlocks: { readonly size: number }
  outOfBlocks: NoAttributes
  blockedConv: ConvAttributes
}

export type NoAttributes = Readonly<Record<never, never>>
export type Pair = readonly [number, number]

export interface ReduceAttributes {
  /** Sorted, non-negative. */
  readonly axes: readonly number[]
  readonly keepDims: boolean
}

/** Vertical comes before horizontal; padding is [top, left, bottom, right]. */
export interface ConvAttributes {
  readonly strides: Pair
  readonly padding: readonly [number, number, number, number]
  readonly dilations: Pair
}

export type OpName = keyof OpAttributes

/** A concrete value in the reference interpreter; floats are float64. */
export interface Value {
  readonly dtype: GraphDType
  readonly shape: readonly number[]
  readonly data: Float64Array | BigInt64Array | Uint8Array
}

export type FloatValue = Value & { readonly data: Float64Array }

/** What a rule uses to lower an op: it adds ONNX nodes and constants, and returns the names of their values. */
export interface Emitter {
  /**
   * Adds a node with one output, returning the output's name. The type of an op that is not ONNX's own
   * begins with its domain, as in `com.microsoft.nchwc.Conv`.
   */
  op(type: string, inputs: readonly string[], attributes?: OnnxAttributes): string
  /** Adds a node with several outputs. */
  ops(
    type: string,
    inputs: readonly string[],
    outputs: number,
    attributes?: OnnxAttributes,
  ): string[]
  /** The name of an initialiser; equal constants share one. */
  constant(value: HostTensor): string
  /** One-dimensional int64 initialiser, for shapes and axes. */
  int64s(values: readonly number[]): string
  /** Scalar float32 initialiser. */
  float(value: number): string
  /** The value in another shape. Successive reshapes become one, or none. */
  reshape(value: string, from: Shape, to: Shape): string
  /** A shape as a one-dimensional int64 value; one symbolic dimension is allowed and becomes -1. */
  shape(shape: Shape): string
}

export type OnnxAttributes = Readonly<
  Record<
    string,
    | { int: number }
    | { ints: readonly number[] }
    | { float: number }
    | { floats: readonly number[] }
    | { string: string }
  >
>

/** Everything about a primitive. */
export interface OpRule<A> {
  /** Type and shape of the result; throws where the inputs do not fit. */
  infer(inputs: readonly Tensor[], attributes: A): { dtype: GraphDType; shape: Shape }
  /**
   * Gradient with respect to each input as expressions, given the gradient of the output; `undefined`
   * for an input that has none. `none` is for ops that are integer-valued or piecewise constant.
   */
  readonly gradient:
    | 'none'
    | ((node: Tensor, dy: Tensor, attributes: A) => readonly (Tensor | undefined)[])
  /** Lowers the op to ONNX (opset 18), returning the name of the value. */
  onnx(emit: Emitter, inputs: readonly string[], node: Tensor, attributes: A): string
  /** The op in float64; `resolve` turns symbolic dimensions into the sizes of this run. */
  reference(inputs: readonly Value[], attributes: A, resolve: (dimension: Dim) => number): Value
}

export type OpTable = { readonly [O in OpName]: OpRule<OpAttributes[O]> }
