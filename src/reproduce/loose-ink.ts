/**
 * The share of a picture's ink that does not hang together with the rest: pixels that are set, outside the
 * largest piece of pixels that touch each other by a side or a corner. 0 for a picture without ink.
 *
 * @param ink row by row, above 0 where a pixel is set
 */
export function looseInk(ink: ArrayLike<number>, width: number): number {
  const seen = new Uint8Array(ink.length)
  let [total, largest] = [0, 0]
  for (let start = 0; start < ink.length; start++) {
    if (!(ink[start]! > 0) || seen[start]) continue
    const size = pieceFrom(start, ink, width, seen)
    total += size
    largest = Math.max(largest, size)
  }
  return total === 0 ? 0 : 1 - largest / total
}

/** How many pixels hang together with one; marks them as seen. */
function pieceFrom(start: number, ink: ArrayLike<number>, width: number, seen: Uint8Array): number {
  const waiting = [start]
  seen[start] = 1
  let size = 0
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    size++
    const column = at % width
    for (const down of [-width, 0, width])
      for (const right of [-1, 0, 1]) {
        const next = at + down + right
        const within = column + right >= 0 && column + right < width
        if (!within || next < 0 || next >= ink.length || seen[next] || !(ink[next]! > 0)) continue
        seen[next] = 1
        waiting.push(next)
      }
  }
  return size
}
