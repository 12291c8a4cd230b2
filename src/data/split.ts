import { UserError } from '../tensor/errors.ts'
import { counted, grouped } from '../tensor/numbers.ts'
import { stream } from '../tensor/random.ts'
import { option, worded } from '../tensor/wording.ts'
import { wholeNumbers } from './indices.ts'

/** Rows of a store in each of its splits, ascending. */
export interface SplitRows {
  readonly train: Int32Array
  readonly validation: Int32Array
  readonly test: Int32Array
}

/**
 * Sets aside `test` and then `validation` of `count` rows by seeded permutations; the rest is for training. The
 * test rows depend on the seed and `test` alone, so they are the same for any `validation`.
 *
 * @param what messages call a row
 * @throws UserError if no training row is left.
 */
export function splitRows(
  count: number,
  sizes: { readonly validation: number; readonly test: number },
  seed: number,
  name: string,
  what = 'row',
): SplitRows {
  const { validation, test } = sizes
  if (validation + test >= count)
    throw new UserError(
      worded`${name}: ${counted(count, what)} less ${grouped(validation)} for validation and ${grouped(test)} for testing leave none to train on; choose a smaller ${option('validation')}${test > 0 ? worded` or ${option('test')}` : ''}`,
    )
  const all = wholeNumbers(0, count)
  const [testRows, rest] = cut(all, test, seed, 'test')
  const [validationRows, train] = cut(rest, validation, seed, 'validation')
  return { train, validation: validationRows, test: testRows }
}

/** Rows of splits that are positions in a list of rows, as the rows themselves. */
export const placedRows = ({ train, validation, test }: SplitRows, rows: Int32Array): SplitRows => {
  const placed = (positions: Int32Array) => positions.map((position) => rows[position]!)
  return { train: placed(train), validation: placed(validation), test: placed(test) }
}

/** The `size` rows that a permutation puts first, and the remaining ones, both ascending. */
function cut(
  rows: Int32Array,
  size: number,
  seed: number,
  name: string,
): [taken: Int32Array, left: Int32Array] {
  if (size === 0) return [new Int32Array(0), rows]
  const order = stream(seed, name).permutation(rows.length)
  const pick = (positions: Int32Array) => positions.sort().map((position) => rows[position]!)
  return [pick(order.subarray(0, size)), pick(order.subarray(size))]
}
