import type { ExampleForm } from '../data/form.ts'
import type { Arrays } from '../runtime/session.ts'
import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import type { GraphName } from './graphs-of.ts'

/** How far an answer is from what it should be. */
export interface GoldenDifference {
  readonly graph: GraphName
  readonly output: string
  /**
   * The largest |a - b| / (1 + |b|) of numbers; Infinity for another shape, and where one is not finite. Of what the score holds
   * beside its shares, the difference of two numbers that may be large, |b| is that of the score.
   */
  readonly largest: number
  /** Indices of categories, or values of the packed row, that are not equal. */
  readonly unequal: number
  readonly count: number
}

/** Answers agree where |a - b| <= 1e-5 (1 + |b|) for all numbers, and indices are equal. */
export const TOLERANCE = 1e-5

export const agrees = ({ largest, unequal }: GoldenDifference): boolean =>
  largest <= TOLERANCE && unequal === 0

/**
 * @param why begins the message: whose answers are others
 * @throws UserError that names the answer that is furthest off
 */
export function requireAgreeing(found: readonly GoldenDifference[], why: string): void {
  const wrong = found.filter((one) => !agrees(one))
  if (wrong.length === 0) return
  const [worst] = wrong.sort((a, b) => b.unequal - a.unequal || b.largest - a.largest)
  throw new UserError(
    `${why} (${differenceText(worst!)}; ${wrong.length} of ${found.length} outputs differ by more than ${TOLERANCE})`,
  )
}

/**
 * Arrays compared by name, without the classes, which are given beside the rows.
 *
 * @param form by whose scale pixels are compared as the network sees them, in [0, 1]: in bytes, one that is nearly black would be
 * held to 4e-8 of white, less than float32 sums keep
 */
export function differences(
  graph: GraphName,
  found: Arrays,
  expected: Arrays,
  form?: Pick<ExampleForm, 'scale'>,
): GoldenDifference[] {
  return Object.entries(expected)
    .filter(([output]) => output !== 'class')
    .map(([output, array]) => {
      const scale = output.endsWith('pixels') ? (form?.scale ?? 1) : 1
      const sizes = output === 'code_share' ? expected.score : array
      return { graph, output, ...differenceOf(found[output], array, sizes ?? array, scale) }
    })
}

/** @param sizes numbers by whose magnitude a difference is judged */
function differenceOf(
  found: HostTensor | undefined,
  expected: HostTensor,
  sizes: HostTensor,
  scale: number,
) {
  const count = expected.data.length
  if (!found || String(found.shape) !== String(expected.shape))
    return { largest: Number.POSITIVE_INFINITY, unequal: 0, count }
  const isFloat = expected.dtype.startsWith('float')
  let [largest, unequal] = [0, 0]
  for (let i = 0; i < count; i++) {
    const [a, b] = [found.data[i]!, expected.data[i]!]
    if (Object.is(a, b) || a === b) continue
    if (!isFloat) unequal++
    else {
      const difference =
        (scale * Math.abs(Number(a) - Number(b))) / (1 + scale * Math.abs(Number(sizes.data[i])))
      largest = Math.max(largest, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference)
    }
  }
  return { largest, unequal, count }
}

/** What differs, for a message: `z of encoder by 0.0021`. */
export function differenceText({
  graph,
  output,
  largest,
  unequal,
  count,
}: GoldenDifference): string {
  const what = unequal > 0 ? `in ${unequal} of ${count} values` : `by ${largest.toPrecision(2)}`
  return `${output} of ${graph} ${what}`
}
