import { UserError } from '../../../tensor/errors.ts'
import { grouped } from '../../../tensor/numbers.ts'
import type { TableReading } from '../records.ts'
import { type ByteSource, readHead } from './bytes.ts'
import { lastLineEnd, unified } from './csv-rows.ts'
import { ENCODING_HEAD, type Encoding, encodingOf, textOf } from './text.ts'

/** Most characters of a line. */
const MOST_LINE = 2 ** 24

/** Some lines of a text file. */
export interface Lines {
  /** Number of the first, counted from 1. */
  readonly first: number
  /** Without their ends. */
  readonly lines: readonly string[]
}

/** The first line end in a text; LF if there is none. */
export const lineEndOf = (text: string): string => /\r\n|\n|\r/.exec(text)?.[0] ?? '\n'

/** The encoding of a file, found out from its beginning where it is not stated. */
export async function fileEncoding(source: ByteSource, reading: TableReading): Promise<Encoding> {
  const head = await readHead(source, ENCODING_HEAD)
  return encodingOf(head, head.length < ENCODING_HEAD, reading.encoding, source.name)
}

/**
 * The lines of a text file, as many at a time as are read at a time. LF, CRLF and CR end a line.
 *
 * @throws UserError for bytes that are no text, and for a line that is too long
 */
export async function* linesOf(source: ByteSource, encoding: Encoding): AsyncIterable<Lines> {
  let rest = ''
  let first = 1
  for await (const piece of textOf(source, encoding, () => first)) {
    const text = rest + piece
    const end = lastLineEnd(text)
    rest = text.slice(end)
    if (rest.length > MOST_LINE)
      throw new UserError(
        `${source.name}: line ${first} has more than ${grouped(MOST_LINE)} characters; expected a row in each line`,
      )
    if (end === 0) continue
    const lines = unified(text.slice(0, end)).split('\n')
    lines.pop()
    yield { first, lines }
    first += lines.length
  }
  if (rest !== '') yield { first, lines: unified(rest).split('\n') }
}
