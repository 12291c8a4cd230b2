import { shortened } from '../../tensor/described.ts'
import { counted, grouped, percent } from '../../tensor/numbers.ts'
import type { ColumnFacts } from './column-facts.ts'
import { DECIMAL_COMMA } from './read/csv-dialect.ts'
import { type ColumnKind, type DateOrder, dateOrders } from './schema.ts'

/** The kind of a column and why. */
export interface InferredKind {
  readonly kind: ColumnKind
  /** In one sentence, without a full stop. */
  readonly reason: string
  readonly remarks: readonly string[]
  /** Why a column of kind `ignore` is left out, in a word or two. */
  readonly leftOut?: string | undefined
  /** Of a binary column: its two values. */
  readonly categories?: readonly string[] | undefined
  readonly dates?: DateOrder | undefined
}

/** Share of the values that must be numbers, or dates, for a column of that kind. */
export const MOST_OF_THEM = 0.9

/** A categorical column has at most this many different texts, each of them twice on average. */
export const MOST_CATEGORIES = 256

/** Counts have a variance of at least this times their mean: a Poisson distribution's is 1, less what a sample errs. */
export const LEAST_DISPERSION = 0.8

/** Skewness from which numbers above 0 are positive: an exponential distribution's is 2. */
export const HEAVY_SKEW = 1.5

/** Numbers of a whole column that rise by 1 are an index from this many rows. */
const SHORTEST_INDEX = 3

/** A distance from the median, in spreads, and the share of values beyond it that is a heavy tail: a normal
 * distribution's is 6e-7. */
const [FAR, MANY_FAR] = [5, 0.001]

/** With at most this many different whole numbers in at least so many rows, they may be codes. */
const [FEW_CODES, CODED_ROWS] = [10, 50]

/**
 * The kind of a column by what it holds: the rules of "Kinds of columns" in docs/tables.md, in their order. `label`
 * and `ordinal` are never inferred.
 */
export function kindOf(facts: ColumnFacts): InferredKind {
  const present = facts.rows - facts.missing
  const distinct = facts.texts.size + facts.distinctNumbers.size
  if (present === 0) return leftOut('all values are missing', 'all values are missing')
  if (distinct === 1) return constant(facts)
  if (distinct === 2) return binary(facts)
  const numbers = facts.numbers.length + facts.infinite
  if (facts.padded === 0 && numbers >= MOST_OF_THEM * present)
    return withFaults(numeric(facts), facts)
  const dated = Math.max(...Object.values(facts.dates))
  if (dated > 0 && dated >= MOST_OF_THEM * present) return datetime(facts, present)
  return texts(facts, present, distinct)
}

const quoted = (text: string) => JSON.stringify(shortened(text))

const leftOut = (why: string, reason: string): InferredKind => ({
  kind: 'ignore',
  reason,
  remarks: [],
  leftOut: why,
})

function constant({ examples, missing }: ColumnFacts): InferredKind {
  const beside = missing > 0 ? ' that is not missing' : ''
  return leftOut('constant', `constant: every value${beside} is ${quoted(examples[0]!)}`)
}

const pairs: readonly (readonly [string, string])[] = [
  ['0', '1'],
  ['false', 'true'],
  ['no', 'yes'],
  ['n', 'y'],
  ['f', 't'],
  ['off', 'on'],
]

/** The two values, the one that means no first; otherwise in ascending order. */
function binary({ distinctNumbers, texts }: ColumnFacts): InferredKind {
  const numbers = [...distinctNumbers].sort((a, b) => a - b).map(String)
  const found = [...numbers, ...[...texts.keys()].sort()]
  const lower = found.map((text) => text.toLowerCase())
  const isReversed = pairs.some(([no, yes]) => lower[0] === yes && lower[1] === no)
  const categories = isReversed ? found.reverse() : found
  return {
    kind: 'binary',
    reason: `two different values: ${categories.map(quoted).join(' and ')}`,
    remarks: [],
    categories,
  }
}

function numeric(facts: ColumnFacts): InferredKind {
  const { numbers, name } = facts
  const isWhole = numbers.every(Number.isInteger)
  if (isWhole && isIndex(facts))
    return {
      kind: 'text',
      reason: isRising(numbers)
        ? 'an identifier: whole numbers that rise by 1 from row to row'
        : `an identifier: whole numbers that are all different, under the name ${quoted(name)}`,
      remarks: [],
    }
  const { mean, variance, skewness } = momentsOf(numbers)
  const lowest = lowestOf(numbers)
  const codes = isWhole ? codesRemark(facts) : []
  if (isWhole && lowest >= 0 && lowest <= 1 && variance >= LEAST_DISPERSION * mean)
    return {
      kind: 'count',
      reason: `whole numbers from ${lowest} whose variance (${short(variance)}) is about their mean (${short(mean)}) or more`,
      remarks: codes,
    }
  const logSkewness =
    lowest > 0 ? momentsOf(numbers.map(Math.log)).skewness : Number.POSITIVE_INFINITY
  if (skewness >= HEAVY_SKEW && Math.abs(logSkewness) < skewness)
    return {
      kind: 'positive',
      reason: `numbers above 0, skewed to the right (skewness ${short(skewness)}; of their logarithms ${short(logSkewness)})`,
      remarks: codes,
    }
  return {
    kind: 'numeric',
    reason: isWhole ? 'whole numbers that are not counts' : 'numbers',
    remarks: [...codes, ...tailRemark(numbers)],
  }
}

