import { requireMatrix } from '../../tensor/checks.ts'
import type { AnyFloats, HostTensor } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'

/** What scores rows by how far they are from the rows that it was fitted on. */
export interface RowScorer {
  /** Columns of a row. */
  readonly width: number
  /** What the scores and shares are measured in. */
  readonly unit: string
  /**
   * The score of each row of `[n, D]`, higher for odder rows: `[n]`.
   *
   * @throws RangeError for rows of another width and numbers that are not finite; the signal's reason if it is aborted
   */
  scores(rows: AnyFloats, options?: ReadOptions): Promise<Float64Array>
  /**
   * What each column adds to the score of each row: `[n, D]`. The shares of a row add up to its score, up to rounding.
   *
   * @throws RangeError as `scores` does
   */
  shares(rows: AnyFloats, options?: ReadOptions): Promise<HostTensor<'float64'>>
}

/**
 * The number of rows.
 *
 * @throws RangeError unless `rows` is an array `[n, width]` of finite floats
 */
export function requireRowsOf(width: number, rows: AnyFloats): number {
  requireMatrix(rows, 'rows')
  const [count, columns] = rows.shape as readonly [number, number]
  if (columns !== width)
    throw new RangeError(`rows: expected ${width} columns, as in the training rows, got ${columns}`)
  return count
}

/**
 * The number of training rows and columns.
 *
 * @throws RangeError unless `rows` is an array `[n, D]` of finite floats, with `least` rows and a column
 */
export function requireTrainingRows(rows: AnyFloats, least: number): readonly [number, number] {
  requireMatrix(rows, 'rows')
  const [count, width] = rows.shape as readonly [number, number]
  if (count < least || width < 1)
    throw new RangeError(
      `rows: expected ${least} training rows or more of 1 column or more, got [${count}, ${width}]`,
    )
  return [count, width]
}
