import { UserError } from '../tensor/errors.ts'
import { arrayHashes } from './array-hashes.ts'
import type { SplitName } from './dataset.ts'
import { duplicatesAcross, duplicatesText, type HashedSplit } from './duplicates.ts'
import type { Store } from './form.ts'
import { wholeNumbers } from './indices.ts'
import { placedRows, type SplitRows, splitRows } from './split.ts'
import { type SplitOptions, sizesOf } from './split-options.ts'

/** An array of examples that is split. */
interface ArrayPart {
  readonly name: string
  readonly examples: { readonly store: Store }
  /** Rows that its source itself sets aside for validation, ascending. */
  readonly validation?: Int32Array | undefined
}

/** All rows of a part. */
export const allRows = ({ examples }: ArrayPart): Int32Array =>
  wholeNumbers(0, examples.store.shape[0]!)

/**
 * Rows of the main part by split: as its source sets them aside, and the others by seed.
 *
 * @param among the rows that are split, where others are not learned from
 */
export function rowsOfSplits(
  main: ArrayPart,
  hasTest: boolean,
  options: SplitOptions,
  among: Int32Array | undefined,
): SplitRows {
  const { name } = main
  const all = among ?? allRows(main)
  const what = among && 'normal row'
  const isAmong = main.validation && among && new Set(among)
  const own = isAmong ? main.validation!.filter((row) => isAmong.has(row)) : main.validation
  const count = all.length - (own?.length ?? 0)
  const sizes = sizesOf(count, options, hasTest)
  if (!own) {
    const rows = splitRows(count, sizes, options.seed, name, what)
    return among ? placedRows(rows, among) : rows
  }
  if (options.validation !== undefined && options.validation !== own.length)
    throw new UserError(
      `validation: ${options.validation} examples were to be held out, but ${name} says itself which ${own.length} are for validation; leave this out`,
    )
  const isOwn = new Set(own)
  const others = all.filter((row) => !isOwn.has(row))
  const rows = splitRows(count, { ...sizes, validation: 0 }, options.seed, name, what)
  return { ...placedRows(rows, others), validation: own }
}

/** The split that the source itself states for a row. */
export function ruleOfOwn(
  validation: Int32Array | undefined,
): (row: number) => 'validation' | undefined {
  const own = new Set(validation)
  return (row) => (own.has(row) ? 'validation' : undefined)
}

/** A note on examples that occur in more than one split. */
export function duplicateNotes(
  { examples: { store } }: ArrayPart,
  rows: SplitRows,
  test: ArrayPart | undefined,
  testRows = test && allRows(test),
): readonly string[] {
  const hashes = arrayHashes(store)
  const own = test?.examples.store
  const tested = testRows ?? rows.test
  const splits: HashedSplit[] = [
    { name: 'train', rows: rows.train, hashes },
    { name: 'validation', rows: rows.validation, hashes },
    { name: 'test', rows: tested, hashes: own ? arrayHashes(own) : hashes },
  ]
  const width = store.shape[1]!
  const rowOf = (split: SplitName, row: number) =>
    (split === 'test' && own ? own : store).data.subarray(row * width, (row + 1) * width)
  const found = duplicatesAcross(splits, (split, row, among, other) => {
    const others = rowOf(among, other)
    return rowOf(split, row).every((value, j) => value === others[j])
  })
  const sizes = {
    train: rows.train.length,
    validation: rows.validation.length,
    test: tested.length,
  }
  return found.length > 0 ? duplicatesText(found, sizes) : []
}
