import { picturesOf } from 'latentlab/browser'
import type { NamedFile, Reading } from '../protocol/api.ts'
import { readingOptions } from '../session/given-files.ts'
import type { GivenData } from '../session/host.ts'

/** Pictures that the browser decodes. */
export async function readPictures(
  files: readonly NamedFile[],
  { size, colour, ...rest }: Reading,
): Promise<Pick<GivenData, 'data' | 'options'>> {
  const data = await picturesOf(files.map(fileWithPath), {
    ...(size !== undefined && { size }),
    ...(colour !== undefined && { colour: colour as 'grey' | 'rgb' }),
  })
  return { data, options: readingOptions(rest) }
}

/** A file that knows the folder it lies in, as one that was chosen with an input does. */
function fileWithPath({ path, file }: NamedFile): File {
  const name = path.slice(path.lastIndexOf('/') + 1)
  // Another file of the same bytes would cost the browser a millisecond.
  const named =
    file instanceof File && file.name === name ? file : new File([file], name, { type: file.type })
  return path.includes('/')
    ? Object.defineProperty(named, 'webkitRelativePath', { value: path, configurable: true })
    : named
}
