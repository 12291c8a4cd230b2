import type { DecodedArray, PageHeader } from 'hyparquet'
import { convert } from 'hyparquet/src/convert.js'
import { decompressPage, readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js'
import { readPlain } from 'hyparquet/src/plain.js'
import type { Cell } from '../records.ts'

/** How the values of a column are stored. */
export type ColumnDecoder = Parameters<typeof convert>[1]

/** A page of a column whose values become cells only where they are taken, so that it stays small. */
export interface DataPage {
  readonly length: number
  /** The next `count` values. */
  take(count: number): ArrayLike<Cell>
}

export const emptyPage: DataPage = { length: 0, take: () => [] }

/** The values that a dictionary page lists. */
export function dictionaryOf(
  bytes: Uint8Array,
  header: PageHeader,
  decoder: ColumnDecoder,
): DecodedArray {
  const { dictionary_page_header: described, uncompressed_page_size: size } = header
  const { type, element, codec, compressors } = decoder
  const page = decompressPage(bytes, size, codec, compressors)
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
  const { definitionLevels, dataPage: stored } = first
    ? readDataPage(unpacked(bytes, header, decoder), first, decoder)
    : readDataPageV2(bytes, header, decoder)
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
