import { hasCategories } from '../../data/table/model-cells.ts'
import type { ExampleInfo } from '../../models/model.ts'
import type { Floats } from '../../tensor/host.ts'

/** How far corrupted examples are from what they were, and how far restored ones are. */
export interface RestorationError {
  /** `psnr` of pictures, from the mean squared error of all their pixels; otherwise the root of that error. */
  readonly measure: 'psnr' | 'root mean squared error'
  /** `standard deviations` of the columns of a table. */
  readonly unit: 'dB' | 'standard deviations' | 'units of the data'
  readonly corrupted: number
  readonly restored: number
}

/**
 * The errors of corrupted and of restored examples, `[n, D]` each, beside what they were. Of a table, columns of numbers
 * count, in the cells that have a value in all three.
 *
 * @returns undefined where nothing can be compared
 */
export function restorationError(
  [clean, corrupted, restored]: readonly [Floats, Floats, Floats],
  { exampleShape, columns }: Pick<ExampleInfo, 'exampleShape' | 'columns'>,
): RestorationError | undefined {
  const width = clean.shape[1]!
  const counts = (d: number) =>
    !columns || (!hasCategories(columns[d]!) && columns[d]!.kind !== 'count')
  const measured = Array.from({ length: width }, (_, d) => counts(d))
  const sums = [0, 0]
  let cells = 0
  for (let i = 0; i < clean.data.length; i++) {
    if (!measured[i % width]) continue
    const errors = [corrupted, restored].map(({ data }) => (data[i]! - clean.data[i]!) ** 2)
    if (errors.some(Number.isNaN)) continue
    cells++
    sums[0]! += errors[0]!
    sums[1]! += errors[1]!
  }
  if (cells === 0) return undefined
  const [before, after] = sums.map((sum) => sum / cells) as [number, number]
  if (exampleShape.length > 1)
    return { measure: 'psnr', unit: 'dB', corrupted: decibels(before), restored: decibels(after) }
  return {
    measure: 'root mean squared error',
    unit: columns ? 'standard deviations' : 'units of the data',
    corrupted: Math.sqrt(before),
    restored: Math.sqrt(after),
  }
}

/** Of values from 0 to 1. */
const decibels = (squared: number): number => -10 * Math.log10(squared)
