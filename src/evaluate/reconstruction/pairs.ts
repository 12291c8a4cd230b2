import { requireMatrix } from '../../tensor/checks.ts'
import { described } from '../../tensor/described.ts'
import type { AnyFloats } from '../../tensor/host.ts'

/**
 * The number of pairs of rows of two arrays `[n, D]`, and the length of a row.
 *
 * @throws RangeError unless the arrays have the same shape `[n, D]`, with values in a row
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
      `pairs are rows of two arrays of one shape [n, D], got [${x.shape.join(', ')}] and [${y.shape.join(', ')}]`,
    )
  return { count, width }
}

/** Checks the difference between the largest and the smallest possible value: 1 for images in [0, 1]. */
export function requireRange(range: number): void {
  if (!(typeof range === 'number' && range > 0 && Number.isFinite(range)))
    throw new RangeError(`range: expected a positive number, got ${described(range)}`)
}
