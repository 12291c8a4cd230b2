/** Shares of values by where they fall between two limits; what is outside counts with the first or the last. */
export function histogram(
  values: ArrayLike<number>,
  low: number,
  high: number,
  bins: number,
): number[] {
  const shares = new Array<number>(bins).fill(0)
  for (let i = 0; i < values.length; i++) {
    const at = Math.floor((bins * (values[i]! - low)) / (high - low))
    shares[Math.max(0, Math.min(bins - 1, at))]! += 1 / values.length
  }
  return shares
}

/** Where an axis of scores begins and ends: the lowest score, and the highest without the last half per cent. */
export function axisOf(
  normal: Float32Array,
  anomalies: Float32Array,
  threshold: number,
): readonly [low: number, high: number] {
  const all = Float32Array.from([...normal, ...anomalies]).sort()
  if (all.length === 0) return [threshold - 1, threshold + 1]
  const high = all[Math.min(all.length - 1, Math.floor(0.995 * all.length))]!
  const low = all[0]!
  return [Math.min(low, threshold), Math.max(high, threshold, low + 1e-6)]
}

/** How many values are above a threshold. */
export function countAbove(values: ArrayLike<number>, threshold: number): number {
  let count = 0
  for (let i = 0; i < values.length; i++) if (values[i]! > threshold) count++
  return count
}
