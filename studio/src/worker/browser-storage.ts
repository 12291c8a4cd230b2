import { RECORD, type RunRecord, type RunStorage } from '../session/run-storage.ts'

/** Runs in the origin's private file system, a folder each. A file is written whole beside the one that it then replaces. */
export function browserStorage(): RunStorage {
  const root = navigator.storage
    .getDirectory()
    .then((folder) => folder.getDirectoryHandle('latentlab runs', { create: true }))
  const runFolder = async (id: string, create = false) =>
    (await root).getDirectoryHandle(id, { create })
  return {
    async list() {
      const found: { id: string; record: RunRecord }[] = []
      for await (const [id, handle] of (await root).entries()) {
        if (handle.kind !== 'directory') continue
        const record = await recordIn(handle as FileSystemDirectoryHandle)
        if (record) found.push({ id, record })
      }
      return found
    },
    async newId() {
      const id = crypto.randomUUID()
      await runFolder(id, true)
      return id
    },
    async write(id, path, contents) {
      const { folder, name } = await parentOf(await runFolder(id), path, true)
      await replace(folder, name, contents)
    },
    async read(id, path) {
      try {
        const { folder, name } = await parentOf(await runFolder(id), path, false)
        return await (await folder.getFileHandle(name)).getFile()
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    },
    async paths(id) {
      return filesIn(await runFolder(id))
    },
    async remove(id) {
      await (await root).removeEntry(id, { recursive: true })
    },
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof DOMException && ['NotFoundError', 'TypeMismatchError'].includes(error.name)

/** The record of a run; undefined while it has none. */
async function recordIn(folder: FileSystemDirectoryHandle): Promise<RunRecord | undefined> {
  try {
    const file = await (await folder.getFileHandle(RECORD)).getFile()
    return JSON.parse(await file.text()) as RunRecord
  } catch {
    return undefined
  }
}

async function parentOf(
  folder: FileSystemDirectoryHandle,
  path: string,
  create: boolean,
): Promise<{ folder: FileSystemDirectoryHandle; name: string }> {
  const parts = path.split('/')
  const name = parts.pop()!
  let parent = folder
  for (const part of parts) parent = await parent.getDirectoryHandle(part, { create })
  return { folder: parent, name }
}

/** `createWritable` writes to a copy, which takes the file's place when it is closed. */
async function replace(
  folder: FileSystemDirectoryHandle,
  name: string,
  contents: Uint8Array | Blob,
): Promise<void> {
  const handle = await folder.getFileHandle(name, { create: true })
  const writable = await handle.createWritable()
  try {
    await writable.write(contents as FileSystemWriteChunkType)
    await writable.close()
  } catch (error) {
    await writable.abort().catch(() => {})
    throw error
  }
}

async function filesIn(folder: FileSystemDirectoryHandle, prefix = ''): Promise<string[]> {
  const found: string[] = []
  for await (const [name, handle] of folder.entries()) {
    if (handle.kind === 'file') found.push(`${prefix}${name}`)
    else found.push(...(await filesIn(handle as FileSystemDirectoryHandle, `${prefix}${name}/`)))
  }
  return found
}
