import { UserError } from 'latentlab/browser'
import type { SessionEvent } from '../protocol/api.ts'
import { bundledData, bundledNames } from '../session/bundled.ts'
import { givenFiles } from '../session/given-files.ts'
import { gpuIsThere } from '../session/gpu.ts'
import type { Host } from '../session/host.ts'
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
    hasGpu: gpuIsThere,
    bundled: bundledNames,
    folder: async () => [],
    async data(request, { onProgress }) {
      onProgress(0)
      if (request.from === 'bundled') return bundledData(request.name, asset)
      if (request.from === 'folder')
        throw new UserError('this page has no folder; drop the files instead')
      return givenFiles(request, async (files, reading) => {
        const { readPictures } = await import('./browser-pictures.ts')
        return readPictures(files, reading)
      })
    },
  }
}
