import { unzip, zip } from 'fflate'
import { UserError } from 'latentlab/browser'
import type { NamedFile } from '../protocol/api.ts'
import type { Files } from './run-storage.ts'

/** Files as a ZIP archive, in a folder of the archive's name. */
export function zipped(files: Files, name: string): Promise<NamedFile> {
  const inFolder = Object.fromEntries(
    Object.entries(files).map(([path, bytes]) => [`${name}/${path}`, bytes]),
  )
  return new Promise((resolve, reject) => {
    // Weights do not become smaller.
    zip(inFolder, { level: 1 }, (error, bytes) => {
      if (error) return reject(error)
      const file = new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'application/zip' })
      resolve({ path: `${name}.zip`, file })
    })
  })
}

/** Most bytes of an unpacked archive. */
const LARGEST = 2 ** 31

/**
 * The files of a dropped folder or ZIP archive by their paths within the folder that holds `marker`; undefined where no file
 * has that name.
 */
export async function filesBeside(
  given: readonly NamedFile[],
  marker: string,
): Promise<Files | undefined> {
  const files = await unpacked(given)
  const found = Object.keys(files)
    .filter((path) => path === marker || path.endsWith(`/${marker}`))
    .sort((a, b) => a.length - b.length)[0]
  if (found === undefined) return undefined
  const folder = found.slice(0, found.length - marker.length)
  return Object.fromEntries(
    Object.entries(files).flatMap(([path, bytes]) =>
      path.startsWith(folder) ? [[path.slice(folder.length), bytes] as const] : [],
    ),
  )
}

async function unpacked(given: readonly NamedFile[]): Promise<Files> {
  const [only] = given
  if (given.length === 1 && only && /\.zip$/i.test(only.path)) return unzipped(only)
  const read = await Promise.all(
    given.map(async ({ path, file }) => [path, new Uint8Array(await file.arrayBuffer())] as const),
  )
  return Object.fromEntries(read)
}

async function unzipped({ path, file }: NamedFile): Promise<Files> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let total = 0
  return new Promise((resolve, reject) => {
    unzip(
      bytes,
      {
        filter: ({ name, originalSize }) => {
          total += originalSize
          return !name.endsWith('/') && total <= LARGEST
        },
      },
      (error, files) => {
        if (error) return reject(new UserError(`${path}: is not a ZIP archive that can be read`))
        if (total > LARGEST) return reject(new UserError(`${path}: unpacks to more than 2 GiB`))
        resolve(files)
      },
    )
  })
}
