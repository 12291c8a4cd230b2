import type { MapPoints } from '../../../protocol/api.ts'

/** Places of two examples of different classes, where there are such; undefined for fewer than two. */
export function twoOfDifferentClasses({
  count,
  classes,
}: Pick<MapPoints, 'count' | 'classes'>): readonly [number, number] | undefined {
  if (count < 2) return undefined
  const other = classes.findIndex((index) => index !== classes[0])
  return [0, other > 0 ? other : count - 1]
}

/** Two pictures or rows mixed value by value, `[steps, D]`. */
export function blend(from: Float32Array, to: Float32Array, steps: number): Float32Array {
  const mixed = new Float32Array(steps * from.length)
  for (let step = 0; step < steps; step++) {
    const share = step / (steps - 1)
    for (let i = 0; i < from.length; i++)
      mixed[step * from.length + i] = (1 - share) * from[i]! + share * to[i]!
  }
  return mixed
}
