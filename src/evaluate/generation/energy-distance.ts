import { requireMatrix } from '../../tensor/checks.ts'
import type { AnyFloats } from '../../tensor/host.ts'

/**
 * Energy distance of two samples `[N, L]` and `[M, L]`: 2 E‖a - b‖ - E‖a - a'‖ - E‖b - b'‖ (Székely and Rizzo
 * 2013, "Energy statistics"), each a mean over all pairs, including each example with itself. It is 0 only if the
 * samples have the same distribution, and has the unit of the codes; in one dimension it is 2 ∫ (F - G)² for the
 * empirical distribution functions F and G. Computed in float64, in time N·M + N² + M².
 *
 * @throws RangeError if a sample is empty, or the codes differ in width
 */
export function energyDistance(a: AnyFloats, b: AnyFloats): number {
  requireMatrix(a, 'a')
  requireMatrix(b, 'b')
  const [n = 0, width = 0] = a.shape
  const [m = 0, other = 0] = b.shape
  if (a.shape.length !== 2 || b.shape.length !== 2 || n === 0 || m === 0 || width !== other)
    throw new RangeError(
      `an energy distance is between samples [N, L] and [M, L], got [${a.shape.join(', ')}] and [${b.shape.join(', ')}]`,
    )
  return 2 * meanDistance(a, b) - meanDistance(a, a) - meanDistance(b, b)
}

/** Mean of the Euclidean distances between all pairs. */
function meanDistance(a: AnyFloats, b: AnyFloats): number {
  const width = a.shape[1]!
  let sum = 0
  for (let i = 0; i < a.data.length; i += width)
    for (let j = 0; j < b.data.length; j += width) {
      let squared = 0
      for (let k = 0; k < width; k++) squared += (a.data[i + k]! - b.data[j + k]!) ** 2
      sum += Math.sqrt(squared)
    }
  return sum / (a.shape[0]! * b.shape[0]!)
}
