import { described, shortened } from '../../../tensor/described.ts'
import { UserError } from '../../../tensor/errors.ts'
import type { Cell } from '../records.ts'

/**
 * A value of a row in memory or of a JSON file as a cell; NaN is a missing value.
 *
 * @param where the file and the row, for the message
 * @throws UserError for anything but texts, finite numbers, booleans, dates and null
 */
export function requireCell(value: unknown, where: string, column: string): Cell {
  switch (typeof value) {
    case 'string':
    case 'bigint':
    case 'boolean':
    case 'undefined':
      return value
    case 'number':
      if (Number.isFinite(value)) return value
      if (Number.isNaN(value)) return null
      break
    case 'object':
      if (value === null) return value
      if (value instanceof Date && !Number.isNaN(value.getTime())) return value
  }
  const shown = value instanceof Date ? 'an invalid Date' : described(value)
  throw new UserError(
    `${where}, column ${JSON.stringify(shortened(column))}: is ${shown}; expected a text, a finite number, a boolean, a date or null`,
  )
}

/** The value that an object itself has for a key: `constructor` and `__proto__` are keys like others. */
export const ownValue = (row: object, key: string): unknown =>
  Object.hasOwn(row, key) ? row[key as keyof object] : undefined
