import { computed } from '@preact/signals'
import { evenly } from '../../evenly.ts'
import { points, selected } from '../state.ts'

/** Places of a few examples of the map: the first that are selected, or else some at even distances. */
export const fewExamples = (most: number) =>
  computed(() =>
    selected.value.length > 0
      ? selected.value.slice(0, most)
      : evenly(points.value?.count ?? 0, most),
  )
