import { effect, untracked } from '@preact/signals'
import { pinned, type Spot } from '../../state.ts'
import { drawn } from './drawing.ts'

let spot: Spot | undefined

/** Marks the drawing on the map, in place of where it was before. */
export function pinDrawing(next: Spot | undefined): void {
  const others = pinned.value.filter((other) => other !== spot)
  const isGone = next && !drawn.value
  spot = isGone ? undefined : next
  if (spot) pinned.value = [...others, spot]
  else if (others.length < pinned.value.length) pinned.value = others
}

// A drawing that is cleared is no longer on the map.
effect(() => {
  if (!drawn.value) untracked(() => pinDrawing(undefined))
})
