import type { Bounds, Point } from './view.ts'

/*
 * Which points are meant: the nearest, those within a lasso, a few that do not overlap. Positions are `[n, 2]`; a point counts
 * where `marks` is not 0.
 */

/** The index of the nearest point within some distance; -1 for none. */
export function nearest(
  positions: Float32Array,
  marks: Uint8Array,
  [x, y]: Point,
  within: number,
): number {
  let found = -1
  let best = within * within
  for (let i = 0; i < marks.length; i++) {
    if (marks[i] === 0) continue
    const a = positions[2 * i]! - x
    const b = positions[2 * i + 1]! - y
    const distance = a * a + b * b
    if (distance <= best) {
      best = distance
      found = i
    }
  }
  return found
}

/** Indices of the points inside a polygon, by the rule of even and odd. */
export function insideOf(
  positions: Float32Array,
  marks: Uint8Array,
  polygon: readonly Point[],
): Int32Array {
  const left = Math.min(...polygon.map(([x]) => x))
  const right = Math.max(...polygon.map(([x]) => x))
  const bottom = Math.min(...polygon.map(([, y]) => y))
  const top = Math.max(...polygon.map(([, y]) => y))
  const found: number[] = []
  for (let i = 0; i < marks.length; i++) {
    const x = positions[2 * i]!
    const y = positions[2 * i + 1]!
    if (marks[i] === 0 || x < left || x > right || y < bottom || y > top) continue
    if (isInside(polygon, x, y)) found.push(i)
  }
  return Int32Array.from(found)
}

function isInside(polygon: readonly Point[], x: number, y: number): boolean {
  let inside = false
  for (let i = 0, before = polygon.length - 1; i < polygon.length; before = i++) {
    const [ax, ay] = polygon[i]!
    const [bx, by] = polygon[before]!
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}

/** Indices of at most `most` points within the bounds of which no two are nearer than `apart` in both directions. */
export function spread(
  positions: Float32Array,
  marks: Uint8Array,
  { left, right, bottom, top }: Bounds,
  apart: number,
  most: number,
): Int32Array {
  // Squares of that side, with one around the bounds: each holds one point at most, and only its neighbours can be too near.
  const columns = Math.floor((right - left) / apart) + 3
  const rows = Math.floor((top - bottom) / apart) + 3
  const taken = new Int32Array(columns * rows).fill(-1)
  const found: number[] = []
  const isFree = (x: number, y: number, square: number) => {
    for (const row of [-columns, 0, columns])
      for (const column of [-1, 0, 1]) {
        const other = taken[square + row + column]!
        if (other === -1) continue
        const across = Math.abs(positions[2 * other]! - x)
        if (across < apart && Math.abs(positions[2 * other + 1]! - y) < apart) return false
      }
    return true
  }
  for (let i = 0; i < marks.length && found.length < most; i++) {
    const x = positions[2 * i]!
    const y = positions[2 * i + 1]!
    if (marks[i] === 0 || !(x >= left && x <= right && y >= bottom && y <= top)) continue
    const square =
      (1 + Math.floor((y - bottom) / apart)) * columns + 1 + Math.floor((x - left) / apart)
    if (taken[square] !== -1 || !isFree(x, y, square)) continue
    taken[square] = i
    found.push(i)
  }
  return Int32Array.from(found)
}
