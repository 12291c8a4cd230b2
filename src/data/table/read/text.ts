import { shortened } from '../../../tensor/described.ts'
import { UserError } from '../../../tensor/errors.ts'
import { option, worded } from '../../../tensor/wording.ts'
import type { ByteSource } from './bytes.ts'
import { countLines } from './csv-rows.ts'

/** How the text of a file is stored. */
export interface Encoding {
  /** As `TextDecoder` calls it. */
  readonly name: string
  /** Bytes of the byte order mark. */
  readonly mark: number
  /** Where it was found out and not stated. */
  readonly found: boolean
}

/** Bytes at the beginning of a file from which its encoding is found out. */
export const ENCODING_HEAD = 2 ** 20

const marks = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
] as const

/**
 * The encoding of a text: as stated; else by its byte order mark; else UTF-16 where every other byte is mostly zero;
 * else UTF-8 if the beginning is valid; else EUC-KR where pairs of bytes are Hangul, and Windows-1252 otherwise.
 *
 * @param isWhole whether `head` is the whole file
 * @throws UserError for an encoding that is not known
 */
export function encodingOf(
  head: Uint8Array,
  isWhole: boolean,
  stated: string | undefined,
  file: string,
): Encoding {
  const marked = marks.find(([, bytes]) => bytes.every((byte, i) => head[i] === byte))
  if (stated !== undefined) {
    const name = requireEncoding(stated, file)
    return { name, mark: marked?.[0] === name ? marked[1].length : 0, found: false }
  }
  if (marked) return { name: marked[0], mark: marked[1].length, found: true }
  return { name: unmarked(head, isWhole), mark: 0, found: true }
}

function requireEncoding(stated: string, file: string): string {
  try {
    return new TextDecoder(stated).encoding
  } catch {
    throw new UserError(
      worded`${file}: ${option('encoding')} ${JSON.stringify(shortened(stated))} is not known; expected utf-8, utf-16le, windows-1252 or another name of the WHATWG Encoding Standard`,
    )
  }
}

function unmarked(head: Uint8Array, isWhole: boolean): string {
  const zeros = [0, 0]
  for (let i = 0; i < head.length; i++) if (head[i] === 0) zeros[i % 2]!++
  const half = head.length / 2
  if (zeros[1]! > half * 0.5 && zeros[0]! < half * 0.1) return 'utf-16le'
  if (zeros[0]! > half * 0.5 && zeros[1]! < half * 0.1) return 'utf-16be'
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: !isWhole })
    return 'utf-8'
  } catch {
    return isKorean(head) ? 'euc-kr' : 'windows-1252'
  }
}

/**
 * Whether most bytes that are not ASCII are pairs which KS X 1001 has for syllables of Hangul: the first from B0 to C8, the second
 * from A1. In Windows-1252 such a pair would be a sign or a capital letter before another letter with a mark.
 */
function isKorean(bytes: Uint8Array): boolean {
  let [hangul, others] = [0, 0]
  for (let i = 0; i < bytes.length; i++) {
    const [first, second] = [bytes[i]!, bytes[i + 1] ?? 0]
    if (first < 0x80) continue
    if (first >= 0xb0 && first <= 0xc8 && second >= 0xa1) hangul++
    else others++
    if (second >= 0x80) i++
  }
  return hangul > 4 * others
}

const shown: Readonly<Record<string, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16, little-endian',
  'utf-16be': 'UTF-16, big-endian',
  'euc-kr': 'EUC-KR',
  'windows-1252': 'Windows-1252',
}

/** An encoding in words. */
export const encodingText = ({ name }: Encoding): string => shown[name] ?? name

/** The beginning of a text, as far as it can be decoded. */
export const textHead = (head: Uint8Array, { name, mark }: Encoding): string =>
  new TextDecoder(name).decode(head.subarray(mark), { stream: true })

/**
 * The text of a file, in pieces as they are read.
 *
 * @param lineNow the line after the pieces so far, counted from 1, for messages
 * @throws UserError for bytes that are no text in this encoding, and for NUL characters
 */
export async function* textOf(
  source: ByteSource,
  encoding: Encoding,
  lineNow: () => number,
): AsyncIterable<string> {
  const decode = encoding.name === 'utf-8' ? utf8Decoder() : otherDecoder(encoding.name)
  let skip = encoding.mark
  for await (const piece of source.stream()) {
    const bytes = piece.subarray(skip)
    skip -= piece.length - bytes.length
    if (bytes.length > 0) yield decoded(() => decode(bytes, false))
  }
  yield decoded(() => decode(new Uint8Array(0), true))

  function decoded(run: () => string): string {
    let text: string
    try {
      text = run()
    } catch (error) {
      if (!(error instanceof InvalidText)) throw error
      const line = lineNow() + countLines(error.before)
      throw new UserError(
        worded`${source.name}: line ${line}${encoding.name === 'utf-8' ? '' : ' or a later one'} is not valid ${encodingText(encoding)}; state the ${option('encoding')} of the file, such as windows-1252`,
      )
    }
    const nul = text.indexOf('\0')
    if (nul >= 0)
      throw new UserError(
        `${source.name}: line ${lineNow() + countLines(text.slice(0, nul))} holds a NUL character, which no text has; expected a table as text`,
      )
    return text
  }
}

/** Bytes that are no text. */
class InvalidText extends Error {
  constructor(readonly before: string) {
    super('invalid text')
  }
}

type Decode = (bytes: Uint8Array, last: boolean) => string

/**
 * UTF-8 is cut between characters, so that each piece can be decoded by itself: in Node, pieces of ASCII are then decoded
 * six times as fast.
 */
function utf8Decoder(): Decode {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const ascii = new TextDecoder('latin1')
  let rest: Uint8Array = new Uint8Array(0)
  return (more, last) => {
    const bytes = rest.length > 0 ? appended(rest, more) : more
    const end = last ? bytes.length : characterEnd(bytes)
    rest = bytes.slice(end)
    const whole = bytes.subarray(0, end)
    if (isAscii(whole)) return ascii.decode(whole)
    try {
      return utf8.decode(whole)
    } catch {
      throw new InvalidText(validBeginning(whole))
    }
  }
}

function appended(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

function isAscii(bytes: Uint8Array): boolean {
  let bits = 0
  for (let i = 0; i < bytes.length; i++) bits |= bytes[i]!
  return bits < 0x80
}

/** The end of the last character that is complete. */
function characterEnd(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) break
    if (byte < 0xc0) continue
    const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
    return length > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

/** The lines before the first byte that is not UTF-8. */
function validBeginning(bytes: Uint8Array): string {
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  let low = 0
  let high = bytes.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    try {
      utf8.decode(bytes.subarray(0, middle), { stream: true })
      low = middle
    } catch {
      high = middle
    }
    // Forgets what a decoding that failed or was cut has left.
    try {
      utf8.decode()
    } catch {}
  }
  return new TextDecoder().decode(bytes.subarray(0, low))
}

function otherDecoder(name: string): Decode {
  const decoder = new TextDecoder(name, { fatal: true, ignoreBOM: true })
  return (bytes, last) => {
    let text: string
    try {
      text = decoder.decode(bytes, { stream: !last })
    } catch {
      throw new InvalidText('')
    }
    // Node knows the syllables of KS X 1001 and not those that CP949 adds, and makes a control character of each.
    if (name === 'euc-kr' && /[\u0080-\u009f]/.test(text)) throw new InvalidText('')
    return text
  }
}
