import type koffi from 'koffi'

export type Koffi = typeof koffi

/** An address in native memory. */
export type Pointer = bigint

/** Version of the table of functions that is asked for: that of ONNX Runtime 1.24 and of all that came later. */
const API_VERSION = 24

/**
 * Functions of ONNX Runtime's C API: the index of each in the struct `OrtApi` of onnxruntime_c_api.h, and the types of
 * its arguments. New functions are only ever appended to that struct, so the indices hold for every later version. These
 * return a status, which is null where they succeed. Those whose last argument is `_Out_` put their result there.
 */
const functions = {
  CreateEnv: [3, 'int', 'const char *', '_Out_ void **'],
  CreateSessionFromArray: [8, 'void *', 'void *', 'size_t', 'void *', '_Out_ void **'],
  // session, run options, names and values of inputs, their number; names of outputs, their number, values
  Run: [
    9,
    ...['void *', 'void *', 'const char **', 'void **', 'size_t'],
    ...['const char **', 'size_t', '_Inout_ void **'],
  ],
  CreateSessionOptions: [10, '_Out_ void **'],
  SetSessionLogSeverityLevel: [22, 'void *', 'int'],
  SetSessionGraphOptimizationLevel: [23, 'void *', 'int'],
  SetIntraOpNumThreads: [24, 'void *', 'int'],
  SetInterOpNumThreads: [25, 'void *', 'int'],
  SessionGetInputCount: [30, 'void *', '_Out_ size_t *'],
  SessionGetOutputCount: [31, 'void *', '_Out_ size_t *'],
  SessionGetInputTypeInfo: [33, 'void *', 'size_t', '_Out_ void **'],
  SessionGetOutputTypeInfo: [34, 'void *', 'size_t', '_Out_ void **'],
  SessionGetInputName: [36, 'void *', 'size_t', 'void *', '_Out_ void **'],
  SessionGetOutputName: [37, 'void *', 'size_t', 'void *', '_Out_ void **'],
  // memory info, data, bytes, shape, rank, element type
  CreateTensorWithDataAsOrtValue: [
    49,
    ...['void *', 'void *', 'size_t', 'void *', 'size_t', 'int', '_Out_ void **'],
  ],
  GetTensorMutableData: [51, 'void *', '_Out_ void **'],
  CastTypeInfoToTensorInfo: [55, 'void *', '_Out_ void **'],
  GetTensorElementType: [60, 'void *', '_Out_ int *'],
  GetDimensionsCount: [61, 'void *', '_Out_ size_t *'],
  GetDimensions: [62, 'void *', 'void *', 'size_t'],
  GetSymbolicDimensions: [63, 'void *', 'void *', 'size_t'],
  GetTensorTypeAndShape: [65, 'void *', '_Out_ void **'],
  CreateCpuMemoryInfo: [69, 'int', 'int', '_Out_ void **'],
  AllocatorFree: [76, 'void *', 'void *'],
  GetAllocatorWithDefaultOptions: [78, '_Out_ void **'],
  AddSessionConfigEntry: [130, 'void *', 'const char *', 'const char *'],
} as const satisfies Readonly<Record<string, readonly [number, ...string[]]>>

/** Functions that free an object and return nothing. */
const releases = {
  Status: 93,
  MemoryInfo: 94,
  Session: 95,
  Value: 96,
  TypeInfo: 98,
  TensorTypeAndShapeInfo: 99,
  SessionOptions: 100,
} as const

const GET_ERROR_MESSAGE = 2
/** More than the highest index. */
const LENGTH = 131

type Name = keyof typeof functions

type Argument =
  | Pointer
  | number
  | string
  | null
  | ArrayBufferView
  | readonly (Pointer | string | null)[]

/** ONNX Runtime's C API. Pointers are not checked: a wrong one ends the process. */
export interface OrtApi {
  readonly koffi: Koffi
  /** Version of the library. */
  readonly version: string
  /** Address of its `OrtApiBase`. */
  readonly base: Pointer
  /** Calls a function. Throws Error with its message where it fails. */
  call(name: Name, ...given: readonly Argument[]): void
  /** Calls a function with all arguments but the last, and returns what it puts there. */
  get<T extends Pointer | number = Pointer>(name: Name, ...given: readonly Argument[]): T
  /** Throws Error with the message of a status unless it is null, and frees it. */
  check(status: unknown): void
  release(kind: keyof typeof releases, object: Pointer): void
}

/**
 * Reaches the C API of a library that the process has loaded already, as onnxruntime-node does: its sessions and those
 * made here share an environment.
 *
 * @param file the library's file, the very one that is loaded
 * @throws Error where it cannot be loaded, or is older than the functions above
 */
export function openApi(koffi: Koffi, file: string): OrtApi {
  // koffi unloads a library whose object is collected; onnxruntime-node's own handle keeps this one.
  const base = koffi.load(file).func('void *OrtGetApiBase()')() as Pointer
  const [getApi, getVersion] = koffi.decode(base, koffi.array('void *', 2)) as Pointer[]
  const version = koffi.call(getVersion, koffi.proto('const char *', [])) as string
  const table = koffi.call(getApi, koffi.proto('void *', ['uint32_t']), API_VERSION)
  if (table === null)
    throw new Error(`ONNX Runtime ${version} lacks version ${API_VERSION} of its C API`)
  const addresses = koffi.decode(table, koffi.array('void *', LENGTH)) as Pointer[]
  const messageOf = koffi.proto('const char *', ['void *'])
  const releasing = koffi.proto('void', ['void *'])
  const prototypes = Object.fromEntries(
    Object.entries(functions).map(([name, [, ...types]]) => [name, koffi.proto('void *', types)]),
  )
  const release: OrtApi['release'] = (kind, object) => {
    koffi.call(addresses[releases[kind]], releasing, object)
  }
  const check: OrtApi['check'] = (status) => {
    if (status === null) return
    const message = koffi.call(addresses[GET_ERROR_MESSAGE], messageOf, status) as string
    release('Status', status as Pointer)
    throw new Error(message)
  }
  const call: OrtApi['call'] = (name, ...given) =>
    check(koffi.call(addresses[functions[name][0]], prototypes[name]!, ...given))
  return {
    koffi,
    version,
    base,
    call,
    get<T>(name: Name, ...given: readonly Argument[]) {
      const result: [T | null] = [null]
      call(name, ...given, result as never)
      return result[0] as T
    },
    check,
    release,
  }
}
