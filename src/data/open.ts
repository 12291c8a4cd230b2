import { createHash } from 'node:crypto'
import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import { option, worded } from '../tensor/wording.ts'
import {
  assemble,
  type DigestOf,
  labelled,
  labelledTest,
  type Source,
  type SplitOptions,
  sourceOf,
  testReading,
} from './assemble.ts'
import type { DataSet } from './dataset.ts'
import type { Reading } from './examples.ts'
import { requireReadable } from './files.ts'
import { readMnist } from './mnist.ts'
import { readExamples, readLabels, requireFile } from './named.ts'
import { isPictures, openPictures } from './pictures/open.ts'
import type { PictureOptions } from './pictures/reading.ts'
import { partsOfPictures, readingOf, requirePictureOptions } from './pictures/source.ts'

/** What to open, and how to split and binarise it. */
export interface DataOptions extends SplitOptions, Reading, PictureOptions {
  /** `mnist`, a folder of pictures, the path of a .npy, .npz or IDX file (plain or gzipped), or an array. */
  readonly data: string | HostTensor
  /** File or array of one class label a row; overrides labels inside the data file. */
  readonly labels?: string | HostTensor | undefined
  /** File or array of a separate test set, with labels inside the file or in `testLabels`. */
  readonly testData?: string | HostTensor | undefined
  readonly testLabels?: string | HostTensor | undefined
  /** Whether decoded pictures of large folders are kept in the cache; by default they are. */
  readonly cache?: boolean | undefined
}

/**
 * Opens a data set: reads it, splits it by seed, binarises it if that is done once, and hashes it.
 *
 * @throws UserError for an unknown name, an unusable file, labels that do not fit, options that exclude each
 * other, splits that leave nothing to train on, and values outside [0, 1] when binarising.
 */
export async function openDataSet(options: DataOptions): Promise<DataSet> {
  requireSources(options)
  const source = options.data === 'mnist' ? await openMnist(options) : await openSource(options)
  return assemble(source, options, sha256, options.known)
}

const sha256: DigestOf = (parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/**
 * Checks what can be known of a data set before it is read: that the options fit together, and that there are files
 * of these names.
 *
 * @throws UserError if not
 */
export function requireSources(options: Omit<DataOptions, 'seed'>): void {
  checkOptions(options)
  const { data, labels, testData, testLabels } = options
  for (const examples of [data, testData])
    if (typeof examples === 'string' && examples !== 'mnist') requireFile(examples)
  const hasPictures = typeof data === 'string' && data !== 'mnist' && isPictures(data)
  // What a run records of its pictures belongs to its model, wherever its data is read from now.
  if (!options.known)
    requirePictureOptions(options, hasPictures, typeof data === 'string' ? data : 'an array')
  for (const file of [data, labels, testData, testLabels])
    if (typeof file === 'string' && file !== 'mnist') requireReadable(file)
}

function checkOptions(options: Omit<DataOptions, 'seed'>): void {
  const testData = typeof options.testData === 'object' ? 'testData' : options.testData
  const ownTest = options.data === 'mnist' ? 'mnist' : testData
  if (ownTest !== undefined && options.test !== undefined)
    throw new UserError(
      `test: ${options.test} rows were to be set aside for testing, but ${ownTest} is a test set already; leave one of them out`,
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

async function openMnist(options: DataOptions): Promise<Source> {
  const { images, labels, testImages, testLabels } = await readMnist()
  const main = { name: 'mnist', array: images, labelsName: 'mnist labels', labels }
  const test = {
    name: 'mnist test',
    array: testImages,
    labelsName: 'mnist test labels',
    labels: testLabels,
  }
  return sourceOf('mnist', main, test, options)
}

/** Opens the examples, and then those of the test set in their form. */
async function openSource(options: DataOptions): Promise<Source> {
  const { data, labels, testData, testLabels, test: cut } = options
  const name = typeof data === 'string' ? data : 'array'
  const { main, test } = await openPart('data', data, labels, options)
  if (test && testData !== undefined)
    throw new UserError(
      worded`${option('testData')}: ${name} has a test set of its own; leave this out`,
    )
  if (test && cut !== undefined)
    throw new UserError(
      `test: ${cut} rows were to be set aside for testing, but ${name} has a test set already; leave this out`,
    )
  if (testData === undefined) return { name, main, test }
  const reading = testReading(main, options)
  const opened = await openPart('testData', testData, testLabels, { ...options, ...reading })
  return { name, main, test: opened.main }
}

/** Opens a file, a folder or an array, with its labels. */
async function openPart(
  field: 'data' | 'testData',
  data: string | HostTensor,
  labels: string | HostTensor | undefined,
  options: DataOptions,
): Promise<Pick<Source, 'main' | 'test'>> {
  const name = typeof data === 'string' ? data : field
  const given = typeof labels === 'string' ? await readLabels(labels) : labels
  const own = field === 'data' ? 'labels' : 'testLabels'
  const labelsName = typeof labels === 'string' ? labels : given ? own : `${name}, labels`
  if (typeof data === 'string' && isPictures(data)) {
    const { cache = true } = options
    const pictures = await openPictures(data, readingOf(options, options, data), cache)
    return partsOfPictures(pictures, name, options, options, given && { labels: given, labelsName })
  }
  const read = typeof data === 'string' ? await readExamples(data) : { examples: data }
  const named = { name, array: read.examples, labelsName, labels: given ?? read.labels }
  return { main: field === 'data' ? labelled(named, options) : labelledTest(named, options) }
}
