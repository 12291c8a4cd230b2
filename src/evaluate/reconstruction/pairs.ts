import { requireMatrix } from '../../tensor/checks.ts'
import type { AnyFloats } from '../../tensor/host.ts'

/**
 * How many pairs of rows two arrays `[n, D]` make, and how long a row is.
 *
 * @throws RangeError where the arrays have not the same shape `[n, D]`, or a row has no values
 */
export function pairsOf(
  x: AnyFloats,
  y: AnyFloats,
): { readonly count: number; readonly width: number } {
  requireMatrix(x, 'x')
  requireMatrix(y, 'y')
  const [count = 0, width = 0] = x.shape
  if (x.shape.length !== 2 || width === 0 || String(x.shape) !== String(y.shape))
    throw new RangeError(
      `pairs are of two arrays [n, D], got [${x.shape.join(', ')}] and [${y.shape.join(', ')}]`,
    )
  return { count, width }
}

/** The difference between the largest and the smallest value that is possible: 1 for images in [0, 1]. */
export function requireRange(range: number): void {
  if (!(typeof range === 'number' && range > 0 && Number.isFinite(range)))
    throw new RangeError(`the range of values is a positive number, got ${range}`)
}
