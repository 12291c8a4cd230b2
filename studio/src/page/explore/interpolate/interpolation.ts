import { computed, effect, signal } from '@preact/signals'
import { path, pinned, points, type Spot } from '../../state.ts'
import { codeAt, perModel } from '../explore-state.ts'
import { twoOfDifferentClasses } from './blend.ts'

/** Codes of a path: every fourth is shown in the strips, which makes nine. */
export const STEPS = 33
export const SHOWN_EVERY = 4

export type End = 'from' | 'to'

const chosen = perModel<Partial<Record<End, Spot>>>(() => ({}))

/** Which end the next place that is pinned becomes. */
export const picking = signal<End | undefined>(undefined)

export const along = signal<'line' | 'sphere'>('line')

/** How far along the path it is, 0 to 1. */
export const at = perModel(() => 0)

/** Moves along the path, here and on the map. */
export function goTo(share: number): void {
  at.value = share
  if (path.value) path.value = { ...path.value, at: share }
}

/** Where the path begins and ends: as chosen, or else two examples of different classes. */
export const ends = computed<Readonly<Record<End, Spot>> | undefined>(() => {
  const { from, to } = chosen.value
  if (from && to) return { from, to }
  const places = points.value && twoOfDifferentClasses(points.value)
  if (!places) return undefined
  const [first, second] = places.map((place) => ({ code: codeAt(place), place }))
  return { from: from ?? first!, to: to ?? second! }
})

effect(() => {
  const [before, last] =
    pinned.value.length > 1 ? pinned.value.slice(-2) : [undefined, pinned.value[0]]
  if (!last) return
  const end = picking.peek()
  if (end) {
    chosen.value = { ...chosen.peek(), [end]: last }
    picking.value = undefined
  } else if (before) chosen.value = { from: before, to: last }
})

export function swapEnds(): void {
  const now = ends.value
  if (now) chosen.value = { from: now.to, to: now.from }
}
