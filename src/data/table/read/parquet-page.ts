import type { DataPageHeader, DecodedArray, Encoding, PageHeader, ParquetType } from 'hyparquet'
import { convert } from 'hyparquet/src/convert.js'
import { decompressPage, readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js'
import { readPlain } from 'hyparquet/src/plain.js'
import { getMaxDefinitionLevel } from 'hyparquet/src/schema.js'
import type { Cell } from '../records.ts'
import { prefixed, requireRuns } from './parquet-runs.ts'

/** How the values of a column are stored. */
export type ColumnDecoder = Parameters<typeof convert>[1]

/** A page of a column whose values become cells only where they are taken, so that it stays small. */
export interface DataPage {
  readonly length: number
  /** The next `count` values. */
  take(count: number): ArrayLike<Cell>
}

export const emptyPage: DataPage = { length: 0, take: () => [] }

/** Bytes of a value at least; of a text, those of its length. */
const leastBytes: Partial<Record<ParquetType, number>> = {
  BOOLEAN: 1 / 8,
  INT32: 4,
  INT64: 8,
  INT96: 12,
  FLOAT: 4,
  DOUBLE: 8,
  BYTE_ARRAY: 4,
}

/** The values that a dictionary page lists. */
export function dictionaryOf(
  bytes: Uint8Array,
  header: PageHeader,
  decoder: ColumnDecoder,
): DecodedArray {
  const { dictionary_page_header: described, uncompressed_page_size: size } = header
  const { type, element, codec, compressors } = decoder
  const page = decompressPage(bytes, size, codec, compressors)
  const width = leastBytes[type] ?? element.type_length ?? 1
  if (described!.num_values * width > page.length)
    throw new Error(
      `a dictionary claims ${described!.num_values} values, and its page has ${page.length} bytes`,
    )
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength)
  const values = readPlain({ view, offset: 0 }, type, described!.num_values, element.type_length)
  return convert(values, decoder)
}

/**
 * Reads a data page of a flat column: whether there is a value for each row, and the values or their indices in a
 * dictionary.
 *
 * @throws Error if the page is damaged
 */
export function dataPage(
  bytes: Uint8Array,
  header: PageHeader,
  decoder: ColumnDecoder,
  dictionary: DecodedArray | undefined,
): DataPage {
  const { data_page_header: first, data_page_header_v2: second } = header
  const { num_values: length, encoding } = (first ?? second)!
  if (encoding === undefined) throw new Error('a page has an unknown encoding')
  const { definitionLevels, dataPage: stored } = first
    ? firstVersion(unpacked(bytes, header, decoder), first, decoder)
    : secondVersion(bytes, header, decoder)
  const present = definitionLevels?.length ? Uint8Array.from(definitionLevels) : undefined
  const values = present ? present.reduce((sum, one) => sum + one, 0) : length
  if (stored.length !== values || (present && present.length !== length))
    throw new Error(`a page holds ${stored.length} values, not the ${values} that it claims`)
  if (!encoding.endsWith('_DICTIONARY'))
    return pageOf(length, present, (from, to) => convert(stored.slice(from, to), decoder))
  if (!dictionary) throw new Error('its dictionary is missing')
  const indices = requireIndices(Uint32Array.from(stored as ArrayLike<number>), dictionary.length)
  return pageOf(length, present, (from, to) => {
    const cells = new Array<Cell>(to - from)
    for (let i = from; i < to; i++) cells[i - from] = dictionary[indices[i]!]
    return cells
  })
}

function firstVersion(page: Uint8Array, header: DataPageHeader, decoder: ColumnDecoder) {
  const { num_values: count, encoding } = header
  const isOptional = getMaxDefinitionLevel(decoder.schemaPath) > 0
  const levels = isOptional ? prefixed(page) : undefined
  const values = levels ? requireRuns(levels.runs, 1, count) : count
  requireIndexRuns(levels?.rest ?? page, encoding, decoder, values)
  return readDataPage(page, header, decoder)
}

/** Its levels have no length in front of them, and are never compressed. */
function secondVersion(bytes: Uint8Array, header: PageHeader, decoder: ColumnDecoder) {
  const second = header.data_page_header_v2!
  const { num_values: count, num_nulls: gaps, encoding, is_compressed: isCompressed } = second
  const { definition_levels_byte_length: levels, repetition_levels_byte_length: others } = second
  const before = levels + others
  if (!(levels >= 0 && others >= 0 && before <= bytes.length && gaps >= 0 && gaps <= count))
    throw new Error('a page claims an impossible size')
  if (getMaxDefinitionLevel(decoder.schemaPath) > 0)
    requireRuns(bytes.subarray(others, before), 1, count)
  const size = header.uncompressed_page_size - before
  const packed = bytes.subarray(before)
  const isPacked = isCompressed !== false && size !== 0
  const page = isPacked ? decompressPage(packed, size, decoder.codec, decoder.compressors) : packed
  requireIndexRuns(page, encoding, decoder, count - gaps)
  // What has been unpacked is not unpacked again.
  const plain = new Uint8Array(before + page.length)
  plain.set(bytes.subarray(0, before))
  plain.set(page, before)
  return readDataPageV2(
    plain,
    { ...header, data_page_header_v2: { ...second, is_compressed: false } },
    decoder,
  )
}

/** Checks indices in a dictionary, and booleans in runs. */
function requireIndexRuns(
  page: Uint8Array,
  encoding: Encoding,
  { type }: ColumnDecoder,
  count: number,
): void {
  if (encoding === 'RLE' && type === 'BOOLEAN') requireRuns(prefixed(page).runs, 1, count)
  if (encoding.endsWith('_DICTIONARY') && page[0] !== 0)
    requireRuns(page.subarray(1), page[0] ?? 0, count)
}

const unpacked = (bytes: Uint8Array, header: PageHeader, decoder: ColumnDecoder): Uint8Array =>
  decompressPage(bytes, header.uncompressed_page_size, decoder.codec, decoder.compressors)

function requireIndices(indices: Uint32Array, count: number): Uint32Array {
  for (const index of indices)
    if (index >= count) throw new Error(`value ${index} of a dictionary of ${count} is asked for`)
  return indices
}

/**
 * @param present 1 for each row with a value, 0 for one without; all have one if absent
 * @param valuesOf the values from one position up to another, rows without one left out
 */
function pageOf(
  length: number,
  present: Uint8Array | undefined,
  valuesOf: (from: number, to: number) => ArrayLike<Cell>,
): DataPage {
  let row = 0
  let used = 0
  return {
    length,
    take(count) {
      const start = row
      row = Math.min(length, start + count)
      if (!present) return valuesOf(start, row)
      let end = used
      for (let i = start; i < row; i++) end += present[i]!
      const values = valuesOf(used, end)
      used = end
      if (values.length === row - start) return values
      const cells = new Array<Cell>(row - start)
      for (let i = start, next = 0; i < row; i++)
        cells[i - start] = present[i] ? values[next++] : null
      return cells
    },
  }
}
