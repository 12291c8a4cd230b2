import type { ReadOptions } from '../../tensor/row-source.ts'

/** The options of one part of a longer job, whose progress runs from `from` to `to` of the whole. */
export const partOf = (
  { onProgress, signal }: ReadOptions,
  from: number,
  to: number,
): ReadOptions => ({
  onProgress: (share) => onProgress?.(from + (to - from) * share),
  signal,
})
