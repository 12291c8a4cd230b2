import type { BufferName } from './place.ts'

/** The number of a buffer's binding, in every shader. */
export function bindingNumber(buffer: BufferName): number {
  if (buffer === 'fed') return 0
  if (buffer === 'results') return 1
  const isMemory = buffer.startsWith('memory')
  const number = Number(buffer.slice((isMemory ? 'memory' : 'fixed').length))
  return 2 + 2 * number + Number(!isMemory)
}

export const isWritable = (buffer: BufferName): boolean =>
  buffer === 'results' || buffer.startsWith('memory')

/** The declaration of a buffer in a shader. */
export const bindingOf = (buffer: BufferName): string =>
  `@group(0) @binding(${bindingNumber(buffer)}) var<storage, ${isWritable(buffer) ? 'read_write' : 'read'}> ${buffer}: array<u32>;`
