import { described } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import { isHidden } from './files.ts'
import { fileName, missing, type PackageSource, requirePath, tooLarge } from './source.ts'

/** What is read of a `File` of the browser. */
export type GivenFile = Pick<File, 'name' | 'size' | 'arrayBuffer'> & {
  /** The path of a file in a folder that was chosen as a whole, beginning with the folder's name. */
  readonly webkitRelativePath?: string
}

/**
 * A package as the files of a folder, as `<input type="file" webkitdirectory>` gives them. Files without a folder are
 * taken by their names, which may hold `/`.
 *
 * @throws UserError for files of several folders, and for two files of the same path
 */
export function fileListSource(files: Iterable<GivenFile>): PackageSource {
  const byPath = new Map<string, GivenFile>()
  const folders = new Set<string>()
  for (const file of files) {
    const [folder, ...rest] = (file.webkitRelativePath || `/${file.name}`).split('/')
    const path = rest.join('/')
    folders.add(folder!)
    if (folders.size > 1)
      throw new UserError(
        `files: they are of several folders, ${Array.from(folders, described).join(' and ')}; expected those of one package`,
      )
    if (byPath.has(path)) throw new UserError(`files: there are two of the path ${described(path)}`)
    byPath.set(path, file)
  }
  const source: PackageSource = {
    name: [...folders][0] || 'files',
    list: async () => [...byPath.keys()].filter((path) => !isHidden(path)),
    async read(path, mostBytes) {
      requirePath(source, path)
      const file = byPath.get(path)
      if (!file) throw missing(source, path)
      if (file.size > mostBytes) throw tooLarge(source, path, mostBytes, file.size)
      try {
        return new Uint8Array(await file.arrayBuffer())
      } catch (error) {
        throw new UserError(
          `${fileName(source, path)}: cannot be read (${(error as Error).name}): it was moved or changed; choose the folder again`,
        )
      }
    },
  }
  return source
}
