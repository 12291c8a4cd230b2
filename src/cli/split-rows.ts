import type { DataSet, SplitName } from '../data/dataset.ts'
import { UserError } from '../tensor/errors.ts'

/** Number of rows of a split. Throws UserError if there are none. */
export function requireRows(data: DataSet, split: SplitName): number {
  const { length } = data.splits[split].rows
  if (length === 0)
    throw new UserError(
      `--split ${split}: ${data.name} has no ${split} examples in this run; choose another split`,
    )
  return length
}
