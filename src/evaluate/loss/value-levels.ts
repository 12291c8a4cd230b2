import type { DataSet, SplitName } from '../../data/dataset.ts'
import { splitChunks } from '../split-chunks.ts'

/**
 * Whether all evaluated values of a split are among `levels` equally spaced ones from 0 to 1; two levels are 0 and
 * 1.
 */
export function hasOnlyLevels(data: DataSet, split: SplitName, levels: number): boolean {
  // Binarised values are 0 or 1, the first and the last of any number of levels.
  if (data.binarize !== 'none') return true
  // Stored bytes are scaled in float32, so k / 255 is not exact.
  const rounding = levels === 2 ? 0 : 1e-4
  for (const { data: values } of splitChunks(data, split))
    for (const value of values) {
      const level = value * (levels - 1)
      if (!(value >= 0 && value <= 1 && Math.abs(level - Math.round(level)) <= rounding))
        return false
    }
  return true
}
