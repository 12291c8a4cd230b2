import { described, shortened } from '../../tensor/described.ts'
import { isMissing, type MissingMarks, numberOf, textOf } from './cells.ts'
import { daysOf, orderIn } from './dates.ts'
import { mostCodes } from './packed-layout.ts'
import type { Cell } from './records.ts'
import { textHash } from './row-hashes.ts'
import type { ColumnKind, ColumnSchema } from './schema.ts'

/** A cell that contradicts the schema: what was expected, and what to do about it. */
export class CellFault extends Error {
  constructor(
    readonly expected: string,
    readonly advice: string,
  ) {
    super(expected)
  }
}

/** Turns the cells of a column into values, from the first row to the last. */
export interface Converter {
  /** A number, a code, or NaN for a missing cell. Throws CellFault. */
  value(cell: Cell): number
  /** Texts by code. */
  readonly dictionary?: readonly string[] | undefined
  /** Whether a key had too many values for a dictionary. */
  readonly dropped: boolean
}

/** Larger numbers have no float32, in which a model computes. */
const LARGEST = 3.4028234663852886e38

/** Most memory for the texts of a key column, in bytes: with more, the column is dropped. */
export const MOST_KEY_BYTES = 2 ** 26

/** Bytes of a text besides its letters, about. */
const TEXT_OVERHEAD = 64

export interface ConverterOptions {
  readonly keyBytes?: number | undefined
  /** New data for a trained model may have categories that the schema does not list: the model knows what to do. */
  readonly newData?: boolean | undefined
}

/** The converter of a column by its kind. */
export function converterOf(
  column: ColumnSchema,
  marks: MissingMarks,
  { keyBytes = MOST_KEY_BYTES, newData = false }: ConverterOptions = {},
): Converter {
  switch (column.kind) {
    case 'numeric':
    case 'positive':
    case 'count':
      return numbers(column.kind, marks)
    case 'datetime':
      return dates(column, marks)
    case 'text':
      return keys(marks, keyBytes)
    default:
      return codes(column, marks, newData)
  }
}

const missingAdvice = (cell: Cell) => `add ${described(textOf(cell))} to "missing"`

function numbers(kind: 'numeric' | 'positive' | 'count', marks: MissingMarks): Converter {
  const check = checks[kind]
  return {
    dropped: false,
    value(cell) {
      if (typeof cell !== 'number' && isMissing(cell, marks)) return Number.NaN
      const value = numberOf(cell)
      if (value === undefined)
        throw new CellFault('a number', `${missingAdvice(cell)}, or state another "kind"`)
      if (Number.isNaN(value) || (marks.numbers.size > 0 && marks.numbers.has(value)))
        return Number.NaN
      if (!(value <= LARGEST && value >= -LARGEST))
        throw new CellFault('a number from -3.4e38 to 3.4e38', missingAdvice(cell))
      check(value, cell)
      return value
    },
  }
}

const checks = {
  numeric() {},
  positive(value: number, cell: Cell) {
    if (value <= 0)
      throw new CellFault('a number above 0', `${missingAdvice(cell)}, or state "kind": "numeric"`)
  },
  count(value: number, cell: Cell) {
    if (value < 0 || !Number.isInteger(value))
      throw new CellFault(
        'a whole number from 0',
        `${missingAdvice(cell)}, or state "kind": "numeric"`,
      )
  },
}

function dates({ dates: order }: ColumnSchema, marks: MissingMarks): Converter {
  return {
    dropped: false,
    value(cell) {
      const value = daysOf(cell, order)
      if (value !== undefined && (marks.texts.size === 0 || !isMissing(cell, marks))) return value
      if (isMissing(cell, marks)) return Number.NaN
      const isOpen =
        order === undefined && ['open', 'day-first', 'month-first'].includes(orderIn(cell) ?? '')
      throw isOpen
        ? new CellFault('an order of day and month', 'state "dates": "day-first" or "month-first"')
        : new CellFault(
            order ? `a date, ${order.replace('-', ' ')}` : 'a date such as 2024-12-31',
            `${missingAdvice(cell)}, or state another "kind"`,
          )
    },
  }
}

/** Codes by order of first appearance, after the categories that the schema states. */
function codes(
  { kind, categories }: ColumnSchema,
  marks: MissingMarks,
  newData: boolean,
): Converter {
  const dictionary = (categories ?? []).map(textOf)
  const known = new Map(dictionary.map((text, code) => [text, code]))
  const most = kind !== 'binary' ? mostCodes.u16 : newData ? mostCodes.u8 : 2
  return {
    dropped: false,
    dictionary,
    value(cell) {
      if (isMissing(cell, marks)) return Number.NaN
      const text = textOf(cell)
      const code = known.get(text)
      if (code !== undefined) return code
      if (categories && !newData) throw unseen(kind, dictionary, cell)
      if (dictionary.length === most) throw tooMany(kind, dictionary, most)
      known.set(text, dictionary.length)
      return dictionary.push(text) - 1
    },
  }
}

function unseen(kind: ColumnKind, dictionary: readonly string[], cell: Cell): CellFault {
  const other =
    kind === 'binary'
      ? 'state "kind": "categorical" without "categories"'
      : 'add it to "categories"'
  return new CellFault(`one of ${listed(dictionary)}`, `${missingAdvice(cell)}, or ${other}`)
}

function tooMany(kind: ColumnKind, dictionary: readonly string[], most: number): CellFault {
  return kind === 'binary'
    ? new CellFault(`one of ${listed(dictionary)}`, 'state "kind": "categorical"')
    : new CellFault(`at most ${most} different values`, 'state "kind": "text" or "ignore"')
}

const MOST_LISTED = 6

const listed = (texts: readonly string[]) => {
  const shown = texts.slice(0, MOST_LISTED).map((text) => JSON.stringify(shortened(text)))
  return `${shown.join(', ')}${texts.length > MOST_LISTED ? `, … (${texts.length})` : ''}`
}

function keys(marks: MissingMarks, mostBytes: number): Converter {
  const dictionary: string[] = []
  const known = new Map<string, number>()
  let bytes = 0
  let dropped = false
  return {
    dictionary,
    get dropped() {
      return dropped
    },
    value(cell) {
      if (isMissing(cell, marks)) return Number.NaN
      const text = textOf(cell)
      // The digest of the table still depends on every key.
      if (dropped) return textHash(text)
      const code = known.get(text)
      if (code !== undefined) return code
      bytes += 2 * text.length + TEXT_OVERHEAD
      if (bytes <= mostBytes) {
        known.set(text, dictionary.length)
        return dictionary.push(text) - 1
      }
      dropped = true
      known.clear()
      dictionary.length = 0
      return textHash(text)
    },
  }
}
