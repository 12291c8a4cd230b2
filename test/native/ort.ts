import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import koffi from 'koffi'
import { type Data, elementType, library } from './library.ts'

// Places in ONNX Runtime's table of functions, which never change.
const PLACES = {
  GetErrorMessage: 2,
  CreateEnv: 3,
  CreateSessionFromArray: 8,
  Run: 9,
  CreateSessionOptions: 10,
  SetIntraOpNumThreads: 24,
  CreateTensorWithDataAsOrtValue: 49,
  GetTensorMutableData: 51,
  GetTensorElementType: 60,
  GetTensorShapeElementCount: 64,
  GetTensorTypeAndShape: 65,
  CreateCpuMemoryInfo: 69,
  ReleaseStatus: 93,
  ReleaseSession: 95,
  ReleaseValue: 96,
  ReleaseTensorTypeAndShapeInfo: 99,
  ReleaseSessionOptions: 100,
}
const API_VERSION = 24
type Native = (...parts: unknown[]) => unknown

const folder = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
const runtime = koffi.load(
  join(folder, 'bin/napi-v6', process.platform, process.arch, 'libonnxruntime.so.1'),
)
const base = runtime.func('void *OrtGetApiBase()')()
const [getApi] = koffi.decode(base, koffi.array('void *', 2)) as unknown[]
const api = koffi.call(getApi, koffi.proto('void *GetApi(uint32_t version)'), API_VERSION)
const table = koffi.decode(api, koffi.array('void *', 128)) as unknown[]

function bound(name: keyof typeof PLACES, parameters: string, result = 'void *'): Native {
  const proto = koffi.proto(`${result} Test${name}(${parameters})`)
  return (...parts) => koffi.call(table[PLACES[name]], proto, ...parts)
}

const message = bound('GetErrorMessage', 'void *status', 'const char *')
const releaseStatus = bound('ReleaseStatus', 'void *status', 'void')
const createEnv = bound('CreateEnv', 'int level, const char *id, _Out_ void **out')
const createOptions = bound('CreateSessionOptions', '_Out_ void **out')
const releaseOptions = bound('ReleaseSessionOptions', 'void *options', 'void')
const setThreads = bound('SetIntraOpNumThreads', 'void *options, int n')
const createSession = bound(
  'CreateSessionFromArray',
  'void *env, const void *model, size_t size, void *options, _Out_ void **out',
)
const releaseSession = bound('ReleaseSession', 'void *session', 'void')
const memoryInfo = bound('CreateCpuMemoryInfo', 'int kind, int type, _Out_ void **out')
const tensorOver = bound(
  'CreateTensorWithDataAsOrtValue',
  'void *info, void *data, size_t bytes, const int64_t *shape, size_t rank, int type, _Out_ void **out',
)
const runSession = bound(
  'Run',
  'void *session, void *options, const char **inputNames, void **inputs, size_t inputs_count, ' +
    'const char **outputNames, size_t outputs_count, _Inout_ void **outputs',
)
const dataOf = bound('GetTensorMutableData', 'void *value, _Out_ void **out')
const shapeOf = bound('GetTensorTypeAndShape', 'void *value, _Out_ void **out')
const countOf = bound('GetTensorShapeElementCount', 'void *info, _Out_ size_t *out')
const releaseShape = bound('ReleaseTensorTypeAndShapeInfo', 'void *info', 'void')
const releaseValue = bound('ReleaseValue', 'void *value', 'void')
const register = library.func('void *latentlab_register(const void *base, void *options)') as Native

function check(status: unknown) {
  if (!status) return
  const text = String(message(status))
  releaseStatus(status)
  throw new Error(text)
}

/** Calls a function whose last parameter is where its result goes. */
function made(f: Native, ...parts: unknown[]): unknown {
  const out = [null]
  check(f(...parts, out))
  return out[0]
}

const ERRORS_ONLY = 4
let environment: unknown
let memory: unknown

export interface Fed {
  readonly data: Data
  readonly shape: readonly number[]
  readonly type?: number
}

/** A session of ONNX Runtime that knows the operator. Models are run with all float outputs. */
export class Session {
  readonly #session: unknown

  constructor(model: Uint8Array, threads = 1) {
    environment ??= made(createEnv, ERRORS_ONLY, 'test')
    memory ??= made(memoryInfo, 0, 0)
    const options = made(createOptions)
    try {
      check(setThreads(options, threads))
      check(register(base, options))
      this.#session = made(createSession, environment, model, model.length, options)
    } finally {
      releaseOptions(options)
    }
  }

  run(feeds: Readonly<Record<string, Fed>>, outputs: readonly string[]): Float32Array[] {
    const inputs = Object.values(feeds).map(({ data, shape, type = elementType(data) }) => {
      // koffi passes no empty arrays.
      const bytes = data.byteLength > 0 ? data : new Float32Array(1)
      const dims = BigInt64Array.from(shape.length > 0 ? shape : [0], BigInt)
      return made(tensorOver, memory, bytes, data.byteLength, dims, shape.length, type)
    })
    const results: unknown[] = outputs.map(() => null)
    try {
      const names = Object.keys(feeds)
      check(
        runSession(
          this.#session,
          null,
          names,
          inputs,
          names.length,
          outputs,
          outputs.length,
          results,
        ),
      )
      return results.map(floats)
    } finally {
      for (const value of [...inputs, ...results]) if (value) releaseValue(value)
    }
  }

  release() {
    releaseSession(this.#session)
  }
}

function floats(value: unknown): Float32Array {
  const info = made(shapeOf, value)
  const count = [0]
  check(countOf(info, count))
  releaseShape(info)
  const size = Number(count[0])
  if (size === 0) return new Float32Array(0)
  return Float32Array.from(
    koffi.decode(made(dataOf, value), koffi.array('float', size)) as Iterable<number>,
  )
}
