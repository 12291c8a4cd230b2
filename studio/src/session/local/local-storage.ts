import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { UserError } from 'latentlab/browser'
import { RECORD, type RunRecord, type RunStorage } from '../run-storage.ts'

/** Runs in a folder of the disk, a folder each, as the command line has them. */
export function localStorage(root: string): RunStorage {
  /** Of a file of a run. Throws UserError for one that would lie elsewhere. */
  const at = (id: string, path = ''): string => {
    if (!isName(id) || !path.split('/').every((part) => part === '' || isName(part)))
      throw new UserError(`${join(id, path)}: is not a file of a run`)
    return join(root, id, path)
  }
  return {
    async list() {
      const found: { id: string; record: RunRecord }[] = []
      for (const id of await readdir(root).catch(() => [] as string[])) {
        try {
          found.push({ id, record: JSON.parse(await readFile(at(id, RECORD), 'utf8')) })
        } catch {
          // A run of the command line, or none.
        }
      }
      return found
    },
    async newId(name) {
      const plain = name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '')
      const base = [...plain].slice(0, LONGEST_NAME).join('') || 'run'
      await mkdir(root, { recursive: true }).catch((error) => {
        throw failed(error, root, 'written')
      })
      for (let number = 1; ; number++) {
        const id = number === 1 ? base : `${base}-${number}`
        try {
          await mkdir(at(id))
          return id
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
            throw failed(error, at(id), 'written')
        }
      }
    },
    async write(id, path, contents) {
      const full = at(id, path)
      const bytes =
        contents instanceof Blob ? new Uint8Array(await contents.arrayBuffer()) : contents
      const temporary = `${full}.${process.pid}.tmp`
      try {
        await mkdir(dirname(full), { recursive: true })
        await writeFile(temporary, bytes, { flush: true } as object)
        await rename(temporary, full)
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => {})
        throw failed(error, full, 'written')
      }
    },
    async read(id, path) {
      try {
        return new Blob([new Uint8Array(await readFile(at(id, path)))])
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw failed(error, at(id, path), 'read')
      }
    },
    async paths(id) {
      const entries = await readdir(at(id), { recursive: true, withFileTypes: true })
      return entries
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.tmp'))
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(at(id).length + 1)
            .replaceAll(sep, '/'),
        )
    },
    async remove(id) {
      await rm(at(id), { recursive: true, force: true }).catch((error) => {
        throw failed(error, at(id), 'written')
      })
    },
  }
}

/** Letters of a run's name; a file system takes 255 bytes. */
const LONGEST_NAME = 60

/** Whether a text names one file or folder in another. */
const isName = (text: string): boolean =>
  !['', '.', '..'].includes(text) && !['/', sep, '\0'].some((letter) => text.includes(letter))

/** An error of the disk, in one line. */
function failed(error: unknown, path: string, how: 'read' | 'written'): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined) return error
  return new UserError(
    code === 'ENOSPC' ? `${path}: the disk is full` : `${path}: cannot be ${how} (${code})`,
  )
}
