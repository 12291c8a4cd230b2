import { vi } from 'vitest'
import { bindingOf } from '../../src/graph/wgsl/bindings.ts'
import type { Gpu } from '../../src/runtime/webgpu/gpu.ts'

/** What a shader writes behind the last result of a record where one of its indices is beyond an array. */
const MARK = 0xdeadbeef

/**
 * From now on, shaders look at each index that they use: in Node, Dawn does not limit them, and what is read beyond a buffer is
 * left to the device, which may be lost.
 *
 * @returns how many records have a mark
 */
export function indicesChecked(gpu: Gpu): () => number {
  let marks = 0
  const [pipeline, read] = [gpu.pipeline.bind(gpu), gpu.read.bind(gpu)]
  vi.spyOn(gpu, 'pipeline').mockImplementation((code, ...more) => pipeline(checked(code), ...more))
  vi.spyOn(gpu, 'read').mockImplementation(async (...what) => {
    const bytes = await read(...what)
    marks += new Uint32Array(bytes.buffer).filter((word) => word === MARK).length
    return bytes
  })
  return () => marks
}

function checked(code: string): string {
  const access = /\b(memory\d+|fixed\d+|fed|results|shared_)\[([^[\]]*)\]/g
  const names = new Set([...code.matchAll(access)].map(([, name]) => name!))
  const [, shared] = /shared_: array<f32, (\d+)>/.exec(code) ?? []
  const functions = [...names].map((name) => {
    const length = name === 'shared_' ? `${shared}u` : `arrayLength(&${name})`
    return `fn within_${name}(i: u32) -> u32 { if (i >= ${length}) { mark(); } return i; }`
  })
  return [
    code.replace(access, '$1[within_$1($2)]'),
    ...(names.has('results') ? [] : [bindingOf('results')]),
    `fn mark() { results[arrayLength(&results) - 1u] = ${MARK}u; }`,
    ...functions,
  ].join('\n')
}
