import type { LatentFacts } from '../../../protocol/api.ts'

/** Codes decoded along the dimension that is moved; every third is shown in the strip. */
export const STEPS = 19
export const SHOWN_EVERY = 3

/** The values that a slider covers: three deviations to each side of the mean, and the value that it has. */
export function rangeOf(
  facts: LatentFacts | undefined,
  index: number,
  value: number,
): readonly [low: number, high: number] {
  const mean = facts?.mean[index] ?? 0
  // Codes of a dimension that says nothing stand in one place; its prior has a deviation of 1.
  const deviation = facts?.active[index] ? facts.deviation[index]! : 1
  return [Math.min(mean - 3 * deviation, value), Math.max(mean + 3 * deviation, value)]
}

/** Codes `[STEPS, L]` that differ in one dimension, from the low end to the high one. */
export function codesAlong(
  code: Float32Array,
  index: number,
  [low, high]: readonly [low: number, high: number],
): Float32Array {
  const codes = new Float32Array(STEPS * code.length)
  for (let step = 0; step < STEPS; step++) {
    codes.set(code, step * code.length)
    codes[step * code.length + index] = low + ((high - low) * step) / (STEPS - 1)
  }
  return codes
}
