import { evenly } from '../../evenly.ts'

/** How many examples are followed while a model learns. */
export const FOLLOWED = 8

/** Places of the examples that are followed: some of the last ones, which training has not seen. */
export function followedPlaces(count: number, splits: Uint8Array | undefined): Int32Array {
  const unseen = splits ? splits.indexOf(2) : -1
  const first = unseen >= 0 && count - unseen >= FOLLOWED ? unseen : 0
  return evenly(count - first, FOLLOWED).map((place) => first + place)
}
