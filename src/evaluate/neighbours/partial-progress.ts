import type { ReadOptions } from '../../tensor/row-source.ts'

/** The options of a part of some work, which tells its progress as the shares `from` to `to` of the whole. */
export const partOf = (
  { onProgress, signal }: ReadOptions,
  from: number,
  to: number,
): ReadOptions => ({
  onProgress: (share) => onProgress?.(from + (to - from) * share),
  ...(signal && { signal }),
})
