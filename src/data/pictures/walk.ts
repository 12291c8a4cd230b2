import { opendirSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../../tensor/errors.ts'
import { readProblem } from '../files.ts'
import { nameText } from './names.ts'

/** What is below a folder. */
export interface Walked {
  /** Paths of files from the folder, with `/` between names, in no order. */
  readonly files: readonly string[]
  /** Links to folders, which are not followed. */
  readonly links: readonly string[]
}

/**
 * Finds all files below a folder. Links to files are followed; links to folders are not, since they can lead back up.
 *
 * @throws UserError for a folder that may not be read
 */
export function walk(folder: string): Walked {
  const files: string[] = []
  const links: string[] = []
  const visit = (inside: string) => {
    const path = join(folder, inside)
    try {
      const directory = opendirSync(path, { bufferSize: 1024 })
      try {
        for (let entry = directory.readSync(); entry; entry = directory.readSync()) {
          const name = inside === '' ? entry.name : `${inside}/${entry.name}`
          if (entry.name.startsWith('.')) continue
          if (entry.isDirectory()) visit(name)
          else if (entry.isSymbolicLink() && isFolder(join(folder, name))) links.push(name)
          else files.push(name)
        }
      } finally {
        directory.closeSync()
      }
    } catch (error) {
      if (error instanceof UserError) throw error
      throw new UserError(`${nameText(path)}: ${readProblem(error as NodeJS.ErrnoException)}`)
    }
  }
  visit('')
  return { files, links }
}

const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

/** Size in bytes and time of the last change of a file. */
export interface FileState {
  readonly size: number
  readonly mtimeMs: number
}

/** The state of a file. Throws UserError if it is missing or no regular file. */
export function stateOf(path: string): FileState {
  let found: Stats
  try {
    found = statSync(path)
  } catch (error) {
    throw new UserError(`${nameText(path)}: ${readProblem(error as NodeJS.ErrnoException)}`)
  }
  if (!found.isFile())
    throw new UserError(`${nameText(path)}: is no regular file; expected a picture`)
  // Of many thousand files, no more than two numbers are kept.
  return { size: found.size, mtimeMs: found.mtimeMs }
}
