import type { ParquetParsers, SchemaElement, SchemaTree } from 'hyparquet'
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import type { ColumnHint } from '../records.ts'

/** Why a column of a Parquet file cannot be a column of a table; undefined if it can. */
export function unreadable({ children, element }: SchemaTree): string | undefined {
  const { type, converted_type, logical_type, repetition_type } = element
  if (children.length > 0 || repetition_type === 'REPEATED') return 'nested'
  const logical = logical_type?.type
  if (converted_type === 'BSON' || logical === 'BSON') return 'BSON'
  if (converted_type === 'INTERVAL' || logical === 'INTERVAL') return 'intervals'
  if (logical === 'GEOMETRY' || logical === 'GEOGRAPHY' || logical === 'VARIANT')
    return logical.toLowerCase()
  const isFixed = type === 'FIXED_LEN_BYTE_ARRAY'
  const isNamed = converted_type === 'DECIMAL' || ['DECIMAL', 'UUID', 'FLOAT16'].includes(logical!)
  return isFixed && !isNamed ? 'raw bytes' : undefined
}

/**
 * A column's description with the older names of types, which alone hyparquet looks at: a file may have the newer ones
 * only, and its decimals would then be read without their scale.
 */
export function withOlderNames(element: SchemaElement): SchemaElement {
  if (element.converted_type !== undefined) return element
  const { logical_type: logical } = element
  if (logical?.type === 'DECIMAL')
    return { ...element, converted_type: 'DECIMAL', scale: logical.scale }
  return logical?.type === 'DATE' ? { ...element, converted_type: 'DATE' } : element
}

/** What the type of a column says of its kind. */
export function hintOf(element: SchemaElement): ColumnHint | undefined {
  const { type, converted_type: converted, logical_type: logical } = element
  if (type === 'BOOLEAN') return { kind: 'binary', categories: ['false', 'true'] }
  const isDate = [converted, logical?.type].some(
    (name) => name === 'DATE' || name?.startsWith('TIMESTAMP'),
  )
  return isDate || type === 'INT96' ? { kind: 'datetime' } : undefined
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Texts of at most this many bytes are decoded faster here than by a TextDecoder. */
const SHORT = 24

/** @throws Error for bytes that are not UTF-8 */
function textOf(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined || bytes.length > SHORT) return bytes && decoded(bytes)
  let text = ''
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    if (byte >= 0x80) return decoded(bytes)
    text += String.fromCharCode(byte)
  }
  return text
}

function decoded(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Error('it holds bytes that are not UTF-8')
  }
}

/** How values become cells: JSON stays text. */
export const parsers: ParquetParsers = {
  ...DEFAULT_PARSERS,
  stringFromBytes: textOf,
  jsonFromBytes: textOf,
}

/** The same, but timestamps stay numbers in the unit of the file: a `Date` has only milliseconds. */
export const exactParsers: ParquetParsers = {
  ...parsers,
  timestampFromMilliseconds: (time) => time,
  timestampFromMicroseconds: (time) => time,
  timestampFromNanoseconds: (time) => time,
}
