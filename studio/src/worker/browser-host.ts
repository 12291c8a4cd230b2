import { picturesOf, UserError } from 'latentlab/browser'
import type { NamedFile, Reading, SessionEvent } from '../protocol/api.ts'
import { bundledData, bundledNames } from '../session/bundled.ts'
import { givenFiles, readingOptions } from '../session/given-files.ts'
import type { GivenData, Host } from '../session/host.ts'
import { browserStorage } from './browser-storage.ts'

/** Where the files of the build are, from the script of the worker, which a build puts in a folder. */
const BESIDE = import.meta.env.DEV ? '/' : '../'

/** A session in a worker of the page: everything stays in the browser. */
export function browserHost(send: (event: SessionEvent) => void): Host {
  const asset = async (path: string): Promise<Blob> => {
    const response = await fetch(new URL(`${BESIDE}${path}`, self.location.href))
    if (!response.ok) throw new Error(`${path}: ${response.status}`)
    return response.blob()
  }
  return {
    place: 'browser',
    send,
    asset,
    storage: browserStorage(),
    bundled: bundledNames,
    folder: async () => [],
    async data(request, { onProgress }) {
      onProgress(0)
      if (request.from === 'bundled') return bundledData(request.name, asset)
      if (request.from === 'folder')
        throw new UserError('this page has no folder; drop the files instead')
      return givenFiles(request, readPictures)
    },
  }
}

/** Pictures that the browser decodes. */
async function readPictures(
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
