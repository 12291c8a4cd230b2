import type { Koffi, OrtApi, Pointer } from './c-api.ts'
import { openApi } from './c-api.ts'
import { type TypeAndShape, typeAndShape } from './tensors.ts'

/** ONNX Runtime as reached through its C API. It lives as long as the thread. */
export interface Ort {
  readonly api: OrtApi
  readonly environment: Pointer
  /** `OrtMemoryInfo` of the CPU. */
  readonly memory: Pointer
  readonly allocator: Pointer
}

const LOG_ERRORS = 3
const ALL_OPTIMISATIONS = 99
const [ARENA_ALLOCATOR, DEFAULT_MEMORY] = [1, 0]

/** @throws Error as `openApi` */
export function openOrt(koffi: Koffi, file: string): Ort {
  const api = openApi(koffi, file)
  return {
    api,
    environment: api.get('CreateEnv', LOG_ERRORS, 'latentlab'),
    memory: api.get('CreateCpuMemoryInfo', ARENA_ALLOCATOR, DEFAULT_MEMORY),
    allocator: api.get('GetAllocatorWithDefaultOptions'),
  }
}

/** Registers custom operators with an `OrtSessionOptions`; returns a status. */
export type Registration = (base: Pointer, options: Pointer) => unknown

/** A compiled model. */
export interface NativeSession {
  readonly inputs: ReadonlyMap<string, TypeAndShape>
  readonly outputs: ReadonlyMap<string, TypeAndShape>
  /**
   * Computes all outputs.
   *
   * @param inputs the `OrtValue` of every input
   * @param written those that are written into; others are made, and the caller's to release
   * @returns all outputs by name
   */
  run(
    inputs: ReadonlyMap<string, Pointer>,
    written: ReadonlyMap<string, Pointer>,
  ): Map<string, Pointer>
  release(): void
}

/**
 * Compiles a model for the CPU, as `onnxruntime-node` does with the options of `onnx.ts`.
 *
 * @param threads of one op; 0 lets ONNX Runtime choose
 * @throws Error where the model does not fit
 */
export function openSession(
  ort: Ort,
  model: Uint8Array,
  { threads, register }: { threads: number; register?: Registration | undefined },
): NativeSession {
  const { api } = ort
  const options = api.get('CreateSessionOptions')
  let session: Pointer
  try {
    if (threads > 0) api.call('SetIntraOpNumThreads', options, threads)
    api.call('SetInterOpNumThreads', options, 1)
    api.call('SetSessionLogSeverityLevel', options, LOG_ERRORS)
    api.call('SetSessionGraphOptimizationLevel', options, ALL_OPTIMISATIONS)
    // As in onnx.ts: second moments decay into denormals.
    api.call('AddSessionConfigEntry', options, 'session.set_denormal_as_zero', '1')
    api.check(register?.(api.base, options) ?? null)
    session = api.get('CreateSessionFromArray', ort.environment, model, model.length, options)
  } finally {
    api.release('SessionOptions', options)
  }
  const inputs = declared(ort, session, 'Input')
  const outputs = declared(ort, session, 'Output')
  const outputNames = [...outputs.keys()]
  return {
    inputs,
    outputs,
    run(given, written) {
      const names = [...given.keys()]
      const values = outputNames.map((name) => written.get(name) ?? null)
      api.call(
        'Run',
        ...[session, null, names, [...given.values()], names.length],
        ...[outputNames, outputNames.length, values],
      )
      return new Map(outputNames.map((name, i) => [name, values[i]!]))
    },
    release: () => api.release('Session', session),
  }
}

/** Names, types and shapes of a session's inputs or outputs. */
function declared(
  { api, allocator }: Ort,
  session: Pointer,
  kind: 'Input' | 'Output',
): Map<string, TypeAndShape> {
  const count = api.get<number>(`SessionGet${kind}Count`, session)
  const found = new Map<string, TypeAndShape>()
  for (let i = 0; i < count; i++) {
    const text = api.get(`SessionGet${kind}Name`, session, i, allocator)
    const name = api.koffi.decode.string(text)
    api.call('AllocatorFree', allocator, text)
    const type = api.get(`SessionGet${kind}TypeInfo`, session, i)
    // Part of the type, so not released by itself.
    found.set(name, typeAndShape(api, api.get('CastTypeInfoToTensorInfo', type)))
    api.release('TypeInfo', type)
  }
  return found
}
