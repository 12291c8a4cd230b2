import type {
  ColumnMetaData,
  DecodedArray,
  PageHeader,
  ParquetParsers,
  SchemaTree,
} from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { UserError } from '../../../tensor/errors.ts'
import type { Cell } from '../records.ts'
import type { ByteSource } from './bytes.ts'
import { codecs } from './parquet-codecs.ts'
import { type ColumnDecoder, dataPage, dictionaryOf, emptyPage } from './parquet-page.ts'
import { requireStructure } from './parquet-thrift.ts'
import { parsers, withOlderNames } from './parquet-types.ts'

/** The values of a column in one row group, in order. */
export interface ColumnPages {
  /** The next values. */
  take(count: number): Promise<ArrayLike<Cell>>
}

/** Bytes of a column to read at a time, where no page is longer. */
const WINDOW = 2 ** 18

/** Most bytes of the header of a page: it may hold a long text, the smallest or largest value. */
const LONGEST_HEADER = 2 ** 24

/** Most values of a page, and most bytes: a larger claim is not believed. */
const MOST_VALUES = 2 ** 26
const MOST_BYTES = 2 ** 30

/** A column in one row group. */
export interface Chunk {
  readonly meta: ColumnMetaData
  /** From the root of the schema to the column. */
  readonly path: readonly SchemaTree[]
  readonly rows: number
  /** The file, the row group and the column, for messages. */
  readonly where: string
  /** How values become cells, if not as in every table. */
  readonly parsers?: ParquetParsers | undefined
}

/**
 * Reads a column page by page: one of them is in memory, decoded, beside its dictionary.
 *
 * @throws UserError if the file is damaged
 */
export function columnPages(source: ByteSource, chunk: Chunk): ColumnPages {
  const { where, rows } = chunk
  const decoder = decoderOf(chunk)
  const bytes = chunkBytes(source, chunk)
  let dictionary: DecodedArray | undefined
  let page = emptyPage
  let unused = 0
  let left = rows

  async function nextPage(): Promise<void> {
    if (chunk.meta.type !== decoder.element.type || !chunk.meta.type || !chunk.meta.codec)
      throw new Error('its type or compression is unknown, or another one than in the schema')
    const { header, content } = await bytes.page()
    const described =
      header.data_page_header ?? header.data_page_header_v2 ?? header.dictionary_page_header
    // Pages of indices of the file are of no use here.
    if (!described) return
    const { num_values: values } = described
    const { uncompressed_page_size: size } = header
    if (!(values >= 0 && values <= MOST_VALUES && size >= 0 && size <= MOST_BYTES))
      throw new Error('a page claims an impossible size')
    if (header.dictionary_page_header) {
      dictionary = dictionaryOf(content, header, decoder)
      return
    }
    if (values > left) throw new Error('it holds more values than there are rows')
    page = dataPage(content, header, decoder, dictionary)
    unused = values
    left -= values
  }

  return {
    async take(count) {
      try {
        const parts: ArrayLike<Cell>[] = []
        for (let missing = count; missing > 0; ) {
          while (unused === 0) await nextPage()
          const part = page.take(missing)
          parts.push(part)
          unused -= part.length
          missing -= part.length
        }
        return parts.length === 1 ? parts[0]! : parts.flatMap((part) => Array.from(part))
      } catch (error) {
        throw error instanceof UserError ? error : damaged(where, error)
      }
    },
  }
}

/** The refusal of a damaged file. What a decoder throws over impossible values says nothing to a user. */
export function damaged(where: string, error: unknown): UserError {
  const isPlain =
    error instanceof Error && error.constructor === Error && !/undefined|NaN/.test(error.message)
  const why = isPlain ? error.message : 'a length, a position or a type in it is impossible'
  return new UserError(`${where} is damaged or cut short (${why}); write the file again`)
}

function decoderOf({ meta, path, parsers: own }: Chunk): ColumnDecoder {
  const leaf = path.at(-1)!
  const element = withOlderNames(leaf.element)
  return {
    ...meta,
    pathInSchema: meta.path_in_schema,
    element,
    schemaPath: [...path.slice(0, -1), { ...leaf, element }],
    parsers: own ?? parsers,
    compressors: codecs,
  }
}

interface Page {
  readonly header: PageHeader
  /** Its bytes after the header, packed. */
  readonly content: Uint8Array
}

/** The pages of a column as they are in the file, one after the other. */
function chunkBytes(source: ByteSource, { meta }: Chunk): { page(): Promise<Page> } {
  const first = Number(meta.dictionary_page_offset || meta.data_page_offset)
  const start = Math.min(first, Number(meta.data_page_offset))
  const end = start + Number(meta.total_compressed_size)
  let at = start
  let window = { start, bytes: new Uint8Array(0) as Uint8Array }

  /** All bytes that are read from `at` on: `length`, or fewer where the column ends. */
  async function ahead(length: number): Promise<Uint8Array> {
    const have = window.start + window.bytes.length - at
    if (have < length && at + have < end) {
      const stop = Math.min(end, at + Math.max(length, WINDOW))
      window = { start: at, bytes: await source.slice(at, stop) }
      if (window.bytes.length < stop - at) throw new Error('the file ends within it')
    }
    return window.bytes.subarray(at - window.start)
  }

  async function header(): Promise<{ header: PageHeader; length: number }> {
    for (let length = 1024; ; length *= 8) {
      const bytes = await ahead(length)
      const reader = { view: viewOf(bytes), offset: 0 }
      try {
        requireStructure(bytes, 0)
        return { header: parquetHeader(reader), length: reader.offset }
      } catch (error) {
        // It may be longer than what has been read of it.
        if (bytes.length >= end - at || length > LONGEST_HEADER) throw error
      }
    }
  }

  return {
    async page() {
      if (!(start >= 0 && end <= source.size!))
        throw new Error('it is said to be outside of the file')
      if (at >= end) throw new Error('it ends before its last row')
      const found = await header()
      const size = found.header.compressed_page_size
      const stop = found.length + size
      if (!(size >= 0 && at + stop <= end)) throw new Error('a page reaches beyond its end')
      const bytes = await ahead(stop)
      at += stop
      return { header: found.header, content: bytes.subarray(found.length, stop) }
    },
  }
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