/** What a number-like column holds that no number can be made of. */
function withFaults(inferred: InferredKind, facts: ColumnFacts): InferredKind {
  const { notNumber, infinite, rows, missing } = facts
  const remarks = [...inferred.remarks]
  const others = rows - missing - facts.numbers.length - infinite
  if (notNumber)
    remarks.push(
      `${counted(others, 'value')} (${percent(others / (rows - missing))}) cannot be read as numbers, first ${quoted(notNumber.text)} in ${notNumber.place}: if it stands for a missing value, add it to "missing" in the schema; otherwise training refuses it`,
    )
  if (infinite > 0)
    remarks.push(
      `${counted(infinite, 'value')} infinite: training refuses them unless "missing" in the schema lists them`,
    )
  return { ...inferred, remarks }
}

/** Names of identifiers: `id`, `customer_id`, `customerId`. */
const ID_NAME = /(^|[\W_])([Ii]d|ID|[Kk]ey|KEY|[Ii]ndex|INDEX)$|[a-z](Id|ID|Key)$/

const isIndex = ({ numbers, distinctNumbers, isCapped, name }: ColumnFacts): boolean =>
  isRising(numbers) || (ID_NAME.test(name) && (isCapped || distinctNumbers.size === numbers.length))

const isRising = (numbers: readonly number[]): boolean =>
  numbers.length >= SHORTEST_INDEX &&
  numbers.every((value, i) => i === 0 || value === numbers[i - 1]! + 1)

function codesRemark({ distinctNumbers, numbers }: ColumnFacts): string[] {
  if (distinctNumbers.size > FEW_CODES || numbers.length < CODED_ROWS) return []
  return [
    `only ${distinctNumbers.size} different whole numbers: if they are codes of categories, state "kind": "categorical", and if grades, "ordinal"`,
  ]
}

function tailRemark(numbers: readonly number[]): string[] {
  const sorted = Float64Array.from(numbers).sort()
  const quantile = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!
  const spread = (quantile(0.75) - quantile(0.25)) / 1.349
  const far = numbers.filter((value) => Math.abs(value - quantile(0.5)) > FAR * spread).length
  if (spread === 0 || far < 2 || far <= MANY_FAR * numbers.length) return []
  return [
    `heavy tails: ${grouped(far)} of ${grouped(numbers.length)} values lie more than ${FAR} spreads from the median; consider "distribution": "student-t" or "transform": "quantile"`,
  ]
}

function datetime(facts: ColumnFacts, present: number): InferredKind {
  const { dates, openDates, notDate } = facts
  const counts = dateOrders.map((order) => dates[order])
  const [dayFirst, monthFirst] = counts as [number, number]
  if (openDates > 0 && dayFirst === monthFirst)
    return {
      kind: 'text',
      reason: 'dates whose order of day and month is open',
      remarks: [
        `to train on it, state "kind": "datetime" and "dates": "day-first" or "month-first" in the schema: no value from 13 shows which number is the day`,
      ],
    }
  const order = dayFirst > monthFirst ? 'day-first' : 'month-first'
  const others = present - Math.max(dayFirst, monthFirst)
  const first = notDate ? `, first ${quoted(notDate.text)} in ${notDate.place}` : ''
  return {
    kind: 'datetime',
    reason:
      openDates > 0
        ? `dates, ${order.replace('-', ' ')}: values from 13 show it`
        : 'dates or timestamps',
    remarks:
      others > 0
        ? [
            `${counted(others, 'value')} cannot be read as dates${first}: if it stands for a missing value, add it to "missing" in the schema; otherwise training refuses it`,
          ]
        : [],
    dates: openDates > 0 ? order : undefined,
  }
}

function commaRemark({ examples }: ColumnFacts): string[] {
  if (examples.length === 0 || !examples.every((text) => DECIMAL_COMMA.test(text))) return []
  return [
    'the values look like numbers with a decimal comma: the option decimal, set to comma, reads them as numbers',
  ]
}

function texts(facts: ColumnFacts, present: number, distinct: number): InferredKind {
  const { isCapped, padded } = facts
  const remarks = commaRemark(facts)
  const zeros = padded > 0 ? '; digits after a leading zero are no numbers' : ''
  if (!isCapped && distinct <= MOST_CATEGORIES && 2 * distinct <= present)
    return { kind: 'categorical', reason: `${distinct} different texts${zeros}`, remarks }
  return {
    kind: 'text',
    reason: `an identifier or free text: ${isCapped ? 'more than ' : ''}${grouped(distinct)} different texts in ${counted(present, 'value')}${zeros}`,
    remarks,
  }
}

const short = (value: number): string => String(Number(value.toPrecision(3)))

const lowestOf = (numbers: readonly number[]) =>
  numbers.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)

/** Mean, variance and skewness; the latter 0 without a spread. */
function momentsOf(numbers: readonly number[]): {
  mean: number
  variance: number
  skewness: number
} {
  const mean = numbers.reduce((sum, value) => sum + value / numbers.length, 0)
  const central = (power: number) =>
    numbers.reduce((sum, value) => sum + (value - mean) ** power / numbers.length, 0)
  const variance = central(2)
  const skewness = variance > 0 ? central(3) / variance ** 1.5 : 0
  return { mean, variance, skewness: Number.isFinite(skewness) ? skewness : 0 }
}
