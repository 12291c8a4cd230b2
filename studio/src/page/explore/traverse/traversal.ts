import { computed, effect } from '@preact/signals'
import { pinned, pointed } from '../../state.ts'
import { latents, middle, perModel } from '../explore-state.ts'

/** The code that the sliders hold; undefined until one is moved. */
const moved = perModel<Float32Array | undefined>(() => undefined)

/** Where a traversal starts: at the place pinned last, or else the mean. */
const start = computed(() => pinned.value.at(-1) ?? middle.value)

export const hasMoved = computed(() => moved.value !== undefined)

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
