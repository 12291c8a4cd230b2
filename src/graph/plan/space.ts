/** The indices that a chain runs over, and how it reads each input there. */
export interface Space {
  /** Outermost first, at least one; the last is the inner size. */
  readonly sizes: readonly number[]
  /** Of each input, one stride for each size; the inner one is 0 or 1. */
  readonly strides: readonly (readonly number[])[]
}

/**
 * Axes merged as far as all inputs allow, since long runs are what kernels are fast at.
 *
 * @param sizes without sizes of 1
 * @param strides of each input, one for each size
 * @param split where a reduction divides the axes into two: those from `split` on become the inner one
 * @returns undefined where the inner axis would not be a run of every input
 */
export function collapsed(
  sizes: readonly number[],
  strides: readonly (readonly number[])[],
  split?: number,
): Space | undefined {
  if (sizes.length === 0) return { sizes: [1], strides: strides.map(() => [1]) }
  const merged: { size: number; strides: number[] }[] = []
  for (const [axis, size] of sizes.entries()) {
    const outer = merged.at(-1)
    const inner = strides.map((of) => of[axis]!)
    const joins = outer?.strides.every((stride, i) => stride === inner[i]! * size) ?? false
    if (outer && joins && axis !== split) {
      outer.size *= size
      outer.strides = inner
    } else if (split !== undefined && axis > split) return undefined
    else merged.push({ size, strides: inner })
  }
  if (!merged.at(-1)!.strides.every((stride) => stride === 0 || stride === 1)) return undefined
  return {
    sizes: merged.map(({ size }) => size),
    strides: strides.map((_, i) => merged.map((axis) => axis.strides[i]!)),
  }
}
