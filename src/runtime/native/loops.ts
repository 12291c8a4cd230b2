import { dirname, join } from 'node:path'
import { fileOfDependency } from '../installed-package.ts'
import type { Engine } from '../onnx.ts'
import type { Koffi } from './c-api.ts'
import { type KernelLibrary, libraryFile, openLibrary, Unavailable } from './library.ts'
import { nativeLoop } from './loop.ts'
import type { NativeLoops, NoNativeLoops } from './native-loops.ts'
import { agrees } from './probe.ts'
import type { ProbeModels } from './probe-models.ts'
import { type Ort, openOrt, openSession } from './session.ts'

/** Where the parts of native loops come from. */
export interface LoopParts {
  readonly versions: Readonly<Record<string, string | undefined>>
  /** The file of the native library. */
  file(): string
  koffi(): Promise<unknown>
}

const installed: LoopParts = {
  versions: process.versions,
  file: libraryFile,
  koffi: () => import('koffi'),
}

/** The loops of this thread: native, or the reason why not. Never rejects. */
export async function nativeLoops(
  engine: Engine,
  models: ProbeModels,
  parts = installed,
): Promise<NativeLoops | NoNativeLoops> {
  try {
    const other = ['bun', 'deno'].find((name) => parts.versions[name] !== undefined)
    if (other) throw new Unavailable(`they need Node.js, and this is ${other}`)
    const file = parts.file()
    const koffi = await loaded(parts.koffi)
    const library = openLibrary(koffi, file)
    const loops = loopsWith(openOrt(koffi, runtimeLibrary()), library)
    if (!(await agrees(engine, loops, models)))
      throw new Unavailable('their results differ from those of plain ONNX')
    return loops
  } catch (error) {
    return { reason: reasonOf(error) }
  }
}

/** Loops with the operators of a library; of plain ONNX without one. */
export function loopsWith(ort: Ort, library?: KernelLibrary): NativeLoops {
  return {
    level: library?.level ?? 'none',
    async open(model, state, { threads }) {
      const session = openSession(ort, model, { threads, register: library?.register })
      return nativeLoop(ort, session, state)
    },
  }
}

/** The library file of ONNX Runtime that onnxruntime-node has loaded. */
export function runtimeLibrary(): string {
  const { platform, arch } = process
  const manifest = fileOfDependency('onnxruntime-node/package.json')
  const names: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
    linux: 'libonnxruntime.so.1',
    darwin: 'libonnxruntime.1.dylib',
    win32: 'onnxruntime.dll',
  }
  const name = names[platform]
  if (manifest === undefined || name === undefined)
    throw new Unavailable(`ONNX Runtime's library is not found for ${platform}`)
  return join(dirname(manifest), 'bin', 'napi-v6', platform, arch, name)
}

/** Native code of koffi may run deep: graphs within graphs. Only pages that are used take memory. */
const STACK_BYTES = 8 * 2 ** 20

async function loaded(load: LoopParts['koffi']): Promise<Koffi> {
  let koffi: Koffi
  try {
    koffi = ((await load()) as { default: Koffi }).default
  } catch (error) {
    const { code } = error as { code?: string }
    if (code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new Unavailable('the npm package koffi is not installed')
  }
  try {
    koffi.config({ sync_stack_size: STACK_BYTES })
  } catch {
    // Other code of this thread has used koffi already.
  }
  return koffi
}

/** The first line of an error. */
function reasonOf(error: unknown): string {
  const { message } = error instanceof Error ? error : new Error(String(error))
  return message.split('\n')[0]!.slice(0, 200)
}
