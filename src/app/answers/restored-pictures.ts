import { availableParallelism } from 'node:os'
import { basename, join, resolve, sep } from 'node:path'
import { writeFolder } from '../../data/disk/new-folder.ts'
import { type ExampleForm, widthOf } from '../../data/form.ts'
import { requireRoom } from '../../data/memory-limit.ts'
import { decodeInNode } from '../../data/pictures/decode-node.ts'
import { encodeInNode } from '../../data/pictures/encode-node.ts'
import { formatIn, headerOf, type PictureFormat } from '../../data/pictures/format.ts'
import { METADATA } from '../../data/pictures/listing.ts'
import { nameText } from '../../data/pictures/names.ts'
import { listPictures } from '../../data/pictures/open.ts'
import { remarks } from '../../data/pictures/packed.ts'
import type { OpaqueRaster } from '../../data/pictures/raster.ts'
import { type ReadingParts, readPictures } from '../../data/pictures/read.ts'
import { readPictureFile } from '../../data/pictures/read-file.ts'
import { examplesOfPictures, readingOf } from '../../data/pictures/source.ts'
import { stateOf } from '../../data/pictures/walk.ts'
import { scaled } from '../../data/rows.ts'
import { UserError } from '../../tensor/errors.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import { counted } from '../../tensor/numbers.ts'
import { option, worded } from '../../tensor/wording.ts'

/** Values of pictures that are in memory at a time: a few megabytes. */
const VALUES_AT_ONCE = 2 ** 20

/** How pictures are read and restored. */
export interface PictureRestorer {
  readonly form: ExampleForm
  reconstruct(values: Floats): Promise<Floats>
}

/** What was written. */
export interface WrittenPictures {
  readonly count: number
  /** What is unusual about the pictures, in sentences. */
  readonly notes: readonly string[]
}

/**
 * Restores the pictures of a folder to another one: the same paths, the same formats, in the size that the model works on. A
 * `metadata.csv` goes along. The new folder is there as a whole or not at all.
 *
 * @throws UserError for a picture that cannot be read, and if the folder cannot be made
 */
export async function restoreFolder(
  folder: string,
  out: string,
  restorer: PictureRestorer,
): Promise<WrittenPictures> {
  if (`${resolve(out)}${sep}`.startsWith(`${resolve(folder)}${sep}`))
    throw new UserError(
      worded`${option('out', out)}: is inside of ${folder}, whose pictures are read; choose another place`,
    )
  const { listing, fullPath } = listPictures(folder)
  let notes: readonly string[] = []
  await writeFolder(out, async (made) => {
    const restored = restoredPictures(listing.paths.map(fullPath), folder, restorer)
    let at = 0
    for (;;) {
      const { done, value } = await restored.next()
      if (done) {
        notes = value
        break
      }
      await made.write(listing.paths[at++]!, value)
    }
    const metadata = join(folder, METADATA)
    if (listing.hasMetadata)
      await made.write(METADATA, readPictureFile(metadata, stateOf(metadata)))
  })
  return { count: listing.paths.length, notes: [...listing.notes, ...notes] }
}

/** A restored picture as a file, in the format of its own file. Throws UserError as `restoreFolder`. */
export async function restoredPicture(
  path: string,
  restorer: PictureRestorer,
): Promise<WrittenPictures & { readonly file: Uint8Array }> {
  const restored = restoredPictures([path], path, restorer)
  const file = (await restored.next()).value as Uint8Array
  const { value: notes } = await restored.next()
  return { file, count: 1, notes: notes as readonly string[] }
}

/** The restored pictures as files, one after the other; notes at the end. */
async function* restoredPictures(
  paths: readonly string[],
  name: string,
  { form, reconstruct }: PictureRestorer,
): AsyncGenerator<Uint8Array, readonly string[]> {
  const known = { exampleShape: form.exampleShape, form }
  const reading = readingOf({}, { known }, name)
  const found = remarks()
  const resized: string[] = []
  const parts: ReadingParts = {
    decode: decodeInNode,
    parallel: Math.min(availableParallelism(), 8),
    remarks: found,
    allocate(bytes) {
      requireRoom(bytes, name)
      return new Uint8Array(bytes)
    },
  }
  const atOnce = Math.max(1, Math.floor(VALUES_AT_ONCE / widthOf(form)))
  for (let start = 0; start < paths.length; start += atOnce) {
    const files = paths
      .slice(start, start + atOnce)
      .map((path) => pictureFile(path, form, reading.size !== undefined, resized))
    const pictures = await readPictures(files, name, reading, parts)
    const { store, scale } = examplesOfPictures(pictures, name, {}, { known })
    const values = hostTensor('float32', store.shape, scaled(store.data, scale), scale)
    const restored = await reconstruct(values)
    for (const [i, file] of files.entries())
      yield await encodeInNode(rasterOf(restored, i, form.exampleShape), file.format())
  }
  return [...found.sentences, ...resizedNote(resized, form)]
}

/**
 * A picture whose size is compared with that of the model as it is read.
 *
 * @param mayDiffer whether training brought all pictures to one size
 * @param resized collects the paths of pictures of another size
 */
function pictureFile(path: string, form: ExampleForm, mayDiffer: boolean, resized: string[]) {
  const [, height, width] = form.exampleShape as readonly [number, number, number]
  let format: PictureFormat | undefined
  return {
    path,
    format: () => format!,
    async bytes() {
      const bytes = readPictureFile(path, stateOf(path))
      format = formatIn(bytes)
      const size = format && headerOf(bytes, format).size
      if (size && (size[0] !== width || size[1] !== height)) {
        if (!mayDiffer)
          throw new UserError(
            `${nameText(path)}: is ${size.join('x')}; expected ${width}x${height}, the size of the pictures that the model was trained on`,
          )
        resized.push(path)
      }
      return bytes
    },
  }
}

function resizedNote(resized: readonly string[], { picture }: ExampleForm): string[] {
  const [first] = [...resized].sort()
  if (first === undefined) return []
  const more = resized.length > 1 ? ', …' : ''
  return [
    `${counted(resized.length, 'picture')} (${nameText(basename(first))}${more}) brought to ${picture?.size} pixels (${picture?.fit}), as training did; the restored ones have that size`,
  ]
}

/** A row of values from 0 to 1, channels first, as a picture. */
function rasterOf(
  { data }: Floats,
  row: number,
  [channels = 1, height = 1, width = 1]: readonly number[],
): OpaqueRaster {
  const pixels = width * height
  const bytes = new Uint8Array(channels * pixels)
  const start = row * channels * pixels
  for (let c = 0; c < channels; c++)
    for (let pixel = 0; pixel < pixels; pixel++) {
      const value = data[start + c * pixels + pixel]!
      bytes[pixel * channels + c] = Math.round(255 * Math.min(1, Math.max(0, value)))
    }
  return { width, height, channels: channels as 1 | 3, data: bytes }
}
