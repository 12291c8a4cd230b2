import { existsSync } from 'node:fs'
import { nearest, UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import { chooseExamples, labelsRole, type NamedArrays } from './archive-roles.ts'
import { readArrays } from './files.ts'
import { sources } from './sources.ts'

/**
 * Reads the examples (and labels) of a data file: the array of a `.npy` or IDX file; of an `.npz` those that
 * `archiveRoles` finds by their names.
 *
 * @param array the examples of an `.npz`, where that is stated
 * @throws UserError if there is no such file or data set, or the names in an archive do not say which array
 * holds what.
 */
export async function readExamples(path: string, array?: string | undefined): Promise<NamedArrays> {
  requireFile(path)
  const { arrays } = await readArrays(path)
  return chooseExamples(arrays, path, array)
}

/**
 * Reads a file of labels: its only array, or the one named y or labels.
 *
 * @throws UserError as `readExamples`.
 */
export async function readLabels(path: string): Promise<HostTensor> {
  const { arrays } = await readArrays(path)
  return arrays.get(labelsRole([...arrays.keys()], path))!
}

/** Throws UserError if there is neither a file nor a data set of that name. */
export function requireFile(path: string): void {
  if (existsSync(path)) return
  const names = sources.map((source) => source.name)
  const meant = names.includes(path) ? undefined : nearest(path, names)
  throw new UserError(
    `data ${JSON.stringify(path)}: there is no such file or data set${meant ? `; did you mean ${meant}?` : ''} (known: ${names.join(', ')}, a folder of pictures, a table (CSV, Parquet, JSON lines, ARFF), or a .npy, .npz or IDX file, plain or gzipped)`,
  )
}
