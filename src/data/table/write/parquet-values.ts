import type { SchemaElement } from 'hyparquet'
import { numberIn, textOf } from '../cells.ts'
import { withOlderNames } from '../read/parquet-types.ts'
import type { Cell } from '../records.ts'

const DAY = 86_400_000

/** The element of a column as it is stored with other values: timestamps of 96 bits, which are out of use, have 64. */
export function storedElement(element: SchemaElement): SchemaElement {
  if (element.type !== 'INT96') return withOlderNames(element)
  const { name, repetition_type } = element
  return {
    name,
    type: 'INT64',
    repetition_type: repetition_type!,
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'NANOS' },
  }
}

/** A cell as a value of a column of a Parquet file: whole numbers where it holds them, the number that a category writes. */
export function storedValue({ type, converted_type }: SchemaElement, cell: Cell) {
  if (cell === null || cell === undefined) return null
  const value = typeof cell === 'string' && type !== 'BYTE_ARRAY' ? (numberIn(cell) ?? cell) : cell
  const isDecimal = converted_type === 'DECIMAL'
  if (value instanceof Date)
    return converted_type === 'DATE' ? Math.round(value.getTime() / DAY) : value
  if (type === 'BOOLEAN') return value === true || value === 'true'
  if (type === 'INT64' && !isDecimal)
    return typeof value === 'number' ? BigInt(Math.round(value)) : value
  if (type === 'INT32' && !isDecimal) return Math.round(Number(value))
  if (type !== 'BYTE_ARRAY' || isDecimal) return value
  const text = typeof value === 'string' ? value : textOf(value)
  return converted_type === 'UTF8' ? text : utf8.encode(text)
}

const utf8 = new TextEncoder()
