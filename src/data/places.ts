/** `count` places evenly spread over `total`, from 0 on, or all of them. */
export function evenly(total: number, count: number): number[] {
  const chosen = Math.min(total, count)
  return Array.from({ length: chosen }, (_, i) => Math.floor((i * total) / chosen))
}
