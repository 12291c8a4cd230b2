import { counted, grouped } from '../tensor/numbers.ts'
import type { SplitName } from './dataset.ts'

/** Rows of one split, with a hash for every row of their store. */
export interface HashedSplit {
  readonly name: SplitName
  readonly rows: Int32Array
  readonly hashes: Float64Array
}

/** Rows of a split that also occur in another one. */
export interface Duplicates {
  readonly split: SplitName
  readonly among: SplitName
  /** How many rows of the split. */
  readonly count: number
  /** The first of them, and a row that equals it, by their numbers in their stores. */
  readonly first: readonly [row: number, other: number]
}

/** Whether two rows of stores are equal. */
export type AreEqual = (
  split: SplitName,
  row: number,
  otherSplit: SplitName,
  otherRow: number,
) => boolean

/**
 * Which rows of a later split also occur in an earlier one. Time is proportional to the number of rows; the memory
 * needed to that of the smaller split of a pair.
 *
 * @param splits training, validation and test rows, in this order
 * @param areEqual compares rows whose hashes are equal
 */
export function duplicatesAcross(
  splits: readonly HashedSplit[],
  areEqual: AreEqual,
): readonly Duplicates[] {
  return splits.flatMap((split, i) =>
    splits.slice(0, i).flatMap((among) => duplicatesOf(split, among, areEqual) ?? []),
  )
}

function duplicatesOf(
  split: HashedSplit,
  among: HashedSplit,
  areEqual: AreEqual,
): Duplicates | undefined {
  if (split.rows.length === 0 || among.rows.length === 0) return undefined
  const isSmaller = split.rows.length <= among.rows.length
  const [small, large] = isSmaller ? [split, among] : [among, split]
  const table = hashTable(small)
  /** Of each row of the smaller split, or of the larger one, its equal in the other, or -1. */
  const partners = new Int32Array(split.rows.length).fill(-1)
  for (let j = 0; j < large.rows.length; j++) {
    const other = large.rows[j]!
    table.visit(large.hashes[other]!, (i) => {
      const row = small.rows[i]!
      if (!areEqual(small.name, row, large.name, other)) return 'go on'
      partners[isSmaller ? i : j] = isSmaller ? other : row
      return isSmaller ? 'done with it' : 'stop'
    })
  }
  const count = partners.reduce((sum, other) => sum + (other >= 0 ? 1 : 0), 0)
  if (count === 0) return undefined
  const at = partners.findIndex((other) => other >= 0)
  return { split: split.name, among: among.name, count, first: [split.rows[at]!, partners[at]!] }
}

type Next = 'go on' | 'done with it' | 'stop'

/** Positions of rows by their hashes. A hash has a chain of the positions that have it, which are left out once done. */
function hashTable({ rows, hashes }: HashedSplit) {
  const size = 2 ** Math.ceil(Math.log2(2 * rows.length))
  const mask = size - 1
  const heads = new Int32Array(size).fill(-1)
  /** The hash of each slot that is taken. */
  const keys = new Float64Array(size).fill(Number.NaN)
  const next = new Int32Array(rows.length)
  const slotOf = (hash: number): number => {
    let slot = (hash ^ Math.floor(hash / 2 ** 32)) & mask
    while (!Number.isNaN(keys[slot]!) && keys[slot] !== hash) slot = (slot + 1) & mask
    return slot
  }
  // From the last, so that chains begin with the first.
  for (let i = rows.length - 1; i >= 0; i--) {
    const hash = hashes[rows[i]!]!
    const slot = slotOf(hash)
    keys[slot] = hash
    next[i] = heads[slot]!
    heads[slot] = i
  }
  return {
    visit(hash: number, use: (position: number) => Next): void {
      const slot = slotOf(hash)
      let before = -1
      for (let i = heads[slot]!; i >= 0; i = next[i]!) {
        const what = use(i)
        if (what === 'stop') return
        if (what === 'go on') before = i
        else if (before < 0) heads[slot] = next[i]!
        else next[before] = next[i]!
      }
    },
  }
}

const called: Readonly<Record<SplitName, string>> = {
  train: 'training',
  validation: 'validation',
  test: 'test',
}

/** A sentence for each pair of splits: `12 of 5 000 test rows also occur among the training rows (…)`. */
export const duplicatesText = (
  found: readonly Duplicates[],
  sizes: Readonly<Record<SplitName, number>>,
): string[] =>
  found.map(
    ({ split, among, count, first: [row, other] }) =>
      `${grouped(count)} of ${counted(sizes[split], `${called[split]} row`)} also ${count === 1 ? 'occurs' : 'occur'} among the ${called[among]} rows (row ${row + 1} equals row ${other + 1})`,
  )
