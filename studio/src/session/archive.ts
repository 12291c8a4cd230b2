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

/** Whether a file is a ZIP archive, by its name. */
export const isArchive = ({ path }: NamedFile): boolean => /\.zip$/i.test(path)

/** The folder, with a slash behind, of the file with some name that lies least deep; undefined where no file has it. */
export function folderOf(paths: readonly string[], marker: string): string | undefined {
  const [found] = paths
    .filter((path) => path === marker || path.endsWith(`/${marker}`))
    .sort((a, b) => a.length - b.length)
  return found?.slice(0, found.length - marker.length)
}

/**
 * The files of a dropped folder or ZIP archive by their paths within the folder that holds `marker`; undefined where no file
 * has that name.
 */
export async function filesBeside(
  given: readonly NamedFile[],
  marker: string,
): Promise<Files | undefined> {
  const [only] = given
  const unpacked = given.length === 1 && only && isArchive(only) && (await unzipped(only))
  const paths = unpacked ? Object.keys(unpacked) : given.map(({ path }) => path)
  const folder = folderOf(paths, marker)
  if (folder === undefined) return undefined
  const inside = (path: string) => path.slice(folder.length)
  if (unpacked)
    return Object.fromEntries(
      Object.entries(unpacked).flatMap(([path, bytes]) =>
        path.startsWith(folder) ? [[inside(path), bytes] as const] : [],
      ),
    )
  const read = given
    .filter(({ path }) => path.startsWith(folder))
    .map(async ({ path, file }) => [inside(path), await bytesOf(file)] as const)
  return Object.fromEntries(await Promise.all(read))
}

const bytesOf = async (file: Blob): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer())

async function unzipped({ path, file }: NamedFile): Promise<Files> {
  const bytes = await bytesOf(file)
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
