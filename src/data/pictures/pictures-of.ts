import { requireOptions } from '../../tensor/checks.ts'
import { described, isList, isRecord } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { type HostTensor, hostTensor } from '../../tensor/host.ts'
import { scaled } from '../rows.ts'
import { decodeInBrowser } from './decode-web.ts'
import { type Listing, listed, METADATA } from './listing.ts'
import type { PackedPictures } from './packed.ts'
import { readPictures } from './read.ts'
import { colours, fits, type PictureOptions, pictureReading } from './reading.ts'

/** Pictures of files in a browser, decoded: data that `train` and `openDataSet` take. */
export interface Pictures extends PackedPictures {
  /** How they became examples. */
  readonly options: PictureOptions
  readonly listing: Listing
  /** All of them as a model takes them, `[n, D]`, scaled to [0, 1]. */
  examples(): HostTensor<'float32'>
}

/** How many pictures are decoded at a time. */
const PARALLEL = 4

/**
 * Decodes pictures that a user has chosen, as `latentlab` does in Node: the files of a folder, with subfolders for
 * labels or a `metadata.csv`, or single ones.
 *
 *     const pictures = await picturesOf(input.files, { size: '64' })
 *     const model = await train({ data: pictures, model: 'vae' })
 *     const codes = await model.encode(pictures.examples())
 *
 * @param files of an `<input type="file" webkitdirectory>`, or others
 * @throws UserError for what is no picture or is damaged, and pictures of several sizes where none is chosen
 */
export async function picturesOf(
  files: FileList | readonly File[],
  options: PictureOptions = {},
): Promise<Pictures> {
  requireOptions(options, 'picturesOf', ['size', 'fit', 'colour', 'ground'], UserError)
  requireChoice(options.fit, 'fit', fits)
  requireChoice(options.colour, 'colour', colours)
  for (const name of ['size', 'ground'] as const)
    if (options[name] !== undefined && typeof options[name] !== 'string')
      throw new UserError(`${name}: expected a text, got ${described(options[name])}`)
  const byPath = new Map(listOf(files).map((file) => [pathOf(file), file]))
  const metadata = await byPath.get(METADATA)?.text()
  const listing = listed([...byPath.keys()], metadata, 'files')
  const read = await readPictures(
    listing.paths.map((path) => ({ path, bytes: () => bytesOf(byPath.get(path)!) })),
    'files',
    pictureReading(options),
    {
      decode: decodeInBrowser,
      parallel: PARALLEL,
      allocate: (bytes) => new Uint8Array(bytes),
    },
  )
  const { rows } = read
  return {
    ...read,
    notes: [...listing.notes, ...read.notes],
    options,
    listing,
    examples: () => hostTensor('float32', rows.shape, scaled(rows.data, 1 / 255), 1 / 255),
  }
}

/** Whether data is what `picturesOf` returns. */
export const isPictures = (data: unknown): data is Pictures =>
  isRecord(data) && 'listing' in data && 'rows' in data

function listOf(files: FileList | readonly File[]): File[] {
  const list = isList(files) || isFileList(files) ? Array.from(files as ArrayLike<File>) : undefined
  const other = list?.findIndex((file) => !(file instanceof File))
  if (list && other === -1) return list
  const got = list ? `${described(list[other!])} at ${other}` : described(files)
  throw new UserError(`files: expected a FileList or a list of files, got ${got}`)
}

const isFileList = (files: unknown): boolean =>
  typeof FileList !== 'undefined' && files instanceof FileList

/** The path of a file below the folder that was chosen. */
const pathOf = ({ webkitRelativePath, name }: File): string =>
  webkitRelativePath ? webkitRelativePath.slice(webkitRelativePath.indexOf('/') + 1) : name

async function bytesOf(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer())
  } catch {
    throw new UserError(`${file.name}: cannot be read; it has changed or is gone`)
  }
}

function requireChoice(value: unknown, name: string, choices: readonly string[]): void {
  if (value !== undefined && !choices.some((choice) => choice === value))
    throw new UserError(`${name}: expected one of ${choices.join(', ')}, got ${described(value)}`)
}
