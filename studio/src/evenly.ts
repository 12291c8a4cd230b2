/** Numbers below `count` at even distances, at most `most`. */
export function evenly(count: number, most: number): Int32Array {
  const wanted = Math.min(count, most)
  return Int32Array.from({ length: wanted }, (_, i) => Math.floor((i * count) / wanted))
}
