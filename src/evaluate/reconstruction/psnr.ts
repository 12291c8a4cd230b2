import type { AnyFloats } from '../../tensor/host.ts'
import { pairsOf, requireRange } from './pairs.ts'

/**
 * Peak signal-to-noise ratio of each pair of rows of x and y `[n, D]`, `[n]`, in decibels: 10 log₁₀(range² / mean
 * (x - y)²). It is infinite for equal rows, and so is a mean that includes them.
 *
 * @param range difference between the largest and the smallest possible value
 * @throws RangeError if x and y differ in shape, or the range is not positive
 */
export function peakSignalToNoise(x: AnyFloats, y: AnyFloats, range = 1): Float64Array {
  const { count, width } = pairsOf(x, y)
  requireRange(range)
  return Float64Array.from({ length: count }, (_, i) => {
    let squared = 0
    for (let d = i * width; d < (i + 1) * width; d++) squared += (x.data[d]! - y.data[d]!) ** 2
    return 10 * Math.log10((range * range * width) / squared)
  })
}
