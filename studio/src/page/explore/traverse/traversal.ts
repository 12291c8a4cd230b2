import { computed, effect } from '@preact/signals'
import type { LatentFacts } from '../../../protocol/api.ts'
import { pinned, pointed } from '../../state.ts'
import { latents, middle, perModel } from '../explore-state.ts'

/** Codes decoded along the dimension that is moved; every third is shown in the strip. */
export const STEPS = 19
export const SHOWN_EVERY = 3

/** The code that the sliders hold; undefined until one is moved. */
const moved = perModel<Float32Array | undefined>(() => undefined)

/** Where a traversal starts: at the place pinned last, or else the mean. */
const start = computed(() => pinned.value.at(-1) ?? middle.value)

export const traversed = computed(() => moved.value ?? start.value?.code)

/** The dimension that was moved last; the most informative one at first. */
const touched = perModel<number | undefined>(() => undefined)
export const dimension = computed(() => touched.value ?? latents.value?.order[0] ?? 0)

export function touch(index: number): void {
  touched.value = index
}

export function move(index: number, value: number): void {
  const code = traversed.value?.slice()
  if (!code) return
  code[index] = value
  touched.value = index
  moved.value = code
  pointed.value = { code }
}

/** Back to where it started. */
export function reset(): void {
  moved.value = undefined
  pointed.value = start.value
}

// A place that is pinned is where the next traversal starts.
effect(() => {
  void pinned.value
  moved.value = undefined
})

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
