import { UserError } from '../../tensor/errors.ts'
import { counted } from '../../tensor/numbers.ts'
import type { SplitName } from '../dataset.ts'
import { isPictureName } from './format.ts'
import { type MetadataRow, metadataRows } from './metadata.ts'
import { byBytes, nameText } from './names.ts'

/** The file that may list the pictures of a folder, with labels and splits. */
export const METADATA = 'metadata.csv'

/** The pictures of a folder, in the order in which they become examples. */
export interface Listing {
  /** Paths in the folder, with `/` between names. */
  readonly paths: readonly string[]
  /** One text for each picture. */
  readonly labels?: readonly string[] | undefined
  /** The split of each picture. */
  readonly splits?: readonly SplitName[] | undefined
  /** Whether a `metadata.csv` lists them. */
  readonly hasMetadata?: boolean | undefined
  /** What was left out, in sentences. */
  readonly notes: readonly string[]
}

/**
 * Finds out which files of a folder are its pictures, and what they show: as `metadata.csv` lists them, or else all
 * files that are named as pictures, in byte order of their paths, with the subfolder that each lies in as its label.
 *
 * @param found paths of all files, with `/` between names
 * @param metadata the text of the folder's `metadata.csv`, if it has one
 * @param name of the folder, for messages
 * @throws UserError for a folder without pictures, and where labels or splits cannot be told
 */
export function listed(
  found: readonly string[],
  metadata: string | undefined,
  name: string,
): Listing {
  const visible = found.filter((path) => !isHidden(path) && path !== METADATA)
  if (metadata !== undefined) return listedBy(metadata, found, visible.filter(isPictureName), name)
  const paths = visible.filter(isPictureName).sort(byBytes)
  const others = visible.filter((path) => !isPictureName(path))
  if (paths.length === 0)
    throw new UserError(
      `${name}: the folder holds no pictures${others.length > 0 ? `, but ${named(others, 'other file')}` : ''}; expected files that end in .png, .jpg, .jpeg, .webp, .gif, .tif or .tiff, or a ${METADATA} that lists them`,
    )
  const notes =
    others.length > 0 ? [`${named(others, 'file')} left out, not named as pictures`] : []
  return { paths, labels: labelsOf(paths, name), notes }
}

/** Files that systems leave in folders, and all whose name, or whose folder's name, begins with a point. */
const isHidden = (path: string): boolean =>
  path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX') ||
  /(^|\/)(thumbs\.db|desktop\.ini)$/i.test(path)

/** `2 files (a.txt, b.txt)`, the first three by name. */
const named = (paths: readonly string[], what: string): string =>
  `${counted(paths.length, what)} (${paths.slice(0, 3).map(nameText).join(', ')}${paths.length > 3 ? ', …' : ''})`

/** The first part of each path; undefined if none has a folder. */
function labelsOf(paths: readonly string[], name: string): readonly string[] | undefined {
  const inside = paths.filter((path) => path.includes('/'))
  if (inside.length === 0) return undefined
  const alone = paths.find((path) => !path.includes('/'))
  if (alone !== undefined)
    throw new UserError(
      `${name}: ${counted(inside.length, 'picture')} of ${paths.length} are in subfolders, whose names are the labels, but ${nameText(alone)} is in none; move all into subfolders, or list them in a ${METADATA}`,
    )
  const labels = paths.map((path) => path.slice(0, path.indexOf('/')))
  const folders = [...new Set(labels)]
  const splitLike = /^(train|training|val|valid|validation|dev|test|testing)$/i
  if (folders.length > 1 && folders.every((folder) => splitLike.test(folder)))
    throw new UserError(
      `${name}: the subfolders ${folders.join(', ')} are named as splits, and subfolders are read as labels; give one of them as the data and another as the test data, or list the pictures with their splits in a ${METADATA}`,
    )
  return labels
}

function listedBy(
  metadata: string,
  found: readonly string[],
  pictures: readonly string[],
  name: string,
): Listing {
  const rows = metadataRows(metadata, `${name}/${METADATA}`)
  const there = new Set(found)
  const seen = new Map<string, number>()
  rows.forEach(({ path }, i) => {
    const row = `${name}/${METADATA}: row ${i + 1} (after the header)`
    const before = seen.get(path)
    if (before !== undefined)
      throw new UserError(
        `${row} lists ${nameText(path)}, as row ${before + 1} does; expected each picture once`,
      )
    if (!there.has(path))
      throw new UserError(`${row} lists ${nameText(path)}, and there is no such file in the folder`)
    seen.set(path, i)
  })
  const unlisted = pictures.filter((path) => !seen.has(path)).sort(byBytes)
  const all = <K extends keyof MetadataRow>(key: K) =>
    rows[0]![key] === undefined
      ? undefined
      : rows.map((row) => row[key] as NonNullable<MetadataRow[K]>)
  return {
    paths: rows.map(({ path }) => path),
    labels: all('label'),
    splits: all('split'),
    hasMetadata: true,
    notes:
      unlisted.length > 0 ? [`${named(unlisted, 'picture')} left out, not in ${METADATA}`] : [],
  }
}
