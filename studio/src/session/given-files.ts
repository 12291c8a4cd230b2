import { UserError } from 'latentlab/browser'
import type { DataRequest, NamedFile, Reading } from '../protocol/api.ts'
import { isPictureName } from '../protocol/names.ts'
import { arrayPair } from './array-pair.ts'
import type { GivenData } from './host.ts'

/** Reads pictures, which each host does in its own way. */
export type ReadPictures = (
  files: readonly NamedFile[],
  reading: Reading,
) => Promise<Pick<GivenData, 'data' | 'options'>>

/**
 * The data in files that somebody has dropped: an array and its labels, pictures, or one file of a table or of arrays.
 *
 * @throws UserError where they are nothing of these
 */
export async function givenFiles(
  { files, reading = {} }: Extract<DataRequest, { from: 'files' }>,
  readPictures: ReadPictures,
): Promise<GivenData> {
  const [first] = files
  if (!first) throw new UserError('there are no files')
  const pair = await arrayPair(files)
  if (pair) return pair
  if (files.every(({ path }) => isPictureName(path))) {
    const name = first.path.split('/')[0]!
    return { name, source: { data: name }, ...(await readPictures(files, reading)) }
  }
  if (files.length > 1)
    throw new UserError(
      `${files.length} files that are not all pictures; drop one table, one file of arrays, an array and its labels, or a folder of pictures`,
    )
  const { path, file } = first
  const data = new File([file], path, { type: file.type })
  const { size: _, colour: __, ...rest } = reading
  return { name: path, source: { data: path }, data, options: readingOptions(rest) }
}

/** Corrections to how data is read, as options of the library. Kinds of columns are part of a schema. */
export function readingOptions({
  kinds: _,
  label,
  normal,
  ...rest
}: Reading): Readonly<Record<string, unknown>> {
  return {
    ...rest,
    ...(typeof label === 'string' && { label }),
    ...(normal && normal.length > 0 && { normal }),
  }
}
