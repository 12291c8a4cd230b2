import { picturesOf, UserError } from 'latentlab/browser'
import type { DataRequest, NamedFile, SessionEvent } from '../protocol/api.ts'
import type { GivenData, Host } from '../session/host.ts'
import { idxPair } from '../session/idx-pair.ts'
import { isPictureName } from '../session/names.ts'
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
    bundled: ['digits', 'penguins'],
    folder: async () => [],
    async data(request, { onProgress }) {
      onProgress(0)
      if (request.from === 'bundled') return bundledData(request.name, asset)
      if (request.from === 'folder')
        throw new UserError('this page has no folder; drop the files instead')
      return filesData(request)
    },
  }
}

async function bundledData(name: string, asset: Host['asset']): Promise<GivenData> {
  if (name === 'penguins') {
    const file = await asset('data/penguins.json')
    const rows = JSON.parse(await file.text()) as object[]
    return { name, source: 'penguins', data: rows, options: {} }
  }
  if (name !== 'digits') throw new UserError(`there is no data set ${name}`)
  const files = await Promise.all(
    ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'].map(async (path) => ({
      path,
      file: await asset(`data/${path}`),
    })),
  )
  return { ...(await idxPair(files))!, name, source: 'mnist' }
}

async function filesData({
  files,
  reading = {},
}: Extract<DataRequest, { from: 'files' }>): Promise<GivenData> {
  const options = { ...reading, kinds: undefined }
  if (files.length === 0) throw new UserError('there are no files')
  const idx = await idxPair(files)
  if (idx) return idx
  if (files.every(({ path }) => isPictureName(path))) return pictureData(files, reading)
  if (files.length > 1)
    throw new UserError(
      `${files.length} files that are not all pictures; drop one table or one file of arrays, or a folder of pictures`,
    )
  const [{ path, file }] = files as readonly [NamedFile]
  const { kinds: _, size: __, colour: ___, ...rest } = options
  return {
    name: path,
    source: path,
    data: new File([file], path, { type: file.type }),
    options: rest,
  }
}

async function pictureData(
  files: readonly NamedFile[],
  { size, colour }: NonNullable<DataRequest['reading']>,
): Promise<GivenData> {
  const pictures = await picturesOf(files.map(fileWithPath), {
    ...(size !== undefined && { size }),
    ...(colour !== undefined && { colour: colour as 'grey' | 'rgb' }),
  })
  const [first] = files[0]!.path.split('/')
  return { name: first!, source: first!, data: pictures, options: {} }
}

/** A file that knows the folder it lies in, as one that was chosen with an input does. */
function fileWithPath({ path, file }: NamedFile): File {
  const named = new File([file], path.slice(path.lastIndexOf('/') + 1), { type: file.type })
  return path.includes('/')
    ? Object.defineProperty(named, 'webkitRelativePath', { value: path })
    : named
}
