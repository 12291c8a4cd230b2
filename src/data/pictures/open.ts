import { realpathSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import { UserError } from '../../tensor/errors.ts'
import { requireRoom } from '../memory-limit.ts'
import { cachedPictures, cacheKey, keepPictures } from './cache.ts'
import { decodeInNode } from './decode-node.ts'
import { fileAt } from './is-pictures.ts'
import { type Listing, listed, METADATA } from './listing.ts'
import { nameText } from './names.ts'
import type { PackedPictures } from './packed.ts'
import { readPictures } from './read.ts'
import { readPictureFile } from './read-file.ts'
import type { PictureReading } from './reading.ts'
import { type FileState, stateOf, walk } from './walk.ts'

/** Pictures with what their folder says of them. */
export interface OpenedPictures extends PackedPictures {
  readonly listing: Listing
}

/** Fewer and smaller files than these are decoded faster than one would notice. */
const CACHED_COUNT = 1000
const CACHED_BYTES = 2 ** 24

/**
 * Reads the pictures of a folder, or one picture. Those of a large folder are kept in the cache, where the next start
 * finds them as long as no file of the folder has changed.
 *
 * @param cache whether to use the cache
 * @throws UserError for a folder without pictures, and for the first file that cannot be read as one
 */
export async function openPictures(
  path: string,
  reading: PictureReading,
  cache: boolean,
): Promise<OpenedPictures> {
  const { listing, fullPath } = listPictures(path)
  const states = listing.paths.map((name) => stateOf(fullPath(name)))
  const allocate = (bytes: number) => {
    requireRoom(bytes, path)
    return new Uint8Array(bytes)
  }
  const key =
    cache && isWorthKeeping(states)
      ? cacheKey([
          realpathSync(path),
          reading,
          listing.paths.map((name, i) => [name, states[i]!.size, states[i]!.mtimeMs]),
        ])
      : undefined
  const kept = key && (await cachedPictures(key, allocate))
  if (kept) return { ...kept, notes: [...listing.notes, ...kept.notes], listing }
  const files = listing.paths.map((name, i) => ({
    path: fullPath(name),
    bytes: async () => readPictureFile(fullPath(name), states[i]!),
  }))
  const parallel = Math.min(availableParallelism(), 8)
  const read = await readPictures(files, path, reading, {
    decode: decodeInNode,
    parallel,
    allocate,
  })
  if (key) await keepPictures(key, read)
  return { ...read, notes: [...listing.notes, ...read.notes], listing }
}

/** The pictures of a folder, or one picture, and where their files are. */
export function listPictures(path: string): {
  readonly listing: Listing
  fullPath(name: string): string
} {
  const found = fileAt(path)
  if (!found) throw new UserError(`${nameText(path)}: there is no such file or folder`)
  if (!found.isDirectory())
    return { listing: { paths: [basename(path)], notes: [] }, fullPath: () => path }
  return { listing: listFolder(path), fullPath: (name) => join(path, name) }
}

const isWorthKeeping = (states: readonly FileState[]): boolean =>
  states.length >= CACHED_COUNT || states.reduce((sum, { size }) => sum + size, 0) >= CACHED_BYTES

/** Most bytes of a `metadata.csv`. */
const LARGEST_METADATA = 2 ** 28

function listFolder(folder: string): Listing {
  const { files, links } = walk(folder)
  const listing = listed(files, files.includes(METADATA) ? metadataOf(folder) : undefined, folder)
  if (links.length === 0) return listing
  const note = `${links.length} ${links.length === 1 ? 'link to a folder' : 'links to folders'} (${nameText(links[0]!)}${links.length > 1 ? ', …' : ''}) not followed`
  return { ...listing, notes: [...listing.notes, note] }
}

function metadataOf(folder: string): string {
  const path = join(folder, METADATA)
  const found = stateOf(path)
  if (found.size > LARGEST_METADATA)
    throw new UserError(`${path}: is larger than ${LARGEST_METADATA} bytes`)
  return new TextDecoder().decode(readPictureFile(path, found))
}
