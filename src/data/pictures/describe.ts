import { requireText } from '../../tensor/checks.ts'
import { UserError } from '../../tensor/errors.ts'
import { byBytes, nameText } from './names.ts'
import { countsOf } from './packed.ts'
import { readPictureFile } from './read-file.ts'
import { stateOf } from './walk.ts'

/** What the pictures of a folder are, by their headers: none is decoded. */
export interface PicturesDescription {
  readonly path: string
  /** How many files there are. */
  readonly count: number
  readonly formats: Readonly<Record<string, number>>
  /** How many pictures have each size, `WIDTHxHEIGHT`, as they are stored; the most frequent first. */
  readonly sizes: Readonly<Record<string, number>>
  /** How many pictures have each label, if they have labels. */
  readonly labels?: Readonly<Record<string, number>> | undefined
  /** How many pictures are in each split that `metadata.csv` states. */
  readonly splits?: Readonly<Record<string, number>> | undefined
  /** What was left out, in sentences. */
  readonly notes: readonly string[]
  /** Why files cannot be read, each in a line. */
  readonly faults: readonly string[]
}

/**
 * Describes the pictures of a folder, or one picture, by their headers.
 *
 * @throws UserError for a folder that holds none, and a `metadata.csv` that cannot be used
 */
export async function describePictures(path: string): Promise<PicturesDescription> {
  requireText(path, 'path', 'the name of a folder of pictures, or of a picture', UserError)
  const { checkedHeader } = await import('./decoded.ts')
  const { listPictures } = await import('./open.ts')
  const { listing, fullPath } = listPictures(path)
  const formats: string[] = []
  const sizes: string[] = []
  const faults: string[] = []
  for (const name of listing.paths) {
    const file = fullPath(name)
    try {
      const { format, size } = checkedHeader(readPictureFile(file, stateOf(file)), nameText(file))
      formats.push(format)
      sizes.push(size ? size.join('x') : 'not in the header')
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      faults.push(error.message)
    }
  }
  const { labels, splits } = listing
  return {
    path,
    count: listing.paths.length,
    formats: countsOf(formats),
    sizes: countsOf(sizes),
    ...(labels && { labels: countsOf([...labels].sort(byBytes)) }),
    ...(splits && { splits: countsOf(splits) }),
    notes: listing.notes,
    faults,
  }
}
