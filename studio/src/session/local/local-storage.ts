import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, normalize, sep } from 'node:path'
import { UserError } from 'latentlab/browser'
import { RECORD, type RunRecord, type RunStorage } from '../run-storage.ts'

/** Runs in a folder of the disk, a folder each, as the command line has them. */
export function localStorage(root: string): RunStorage {
  const at = (id: string, path = ''): string => {
    const inside = normalize(join(id, path))
    if (inside.startsWith('..') || inside.startsWith(sep) || inside.includes('\0'))
      throw new UserError(`${id}: is not the name of a run`)
    return join(root, inside)
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
      const base = name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '') || 'run'
      await mkdir(root, { recursive: true })
      for (let number = 1; ; number++) {
        const id = number === 1 ? base : `${base}-${number}`
        try {
          await mkdir(at(id))
          return id
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw writing(error, at(id))
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
        await rm(temporary, { force: true })
        throw writing(error, full)
      }
    },
    async read(id, path) {
      try {
        return new Blob([new Uint8Array(await readFile(at(id, path)))])
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
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
      await rm(at(id), { recursive: true, force: true })
    },
  }
}

/** The error of a write, in one line. */
function writing(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC') return new UserError(`${path}: the disk is full`)
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')
    return new UserError(`${path}: cannot be written (${code})`)
  return error
}
