import koffi from 'koffi'
import * as ort from 'onnxruntime-node'
import { libraryFile, openLibrary } from '../../../src/runtime/native/library.ts'
import { loopsWith, runtimeLibrary } from '../../../src/runtime/native/loops.ts'
import { openOrt } from '../../../src/runtime/native/session.ts'
import type { Engine, OrtModule } from '../../../src/runtime/onnx.ts'

/** onnxruntime-node's own binding, on the test's thread. */
export const engine: Engine = { ort: ort as unknown as OrtModule, preallocates: true }

/** The C API of the library that it has loaded. */
export const capi = openOrt(koffi, runtimeLibrary())

/** The native library of this checkout, and loops with it. */
export const library = openLibrary(koffi, libraryFile())
export const kernels = loopsWith(capi, library)

/** Loops of plain ONNX through the C API. */
export const plain = loopsWith(capi)
