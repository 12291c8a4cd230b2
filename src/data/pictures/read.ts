import { UserError } from '../../tensor/errors.ts'
import { counted } from '../../tensor/numbers.ts'
import { pause } from '../../tensor/turns.ts'
import { option, worded } from '../../tensor/wording.ts'
import { decoded, type PlatformDecoder } from './decoded.ts'
import { fitted } from './fit.ts'
import { formatIn, headerOf, isNamedAs, type PictureFormat } from './format.ts'
import { nameText } from './names.ts'
import {
  countsOf,
  type PackedPictures,
  type Packer,
  packer,
  type Remarks,
  remarks,
} from './packed.ts'
import { inGrey, isGrey, type OpaqueRaster, over } from './raster.ts'
import type { PictureReading } from './reading.ts'

/** A file whose bytes can be read. */
export interface PictureFile {
  /** For messages. */
  readonly path: string
  /** Throws UserError if it cannot be read. */
  bytes(): Promise<Uint8Array>
}

/** What reading needs of the platform. */
export interface ReadingParts {
  readonly decode: PlatformDecoder
  /** How many pictures are decoded at a time. */
  readonly parallel: number
  /** Memory for rows. Throws UserError if there is not so much. */
  allocate(bytes: number): Uint8Array
  /** Collects what is unusual about the pictures, for several calls together; they are in no notes then. */
  readonly remarks?: Remarks | undefined
}

/** After as many pictures other work gets its turn, such as that of a signal. */
const TURN = 64

/**
 * Decodes pictures and packs them, each as one row.
 *
 * @param name of all of them, for messages
 * @throws UserError for the first file that is no picture or is damaged, and for pictures of several sizes where none
 * is chosen
 */
export async function readPictures(
  files: readonly PictureFile[],
  name: string,
  reading: PictureReading,
  { decode, parallel, allocate, remarks: shared }: ReadingParts,
): Promise<PackedPictures> {
  const found = shared ?? remarks()
  const formats: PictureFormat[] = []
  const read = async (file: PictureFile): Promise<OpaqueRaster> => {
    const bytes = await file.bytes()
    const { raster, header } = await decoded(bytes, nameText(file.path), decode)
    formats.push(header.format)
    if (header.animated) found.add('animated', file.path)
    if (header.depth === 16) found.add('sixteen', file.path)
    if (!isNamedAs(file.path, header.format)) found.add('misnamed', file.path)
    const opaque = over(raster, reading.ground)
    const grey = isGrey(opaque)
    if (!grey && reading.colour === 'grey') found.add('toGrey', file.path)
    const coloured = coloursOf(reading, grey) === 'grey' ? inGrey(opaque) : opaque
    return reading.size ? fitted(coloured, reading.size, reading.fit, reading.ground) : coloured
  }
  const first = await read(files[0]!)
  const channels = reading.colour === 'rgb' ? 3 : first.channels
  const rows = packer(files.length, { ...first, channels }, allocate)
  rows.add(0, first)
  const same = await packRest(files, read, rows, first, parallel)
  if (!same) throw await sizesError(files, name)
  return { ...rows.packed(), formats: countsOf(formats), notes: shared ? [] : found.sentences }
}

/** As stated, or as the picture is; in colour if ground in colour may be added to it. */
function coloursOf({ colour, fit, size, ground }: PictureReading, grey: boolean) {
  if (colour) return colour
  const [red, green, blue] = ground
  const isPadded = size !== undefined && fit === 'pad' && !(red === green && green === blue)
  return grey && !isPadded ? 'grey' : 'rgb'
}

/** Reads all files but the first, some at a time. False if one has another size than the first. */
async function packRest(
  files: readonly PictureFile[],
  read: (file: PictureFile) => Promise<OpaqueRaster>,
  rows: Packer,
  { width, height }: OpaqueRaster,
  parallel: number,
): Promise<boolean> {
  let next = 1
  let same = true
  const errors = new Map<number, unknown>()
  const work = async () => {
    while (same && errors.size === 0 && next < files.length) {
      const index = next++
      if (index % TURN === 0) await pause()
      try {
        const raster = await read(files[index]!)
        if (raster.width !== width || raster.height !== height) same = false
        else rows.add(index, raster)
      } catch (error) {
        errors.set(index, error)
      }
    }
  }
  await Promise.all(Array.from({ length: parallel }, work))
  // All files before the first that fails have been begun, so it is the same one in every run.
  if (errors.size > 0) throw errors.get(Math.min(...errors.keys()))
  return same
}

/** The error for pictures of several sizes, which it lists by what the headers state. */
async function sizesError(files: readonly PictureFile[], name: string): Promise<UserError> {
  const counts = new Map<string, number>()
  for (const file of files) {
    const bytes = await file.bytes()
    const format = formatIn(bytes)
    const [width, height] = (format && headerOf(bytes, format).size) ?? []
    const size = width === undefined ? 'another size' : `${width}x${height}`
    counts.set(size, (counts.get(size) ?? 0) + 1)
  }
  const sizes = [...counts].sort(([, a], [, b]) => b - a)
  const list = sizes.slice(0, 4).map(([size, count]) => `${size} (${counted(count, 'picture')})`)
  const more = sizes.length > 4 ? ` and ${sizes.length - 4} more` : ''
  return new UserError(
    worded`${name}: the pictures have different sizes (width x height): ${list.join(', ')}${more}; choose one with ${option('size', 64)}`,
  )
}
