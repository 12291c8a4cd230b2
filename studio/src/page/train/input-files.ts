import type { NamedFile } from '../../protocol/api.ts'

/** What a walk needs of an entry of a drop (`FileSystemEntry`). */
export interface Entry {
  readonly isDirectory: boolean
  readonly name: string
  file?(found: (file: File) => void, failed: (error: unknown) => void): void
  createReader?(): Reader
}
interface Reader {
  readEntries(found: (entries: Entry[]) => void, failed: (error: unknown) => void): void
}

/** The files of a drop, those in folders with the folders they lie in, in the order of their paths. */
export async function droppedFiles(transfer: DataTransfer): Promise<readonly NamedFile[]> {
  // A drop's items are gone after the first `await`.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? [])
  if (entries.length === 0) return [...transfer.files].map((file) => ({ path: file.name, file }))
  return filesOf(entries as Entry[])
}

/** The files that somebody chose, with their paths where a folder was chosen. */
export const chosenFiles = (files: Iterable<File>): readonly NamedFile[] =>
  inOrder([...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }))).filter(
    ({ path }) => path.split('/').every(isWanted),
  )

/** The files of entries and of the folders among them. */
export async function filesOf(entries: readonly Entry[]): Promise<readonly NamedFile[]> {
  return inOrder((await Promise.all(entries.map((entry) => filesBelow(entry, '')))).flat())
}

async function filesBelow(entry: Entry, folder: string): Promise<NamedFile[]> {
  if (!isWanted(entry.name)) return []
  const path = `${folder}${entry.name}`
  if (!entry.isDirectory) {
    const file = await new Promise<File>((found, failed) => entry.file!(found, failed))
    return [{ path, file }]
  }
  const inside = await entriesOf(entry.createReader!())
  return (await Promise.all(inside.map((inner) => filesBelow(inner, `${path}/`)))).flat()
}

/** A reader hands out some entries at a time (100 in Chromium), and none when there are no more. */
async function entriesOf(reader: Reader): Promise<Entry[]> {
  const all: Entry[] = []
  for (;;) {
    const some = await new Promise<Entry[]>((found, failed) => reader.readEntries(found, failed))
    if (some.length === 0) return all
    all.push(...some)
  }
}

/** Not what systems leave in folders: hidden files, thumbnails of Windows, resource forks in archives of macOS. */
const isWanted = (name: string): boolean =>
  !name.startsWith('.') && !['Thumbs.db', 'desktop.ini', '__MACOSX'].includes(name)

const inOrder = (files: readonly NamedFile[]): readonly NamedFile[] =>
  [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
