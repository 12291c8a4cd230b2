import type { Evaluation } from '../evaluate.ts'
import { type Interval, pairedInterval } from '../statistics/intervals.ts'
import type { MeasuredEntry } from './entry.ts'
import { shortHash } from './entry.ts'

type Optional = MeasuredEntry | undefined

/** Both figures, if they have values of single examples that can be subtracted one by one. */
function haveValues(
  first: Optional,
  other: Optional,
): [first: MeasuredEntry, other: MeasuredEntry] | undefined {
  return first?.values && other?.values ? [first, other] : undefined
}

/** Whether figures are of the same examples in the same order, with the same labels if they depend on labels. */
export const areOfSameExamples = (a: MeasuredEntry, b: MeasuredEntry): boolean =>
  a.examplesHash === b.examplesHash && a.labelsHash === b.labelsHash

/**
 * The mean of other − first over single examples, with its interval; undefined if the figures are not means over
 * examples, or the examples differ.
 */
export function pairedDifference(first: Optional, other: Optional): Interval | undefined {
  const pair = haveValues(first, other)
  if (!pair || !areOfSameExamples(...pair)) return undefined
  const [a, b] = pair.map(({ values }) => values!) as [Float64Array, Float64Array]
  return a.length === b.length && a.length > 1 ? pairedInterval(b, a) : undefined
}

/** A run and its name in a comparison. */
export interface Compared {
  readonly name: string
  readonly evaluation: Evaluation
}

/**
 * A sentence that says why figures of two runs have no difference. It holds for those of the given rows that have
 * values of single examples; undefined if every one of them has its difference.
 */
export function unpairedReason(
  first: Compared,
  other: Compared,
  rows: readonly (readonly [first: Optional, other: Optional])[],
): string | undefined {
  const pairs = rows.flatMap(([a, b]) => {
    const pair = haveValues(a, b)
    return pair ? [pair] : []
  })
  const mismatch = pairs.find(([a, b]) => !areOfSameExamples(a, b))
  if (!mismatch) return undefined
  const taken = pairs.every(([a, b]) => !areOfSameExamples(a, b))
    ? 'No differences are'
    : 'Some differences are not'
  return `${taken} taken between ${first.name} and ${other.name}, because ${differing(first, other, mismatch)}.`
}

/** How the examples of two figures differ, in words. */
function differing(
  { evaluation: { hashes } }: Compared,
  other: Compared,
  [a, b]: readonly [MeasuredEntry, MeasuredEntry],
): string {
  const split = `${a.split} examples`
  if (a.examplesHash === b.examplesHash) return `their ${split} have different labels`
  const values = `(values ${shortHash(a.examplesHash)} and ${shortHash(b.examplesHash)})`
  const others = other.evaluation.hashes
  if (hashes.rows === others.rows)
    return `their ${split} are the same rows with other binary draws, of seeds ${a.seed} and ${b.seed} ${values}`
  return hashes.data === others.data
    ? `their ${split} are different rows of the same data ${values}`
    : `their ${split} are from different data, or in another order ${values}`
}
