/** Seconds that a slice should take: what others ask meanwhile waits as long. */
const SLICE_SECONDS = 0.15

/** At most twice and at least half as many, towards what takes `SLICE_SECONDS`. */
export const nextSize = (size: number, seconds: number): number =>
  Math.max(1, Math.round(size * Math.min(2, Math.max(0.5, SLICE_SECONDS / seconds))))
