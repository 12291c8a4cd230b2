import { computed } from '@preact/signals'
import { points, selected } from '../state.ts'

/** Numbers below `count` at even distances, at most `most`. */
export function evenly(count: number, most: number): Int32Array {
  const wanted = Math.min(count, most)
  return Int32Array.from({ length: wanted }, (_, i) => Math.floor((i * count) / wanted))
}

/** Places of a few examples of the map: the first that are selected, or else some at even distances. */
export const fewExamples = (most: number) =>
  computed(() =>
    selected.value.length > 0
      ? selected.value.slice(0, most)
      : evenly(points.value?.count ?? 0, most),
  )
