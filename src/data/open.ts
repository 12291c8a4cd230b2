import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import { option, worded } from '../tensor/wording.ts'
import type { LikelihoodUse } from './array-columns.ts'
import { arraysInBlob } from './arrays-in-blob.ts'
import { assemble } from './assemble.ts'
import type { DataSet } from './dataset.ts'
import type { Reading } from './examples.ts'
import { readArrays, requireReadable } from './files.ts'
import { isBlob } from './given.ts'
import { isTable } from './is-table.ts'
import { mnistFolder, readMnist } from './mnist.ts'
import { readLabels, requireFile } from './named.ts'
import { pathOf } from './named-tables.ts'
import { withoutOwnClasses } from './normal.ts'
import {
  type GivenArrays,
  openArrays,
  requireNoColumns,
  type TableData,
  type TableOptions,
} from './open-columns.ts'
import { type DataEnvironment, openGiven } from './open-given.ts'
import { nodeTables } from './open-table.ts'
import { isPictures } from './pictures/is-pictures.ts'
import type { PictureOptions } from './pictures/reading.ts'
import { requirePictureOptions } from './pictures/source.ts'
import { type SplitOptions, splitRules } from './split-options.ts'

/** What to open, and how to split and binarise it. */
export interface DataOptions extends SplitOptions, Reading, TableOptions, PictureOptions {
  /** `mnist`, a folder of pictures, the path of a table or of an .npy, .npz or IDX file (plain or gzipped), an array, or an object a row. */
  readonly data: TableData
  /** File or array of one class label a row; overrides labels inside the data file. */
  readonly labels?: string | HostTensor | undefined
  /** File or array of a separate test set, with labels inside the file or in `testLabels`. */
  readonly testData?: TableData | undefined
  readonly testLabels?: string | HostTensor | undefined
  /** Whether what takes long to read is kept in the cache; by default it is. */
  readonly cache?: boolean | undefined
  /** The likelihood that a model will have, which decides how the columns of an array of numbers are taken. */
  readonly likelihood?: LikelihoodUse | undefined
}

/**
 * Opens a data set: reads it, splits it by seed, binarises it if that is done once, and hashes it.
 *
 * @throws UserError for an unknown name, an unusable file, labels that do not fit, options that exclude each
 * other, splits that leave nothing to train on, and values outside [0, 1] when binarising.
 */
export async function openDataSet(options: DataOptions): Promise<DataSet> {
  requireSources(options)
  const { data, testData } = options
  if (hasPictures(data) || hasPictures(testData)) {
    requireNoColumns(options, typeof data === 'string' ? data : 'data')
    const arrays = { data: arraysOnly(data), testData: testData && arraysOnly(testData) }
    const known = options.known && withoutOwnClasses(options.known, options.normal)
    // Decoders are loaded only where there are pictures.
    const { openPictureSet } = await import('./pictures/open-set.ts')
    const source = await openPictureSet({ ...options, ...arrays, known })
    return assemble(source, options, nodeTables.digestOf, options.known)
  }
  if (data === 'mnist' && options.array !== undefined)
    throw new UserError(worded`${option('array')}: mnist is no archive of arrays; leave it out`)
  if (data === 'mnist') return openArrays(await mnist(), options, nodeData)
  return openGiven(options, nodeData)
}

/** Data in Node: files are read by their paths. */
const nodeData: DataEnvironment = {
  ...nodeTables,
  async arrays(data, name) {
    if (isBlob(data)) return arraysInBlob(data, name)
    if (typeof data === 'string') return isTable(data) ? undefined : (await readArrays(data)).arrays
    return 'dtype' in data ? new Map([['', data]]) : undefined
  },
  labelsIn: readLabels,
}

const hasPictures = (data: TableData | undefined): boolean =>
  typeof data === 'string' && isPictures(data)

/**
 * Checks what can be known of a data set before it is read: that the options fit together, and that there are files
 * of these names.
 *
 * @throws UserError if not
 */
export function requireSources(options: Omit<DataOptions, 'seed'>): void {
  checkOptions(options)
  const { data, labels, testData, testLabels } = options
  if (data === 'mnist') mnistFolder()
  for (const examples of [data, testData])
    if (typeof examples === 'string' && examples !== 'mnist') requireFile(pathOf(examples))
  // What a run records of its pictures belongs to its model, wherever its data is read from now.
  if (!options.known)
    requirePictureOptions(options, hasPictures(data), typeof data === 'string' ? data : 'an array')
  for (const file of [data, labels, testData, testLabels])
    if (typeof file === 'string' && file !== 'mnist') requireReadable(pathOf(file))
}

function checkOptions(options: Omit<DataOptions, 'seed'>): void {
  const testData = typeof options.testData === 'object' ? 'testData' : options.testData
  const ownTest = options.data === 'mnist' ? 'mnist' : testData
  if (ownTest !== undefined && options.test !== undefined)
    throw new UserError(
      `test: ${options.test} rows were to be set aside for testing, but ${ownTest} is a test set already; leave one of them out`,
    )
  const rules = splitRules.filter((rule) => options[rule] !== undefined)
  if (rules.length > 1)
    throw new UserError(
      worded`${option(rules[0]!)}: ${option(rules[1]!)} splits the rows, too; give one of them`,
    )
  if (options.splitBy !== undefined && ownTest !== undefined)
    throw new UserError(
      worded`${option('splitBy', options.splitBy)}: ${ownTest} is a test set already; leave one of them out`,
    )
  if (options.data === 'mnist')
    for (const field of ['labels', 'testData', 'testLabels'] as const)
      if (options[field] !== undefined)
        throw new UserError(`${field}: mnist has its own labels and test set; leave this out`)
  if (options.testLabels !== undefined && options.testData === undefined)
    throw new UserError(
      worded`${option('testLabels')}: ${typeof options.testLabels === 'string' ? options.testLabels : 'an array'} labels a test set, but no ${option('testData')} is given; give both`,
    )
}

async function mnist(): Promise<GivenArrays> {
  const { images, labels, testImages, testLabels } = await readMnist()
  return {
    name: 'mnist',
    main: { name: 'mnist', array: images, labelsName: 'mnist labels', labels },
    test: {
      name: 'mnist test',
      array: testImages,
      labelsName: 'mnist test labels',
      labels: testLabels,
    },
  }
}

/** Data that is an array or a file of one. */
function arraysOnly(data: TableData): string | HostTensor {
  if (typeof data === 'string' || 'dtype' in data) return data
  throw new UserError('testData: a table, but data is an array; give both in one form')
}
