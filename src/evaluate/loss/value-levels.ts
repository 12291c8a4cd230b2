import type { DataSet, SplitName } from '../../data/dataset.ts'
import { splitValues } from '../../data/rows.ts'

/** Rows read at once. */
const ROWS_AT_ONCE = 1000

/**
 * Whether all evaluated values of a split are among `levels` equally spaced ones from 0 to 1; two levels are 0 and
 * 1.
 */
export function hasOnlyLevels(data: DataSet, split: SplitName, levels: number): boolean {
  // Binarised values are 0 or 1, the first and the last of any number of levels.
  if (data.binarize !== 'none') return true
  // Stored bytes are scaled in float32, so k / 255 is not exact.
  const rounding = levels === 2 ? 0 : 1e-4
  const { length } = data.splits[split].rows
  for (let start = 0; start < length; start += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, length - start)
    const indices = Int32Array.from({ length: count }, (_, i) => start + i)
    for (const value of splitValues(data, split, indices).data) {
      const level = value * (levels - 1)
      if (!(value >= 0 && value <= 1 && Math.abs(level - Math.round(level)) <= rounding))
        return false
    }
  }
  return true
}
