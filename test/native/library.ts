import { fileURLToPath } from 'node:url'
import koffi from 'koffi'
import { ownPlatform, PLATFORMS } from '../../scripts/native-sources.js'

const platform = PLATFORMS[ownPlatform()]!
export const libraryPath = fileURLToPath(
  new URL(`../../native/lib/${ownPlatform()}/${platform.file}`, import.meta.url),
)

koffi.struct('Description', {
  space: 'const int64_t *',
  inputs: 'const int64_t *',
  code: 'const int64_t *',
  outputs: 'const int64_t *',
  shapes: 'const int64_t *',
  constants: 'const float *',
  space_count: 'size_t',
  inputs_count: 'size_t',
  code_count: 'size_t',
  outputs_count: 'size_t',
  shapes_count: 'size_t',
  constants_count: 'size_t',
  plain: 'int',
})
koffi.struct('Tensor', { data: 'void *', elements: 'size_t', type: 'int' })

export const library = koffi.load(libraryPath)
export const version = library.func('const char *latentlab_version()') as () => string
export const level = library.func('int latentlab_level()') as () => number
export const setLevel = library.func('int latentlab_set_level(int number)') as (n: number) => number
const readCounts = library.func('void latentlab_counts(_Out_ int64_t *counts)')

/** Kernels created since the start: interpreted, Adam, Bernoulli. */
export function counts(): number[] {
  const list = new BigInt64Array(3)
  readCounts(list)
  return [...list].map(Number)
}

const LEVELS = [0, 1, 2, 3]
/** The instruction sets that this processor has. */
export const availableLevels = (() => {
  const best = level()
  const has = LEVELS.filter((number) => setLevel(number) === 1)
  setLevel(best)
  return has
})()

const runChain = library.func(
  'int latentlab_run_chain(const Description *d, const Tensor *tensors, size_t tensor_count, ' +
    'float **results, const size_t *capacities, size_t result_count, _Out_ uint8_t *error, size_t error_size)',
)

/** The attributes of the operator, as native/README.md has them. */
export interface Chain {
  readonly space: readonly number[]
  readonly inputs: readonly (readonly number[])[]
  readonly constants?: readonly number[]
  readonly code: readonly (readonly number[])[]
  readonly outputs: readonly (readonly number[])[]
  readonly shapes: readonly (readonly number[])[]
  readonly plain?: number
}

export type Data = Float32Array | Uint8Array | BigInt64Array

export const elementType = (data: Data) =>
  data instanceof Float32Array ? 1 : data instanceof BigInt64Array ? 7 : 2

const flat = (rows: readonly (readonly number[])[]) => BigInt64Array.from(rows.flat(), BigInt)
/** koffi refuses arrays without elements where a pointer is wanted. */
const atLeastOne = <T extends Data>(data: T): T =>
  data.length > 0 ? data : (new (data.constructor as new (n: number) => T)(1) as T)

/**
 * Runs a program without ONNX Runtime, on this thread.
 *
 * @throws {Error} with what the library says
 */
export function run(
  chain: Chain,
  data: readonly Data[],
  sizes: readonly number[],
  types: readonly number[] = data.map(elementType),
): Float32Array[] {
  const lists = {
    space: BigInt64Array.from(chain.space, BigInt),
    inputs: flat(chain.inputs),
    code: flat(chain.code),
    outputs: flat(chain.outputs),
    shapes: flat(chain.shapes.map((shape) => [shape.length, ...shape])),
    constants: Float32Array.from(chain.constants ?? []),
  }
  const counts = Object.fromEntries(
    Object.entries(lists).map(([name, list]) => [`${name}_count`, list.length]),
  )
  const pointers = Object.fromEntries(
    Object.entries(lists).map(([name, list]) => [name, atLeastOne<Data>(list)]),
  )
  const tensors = data.map((values, i) => ({
    data: atLeastOne(values),
    elements: values.length,
    type: types[i],
  }))
  const results = sizes.map((size) => new Float32Array(size))
  const error = Buffer.alloc(200)
  const code = runChain(
    { ...pointers, ...counts, plain: chain.plain ?? 0 },
    tensors.length > 0 ? tensors : [{ data: null, elements: 0, type: 1 }],
    tensors.length,
    results.map(atLeastOne),
    BigUint64Array.from(sizes, BigInt),
    results.length,
    error,
    error.length,
  )
  if (code !== 0) throw new Error(error.toString('utf8', 0, error.indexOf(0)))
  return results
}
