import { vi } from 'vitest'
import type { Gpu } from '../../src/runtime/webgpu/gpu.ts'

/**
 * From now on, shaders number their workgroups from the last one: what comes last comes first. A device in software takes them
 * in order, which hides a part of a dispatch that writes over what another one reads.
 *
 * @returns what counts the shaders, and makes new ones as they are again by `mockRestore`
 */
export function workgroupsBackwards(gpu: Gpu) {
  const pipeline = gpu.pipeline.bind(gpu)
  return vi
    .spyOn(gpu, 'pipeline')
    .mockImplementation((code, ...more) => pipeline(backwards(code), ...more))
}

function backwards(code: string): string {
  const total = Number([...code.matchAll(/if \(w < (\d+)u\)/g)].at(-1)![1])
  return code.replace(/let w = (.*);/, `let w = ${total - 1}u - ($1);`)
}
