import { isMissing, type MissingMarks, numberOf, textOf } from './cells.ts'
import { type DateOrder, dateOrders, orderIn } from './dates.ts'
import type { Cell } from './records.ts'

/** A cell and where it stands. */
export interface PlacedCell {
  readonly text: string
  readonly place: string
}

/** What the looked-at rows of a column hold; its kind follows from it. */
export interface ColumnFacts {
  readonly name: string
  readonly rows: number
  readonly missing: number
  /** The marks that stood for missing values, and how often: `''` also for null. */
  readonly marks: ReadonlyMap<string, number>
  /** All finite numbers in order. */
  readonly numbers: readonly number[]
  readonly infinite: number
  /** Texts such as `007`: digits after a leading zero. */
  readonly padded: number
  /** How many cells can be read as dates in either order of day and month. */
  readonly dates: Readonly<Record<DateOrder, number>>
  /** How many of them mean another day in the other order, and whether the whole is a date without any order. */
  readonly openDates: number
  /** The first value that is no number, and the first that is no date. */
  readonly notNumber?: PlacedCell | undefined
  readonly notDate?: PlacedCell | undefined
  /** How often each text occurs that is no number. */
  readonly texts: ReadonlyMap<string, number>
  readonly distinctNumbers: ReadonlySet<number>
  /** Whether there are more different values than were counted. */
  readonly isCapped: boolean
  /** The first different values, as text. */
  readonly examples: readonly string[]
}

/** Different values of a column that are counted, at most. */
export const MOST_DISTINCT = 10_000

const EXAMPLES = 3

const PADDED = /^\s*[+-]?0\d/

/** Collects the facts of a column, cell by cell. */
export function columnFacts(name: string, marks: MissingMarks) {
  const facts = {
    name,
    rows: 0,
    missing: 0,
    marks: new Map<string, number>(),
    numbers: [] as number[],
    infinite: 0,
    padded: 0,
    dates: { 'day-first': 0, 'month-first': 0 },
    openDates: 0,
    notNumber: undefined as PlacedCell | undefined,
    notDate: undefined as PlacedCell | undefined,
    texts: new Map<string, number>(),
    distinctNumbers: new Set<number>(),
    isCapped: false,
    examples: [] as string[],
  }
  const isNew = (text: string, isKnown: boolean): boolean => {
    if (isKnown) return false
    if (facts.texts.size + facts.distinctNumbers.size >= MOST_DISTINCT) {
      facts.isCapped = true
      return false
    }
    if (facts.examples.length < EXAMPLES) facts.examples.push(text)
    return true
  }
  const addNumber = (value: number) => {
    if (Number.isFinite(value)) facts.numbers.push(value)
    else facts.infinite++
    if (isNew(String(value), facts.distinctNumbers.has(value))) facts.distinctNumbers.add(value)
  }
  const addText = (cell: Cell, place: () => string) => {
    const text = textOf(cell)
    facts.notNumber ??= { text, place: place() }
    const known = facts.texts.get(text)
    if (known !== undefined) facts.texts.set(text, known + 1)
    else if (isNew(text, false)) facts.texts.set(text, 1)
    const order = orderIn(cell)
    if (order === undefined) facts.notDate ??= { text, place: place() }
    else {
      for (const one of dateOrders)
        if (order === one || order === 'open' || order === 'fixed') facts.dates[one]++
      if (order !== 'fixed') facts.openDates++
    }
  }
  return {
    facts: facts as ColumnFacts,
    add(cell: Cell, place: () => string) {
      facts.rows++
      if (isMissing(cell, marks)) {
        facts.missing++
        const mark =
          typeof cell === 'string'
            ? cell.trim()
            : typeof cell === 'number' && !Number.isNaN(cell)
              ? String(cell)
              : ''
        facts.marks.set(mark, (facts.marks.get(mark) ?? 0) + 1)
        return
      }
      const isPadded = typeof cell === 'string' && PADDED.test(cell)
      const value = isPadded ? undefined : numberOf(cell)
      if (isPadded && numberOf(cell) !== undefined) facts.padded++
      if (value === undefined) addText(cell, place)
      else addNumber(value)
    },
  }
}
