/** What the first bytes of a file say it is. */
export type PictureFormat = 'PNG' | 'JPEG' | 'WebP' | 'GIF' | 'TIFF'

/** What the header of a picture states, before anything is decoded. */
export interface PictureHeader {
  readonly format: PictureFormat
  /** Undefined where only the decoder knows it (TIFF). */
  readonly size?: readonly [width: number, height: number] | undefined
  /** Bits of a value. */
  readonly depth: number
  /** Why it cannot be read, as `is …`; undefined if it can. */
  readonly fault?: string | undefined
  /** Whether it has more than one frame. */
  readonly animated: boolean
  /** Of a PNG: rows in seven passes. */
  readonly interlaced: boolean
}

/** The names of files of each format end in one of these. */
export const endings: Readonly<Record<PictureFormat, readonly string[]>> = {
  PNG: ['png', 'apng'],
  JPEG: ['jpg', 'jpeg', 'jpe', 'jfif'],
  WebP: ['webp'],
  GIF: ['gif'],
  TIFF: ['tif', 'tiff'],
}

/** Other endings of pictures, which are refused with a reason instead of being left out. */
const otherEndings = ['bmp', 'svg', 'svgz', 'heic', 'heif', 'avif', 'jxl', 'jp2', 'psd', 'ico']

const endingOf = (name: string): string => /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''

const pictureEndings = new Set([...Object.values(endings).flat(), ...otherEndings])

/** Whether a file's name is that of a picture. */
export const isPictureName = (name: string): boolean => pictureEndings.has(endingOf(name))

/** Whether a file's name ends as those of its format do. */
export const isNamedAs = (name: string, format: PictureFormat): boolean =>
  endings[format].includes(endingOf(name))

const signatures: readonly (readonly [PictureFormat, string])[] = [
  ['PNG', '\x89PNG\r\n\x1a\n'],
  ['JPEG', '\xff\xd8\xff'],
  ['GIF', 'GIF87a'],
  ['GIF', 'GIF89a'],
  ['TIFF', 'II*\0'],
  ['TIFF', 'MM\0*'],
  ['TIFF', 'II+\0'],
  ['TIFF', 'MM\0+'],
]

/** The format of a picture by its first bytes; undefined if they are not those of one that can be read. */
export function formatIn(bytes: Uint8Array): PictureFormat | undefined {
  if (text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 12) === 'WEBP') return 'WebP'
  return signatures.find(([, signature]) => text(bytes, 0, signature.length) === signature)?.[0]
}

/** What a file is instead, by its first bytes; undefined if they are of nothing known. */
export function otherFormatIn(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'an empty file'
  const start = text(bytes, 0, 256)
  const brand = text(bytes, 8, 12)
  if (text(bytes, 4, 8) === 'ftyp')
    return `a picture in ${/^avi/.test(brand) ? 'AVIF' : /^(hei|hev|mif|msf)/.test(brand) ? 'HEIC' : 'a format of films'}`
  if (/^(\xef\xbb\xbf)?\s*(<\?xml|<svg|<!--|<!DOCTYPE svg)/i.test(start))
    return 'a drawing in SVG or other XML, without pixels'
  if (start.startsWith('BM')) return 'a picture in BMP'
  if (start.startsWith('%PDF')) return 'a document in PDF'
  if (start.startsWith('8BPS')) return 'a picture in PSD'
  if (start.startsWith('\0\0\0\x0cJXL') || start.startsWith('\xff\x0a'))
    return 'a picture in JPEG XL'
  return /^[\t\n\r\x20-\x7e]+$/.test(start) ? 'a text' : undefined
}

const text = (bytes: Uint8Array, start: number, end: number): string =>
  String.fromCharCode(...bytes.subarray(start, end))

/**
 * Reads the header of a picture, and finds out whether the file goes on to its end.
 *
 * @param bytes the whole file
 */
export function headerOf(bytes: Uint8Array, format: PictureFormat): PictureHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    return { format, depth: 8, animated: false, interlaced: false, ...headers[format](view, bytes) }
  } catch (error) {
    // A view throws RangeError beyond its end.
    if (!(error instanceof RangeError)) throw error
    return { format, depth: 8, animated: false, interlaced: false, fault: TRUNCATED }
  }
}

const TRUNCATED = 'is truncated'

type Found = Partial<PictureHeader>

