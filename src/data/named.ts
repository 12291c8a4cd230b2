import { existsSync } from 'node:fs'
import { nearest, UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import { readArrays } from './files.ts'
import { sources } from './sources.ts'

/** Names of examples and labels in an archive. */
const exampleNames = ['x', 'data', 'images']
const labelNames = ['y', 'labels']

/** A file's examples, and its labels if it has any. */
export interface NamedArrays {
  readonly examples: HostTensor
  readonly labels?: HostTensor | undefined
}

/**
 * Reads the examples (and labels) of a data file: the array of a `.npy` or IDX file; of an `.npz` the only
 * array, or the one named x, data or images, with labels in y or labels.
 *
 * @throws UserError if there is no such file or data set, or the names in an archive do not say which array
 * holds what.
 */
export async function readExamples(path: string): Promise<NamedArrays> {
  requireFile(path)
  const { arrays } = await readArrays(path)
  return chooseExamples(arrays, path)
}

/** The examples and labels among a file's arrays, by the rule of `readExamples`. */
export function chooseExamples(arrays: ReadonlyMap<string, HostTensor>, path: string): NamedArrays {
  const single = only(arrays)
  if (single) return { examples: single }
  const labelled = labelNames.some((name) => arrays.has(name))
  return {
    examples: chosen(arrays, exampleNames, 'examples', path),
    labels: labelled ? chosen(arrays, labelNames, 'labels', path) : undefined,
  }
}

/**
 * Reads a file of labels: its only array, or the one named y or labels.
 *
 * @throws UserError as `readExamples`.
 */
export async function readLabels(path: string): Promise<HostTensor> {
  const { arrays } = await readArrays(path)
  return only(arrays) ?? chosen(arrays, labelNames, 'labels', path)
}

function only(arrays: ReadonlyMap<string, HostTensor>): HostTensor | undefined {
  return arrays.size === 1 ? [...arrays.values()][0] : undefined
}

function chosen(
  arrays: ReadonlyMap<string, HostTensor>,
  names: readonly string[],
  what: string,
  path: string,
): HostTensor {
  const found = names.flatMap((name) => arrays.get(name) ?? [])
  if (found.length === 1) return found[0]!
  const held = [...arrays.keys()].map((name) => JSON.stringify(name)).join(', ')
  throw new UserError(
    `${path}: holds the arrays ${held}; expected one array, or exactly one named ${names.join(', ')} for the ${what}`,
  )
}

/** Throws UserError if there is neither a file nor a data set of that name. */
export function requireFile(path: string): void {
  if (existsSync(path)) return
  const names = sources.map((source) => source.name)
  const meant = names.includes(path) ? undefined : nearest(path, names)
  throw new UserError(
    `data ${JSON.stringify(path)}: there is no such file or data set${meant ? `; did you mean ${meant}?` : ''} (known: ${names.join(', ')}, a folder of pictures, or a .npy, .npz or IDX file, plain or gzipped)`,
  )
}
