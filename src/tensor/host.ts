import { described, isList, shortened } from './described.ts'

/** Element types of host arrays. `bool` is one byte an element, 0 or 1. */
export interface ElementArrays {
  float32: Float32Array
  float64: Float64Array
  uint8: Uint8Array
  int32: Int32Array
  int64: BigInt64Array
  bool: Uint8Array
}

export type DType = keyof ElementArrays

/** A dense row-major array in host memory. `data.length` is the product of `shape`. */
export interface HostTensor<D extends DType = DType> {
  readonly dtype: D
  readonly shape: readonly number[]
  readonly data: ElementArrays[D]
  /** The factor by which stored values have been multiplied; absent where values are as stored. */
  readonly scale?: number | undefined
}

/** A float32 array on the host. */
export type Floats = HostTensor<'float32'>

/**
 * Bytes of a file, as a `Blob` takes them: their memory is not shared. Written so that TypeScript before 5.7 reads
 * it, whose arrays have no type parameter.
 */
export type FileBytes = Uint8Array & { readonly buffer: ArrayBuffer }

/** A float32 or float64 array on the host. */
export type AnyFloats = Floats | HostTensor<'float64'>

/** Number of elements of a shape; 1 for a scalar's empty shape. */
export function sizeOf(shape: readonly number[]): number {
  if (!isShape(shape)) throw new RangeError(shapeFault(shape))
  return shape.reduce((product, dimension) => product * dimension, 1)
}

/**
 * Builds a host tensor, checking that the data fills the shape.
 *
 *     hostTensor('uint8', [2, 28, 28], pixels)
 *     hostTensor('float32', [2, 784], values, 1 / 255) // pixels that are already divided by 255
 *
 * @param scale the factor by which stored values have been multiplied; left out where they are as stored
 * Values in shared memory are copied, as the runtime takes none of it; others are not.
 *
 * @throws RangeError for an unknown type, data of another type, or too many or too few values for the shape
 */
export function hostTensor<D extends DType>(
  dtype: D,
  shape: readonly number[],
  data: ElementArrays[D],
  scale?: number | undefined,
): HostTensor<D> {
  const fault = tensorFault({ dtype, shape, data, scale })
  if (fault) throw new RangeError(fault)
  return { dtype, shape, data: ownKind(data), scale }
}

/** Whole numbers as int64. Written as a loop, since `BigInt64Array.from` takes some ten times as long. */
export function int64s(values: ArrayLike<number>): BigInt64Array {
  const result = new BigInt64Array(values.length)
  for (let i = 0; i < values.length; i++) result[i] = BigInt(values[i]!)
  return result
}

/** As many as NumPy had before its version 2. */
export const MOST_AXES = 32

/** The names of the arrays that hold the elements of each type. */
const arrayNames: Readonly<Record<DType, string>> = {
  float32: 'Float32Array',
  float64: 'Float64Array',
  uint8: 'Uint8Array',
  int32: 'Int32Array',
  int64: 'BigInt64Array',
  bool: 'Uint8Array',
}

/** The element type of a typed array, by the name of its type; undefined where there is none. */
export const dtypeOf = (arrayName: string): DType | undefined =>
  (Object.keys(arrayNames) as DType[]).find((dtype) => arrayNames[dtype] === arrayName)

/** What is wrong with the parts of a host tensor, on one line; undefined where nothing is. */
export function tensorFault(
  parts: Readonly<Record<keyof HostTensor, unknown>>,
): string | undefined {
  const { dtype, shape, data, scale } = parts
  if (typeof dtype !== 'string' || !Object.hasOwn(arrayNames, dtype))
    return `dtype: expected one of ${Object.keys(arrayNames).join(', ')}, got ${described(dtype)}`
  const name = arrayNames[dtype as DType]
  if (!isArrayOf(name, data))
    return `data: an array of type ${dtype} is made of a ${name}, got ${described(data)}`
  if (!isShape(shape)) return shapeFault(shape)
  if (shape.length > MOST_AXES)
    return `shape: expected at most ${MOST_AXES} axes, got ${shape.length}`
  if (data.length !== sizeOf(shape))
    return `shape [${shape.join(', ')}] needs ${sizeOf(shape)} elements, got ${data.length}`
  if (scale !== undefined && !(typeof scale === 'number' && Number.isFinite(scale)))
    return `scale: expected a finite number, got ${described(scale)}`
  return undefined
}

const shapeFault = (shape: unknown): string =>
  `shape: expected a list of whole numbers, got ${isList(shape) ? `[${shortened(Array.from(shape, described).join(', '), 200)}]` : described(shape)}`

const isShape = (shape: unknown): shape is readonly number[] =>
  Array.isArray(shape) && Array.from(shape).every((size) => Number.isSafeInteger(size) && size >= 0)

/** By name, since `instanceof` fails for arrays from another realm. A canvas has its pixels in clamped bytes. */
function isArrayOf(name: string, data: unknown): data is ArrayLike<unknown> {
  const own = ArrayBuffer.isView(data) ? (data as Uint8Array)[Symbol.toStringTag] : undefined
  return own === name || (name === 'Uint8Array' && (own as string) === 'Uint8ClampedArray')
}

/** The same values in an array that the runtime takes: clamped bytes of a canvas as a `Uint8Array`, shared memory copied. */
export function ownKind<A extends HostTensor['data']>(data: A): A {
  if (data.buffer[Symbol.toStringTag] !== 'ArrayBuffer') return copied(data)
  if (!((data as unknown) instanceof Uint8ClampedArray)) return data
  return new Uint8Array(data.buffer, data.byteOffset, data.length) as A
}

/** Not `slice`, with which a `Buffer` of Node would share its memory. */
function copied<A extends HostTensor['data']>(data: A): A {
  const arrays = {
    Float32Array,
    Float64Array,
    Uint8Array,
    Uint8ClampedArray: Uint8Array,
    Int32Array,
    BigInt64Array,
  }
  const Own = arrays[data[Symbol.toStringTag]] as unknown as new (values: A) => A
  return new Own(data)
}

/** Rows `start` (included) to `end` (excluded) of an array `[n, D]`, copied. */
export function rowsBetween({ shape, data, scale }: Floats, start: number, end: number): Floats {
  const width = shape[1]!
  return hostTensor('float32', [end - start, width], data.slice(start * width, end * width), scale)
}

/** Number of bytes of one element. */
export const bytesPerElement: Readonly<Record<DType, number>> = {
  float32: 4,
  float64: 8,
  uint8: 1,
  int32: 4,
  int64: 8,
  bool: 1,
}

/** A result as float32, which a runtime that computes in float64 gives as float64. */
export const asFloats = ({ shape, data }: HostTensor): Floats =>
  hostTensor(
    'float32',
    shape,
    data instanceof Float32Array ? data : Float32Array.from(data as Float64Array),
  )
