import { type Stats, statSync } from 'node:fs'
import { basename } from 'node:path'
import { fileHead } from '../file-head.ts'
import { isNamedTable } from '../named-tables.ts'
import { formatIn, isPictureName, otherFormatIn } from './format.ts'

/** Bytes that tell pictures apart. */
const HEAD = 256

/** What is at a path; undefined if nothing is, or the system refuses to look. */
export function fileAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/** Whether data is read as pictures: a folder, or the file of a picture. Names of data sets are not looked up as files. */
export function isPictures(path: string): boolean {
  if (path === 'mnist' || isNamedTable(path)) return false
  const found = fileAt(path)
  if (!found?.isFile()) return found?.isDirectory() ?? false
  const start = fileHead(path, HEAD)
  if (!start) return false
  if (formatIn(start)) return true
  return isPictureName(basename(path)) && otherFormatIn(start) !== undefined
}