const headers: Readonly<Record<PictureFormat, (view: DataView, bytes: Uint8Array) => Found>> = {
  PNG: pngHeader,
  JPEG: jpegHeader,
  GIF: gifHeader,
  WebP: webpHeader,
  TIFF: () => ({}),
}

/** The chunks of a PNG: their names, and where their data lies. Ends at IEND, or where the file does. */
export function* chunksOf(
  view: DataView,
): Generator<{ name: string; start: number; length: number }> {
  for (let at = 8; at + 12 <= view.byteLength; ) {
    const length = view.getUint32(at)
    const name = String.fromCharCode(...[4, 5, 6, 7].map((i) => view.getUint8(at + i)))
    if (at + 12 + length > view.byteLength) return
    yield { name, start: at + 8, length }
    if (name === 'IEND') return
    at += 12 + length
  }
}

function pngHeader(view: DataView): Found {
  const names = Array.from(chunksOf(view), ({ name }) => name)
  const size = [view.getUint32(16), view.getUint32(20)] as const
  return {
    size,
    depth: view.getUint8(24),
    interlaced: view.getUint8(28) === 1,
    animated: names.includes('acTL'),
    fault: names[0] !== 'IHDR' ? 'is damaged' : names.at(-1) === 'IEND' ? undefined : TRUNCATED,
  }
}

function jpegHeader(view: DataView, bytes: Uint8Array): Found {
  let found: Found = {}
  for (let at = 2; ; ) {
    // Any number of 0xff may come before a marker.
    while (view.getUint8(at) === 0xff && view.getUint8(at + 1) === 0xff) at++
    const marker = view.getUint8(at + 1)
    if (view.getUint8(at) !== 0xff || marker === 0xd9) return { ...found, fault: 'is damaged' }
    if (isFrameHeader(marker)) {
      found = {
        size: [view.getUint16(at + 7), view.getUint16(at + 5)],
        depth: view.getUint8(at + 4),
        fault:
          view.getUint8(at + 9) === 4 ? 'has the inks of printing (CMYK) for colours' : undefined,
      }
    }
    if (marker === 0xda) return { ...found, fault: found.fault ?? jpegEnd(bytes) }
    at += 2 + view.getUint16(at + 2)
  }
}

/** Start-of-frame markers, which are all of 0xc0 to 0xcf but those of tables and arithmetic coding. */
const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/** The end-of-image marker may be followed by other data, such as a second picture. */
function jpegEnd(bytes: Uint8Array): string | undefined {
  for (let at = bytes.length - 2; at > 0; at--)
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return undefined
  return TRUNCATED
}

function gifHeader(view: DataView): Found {
  const size = [view.getUint16(6, true), view.getUint16(8, true)] as const
  let frames = 0
  const table = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)
  /** Where the data that begins at `at` ends: blocks with their lengths, the last of them empty. */
  const afterBlocks = (at: number): number => {
    for (let next = at; ; ) {
      const length = view.getUint8(next)
      next += 1 + length
      if (length === 0) return next
    }
  }
  let at = 13 + table(view.getUint8(10))
  for (;;) {
    // A file may end without its last byte, as decoders allow.
    const block = at < view.byteLength || frames === 0 ? view.getUint8(at) : 0x3b
    if (block === 0x3b) break
    if (block === 0x21) at = afterBlocks(at + 2)
    else if (block === 0x2c) {
      frames++
      at = afterBlocks(at + 11 + table(view.getUint8(at + 9)))
    } else return { size, fault: 'is damaged' }
  }
  return { size, animated: frames > 1, fault: frames > 0 ? undefined : 'has no frame' }
}

function webpHeader(view: DataView, bytes: Uint8Array): Found {
  const fault = view.getUint32(4, true) + 8 > view.byteLength ? TRUNCATED : undefined
  const kind = text(bytes, 12, 16)
  const short = (at: number) => view.getUint16(at, true)
  const three = (at: number) => short(at) + (view.getUint8(at + 2) << 16)
  if (kind === 'VP8X')
    return {
      size: [three(24) + 1, three(27) + 1],
      animated: (view.getUint8(20) & 2) !== 0,
      fault,
    }
  if (kind === 'VP8L') {
    const bits = view.getUint32(21, true)
    return { size: [(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1], fault }
  }
  if (kind === 'VP8 ') return { size: [short(26) & 0x3fff, short(28) & 0x3fff], fault }
  return { fault: fault ?? 'is damaged' }
}
