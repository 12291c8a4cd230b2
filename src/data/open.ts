import { createHash } from 'node:crypto'
import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import { binarizeOnce, requireProbabilities } from './binarize.ts'
import type { Binarize, DataSet, Split, SplitName } from './dataset.ts'
import { type Examples, examplesOf, labelsOf } from './examples.ts'
import { readMnist } from './mnist.ts'
import { readExamples, readLabels } from './named.ts'
import { splitRows } from './split.ts'

/** What to open, and how to split and binarise it. */
export interface DataOptions {
  /** `mnist`, the path of a .npy, .npz or IDX file (plain or gzipped), or an array. */
  readonly data: string | HostTensor
  /** File or array of one class label a row; overrides the labels that a data file carries. */
  readonly labels?: string | HostTensor | undefined
  /** Rows cut from training by seed, 0 for none: by default 5000, or a tenth where that is fewer. */
  readonly validation?: number | undefined
  /** Rows cut for the test by seed where the source has no test set: a tenth of all rows by default. */
  readonly test?: number | undefined
  readonly binarize: Binarize
  readonly seed: number
  /** File of a test set of its own, with labels in it or in `testLabels`. */
  readonly testData?: string | undefined
  readonly testLabels?: string | undefined
}

const DEFAULT_VALIDATION = 5000

/** Rows with their labels, before they are split. */
interface Labelled {
  readonly name: string
  readonly examples: Examples
  readonly labels?: Int32Array
}

interface Opened {
  readonly name: string
  readonly main: Labelled
  /** The source's own test set. */
  readonly test?: Labelled
}

/**
 * Opens a data set: reads it, splits it by seed, binarises it where that is done once, and hashes it.
 *
 * @throws UserError for a name that is not understood, a file that cannot be used, labels that do not fit,
 * options that exclude each other, splits that leave nothing to train on, and values outside [0, 1] when
 * binarising.
 */
export async function openDataSet(options: DataOptions): Promise<DataSet> {
  checkOptions(options)
  const opened = options.data === 'mnist' ? await openMnist() : await openArrays(options)
  const { main, test } = opened
  if (test) requireAlike(main, test)
  const count = main.examples.store.shape[0]!
  const cutForTest = test ? 0 : (options.test ?? Math.max(1, Math.round(count / 10)))
  const validation = options.validation ?? Math.min(DEFAULT_VALIDATION, Math.round(count / 10))
  const sizes = { validation, test: cutForTest }
  const rows = splitRows(count, sizes, options.seed, main.name)
  const hash = hashOf(test ? [main, test] : [main])
  const trainSource = binarized(main, options, 'train')
  const testSource = test ? binarized(test, options, 'test') : trainSource
  const classes = countClasses(main.labels, test?.labels)
  const testRows = test
    ? Int32Array.from({ length: test.examples.store.shape[0]! }, (_, i) => i)
    : rows.test
  return {
    name: opened.name,
    kind: main.examples.kind,
    exampleShape: main.examples.exampleShape,
    scale: trainSource.examples.scale,
    binarize: options.binarize,
    ...(classes === undefined ? {} : { classes }),
    hash,
    splits: {
      train: splitOf('train', trainSource, rows.train),
      validation: splitOf('validation', trainSource, rows.validation),
      test: splitOf('test', testSource, testRows),
    },
  }
}

function checkOptions(options: DataOptions): void {
  for (const field of ['validation', 'test'] as const) {
    const value = options[field]
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0))
      throw new UserError(`${field}: ${value}; expected a whole number of rows, 0 or more`)
  }
  const ownTest = options.data === 'mnist' ? 'mnist' : options.testData
  if (ownTest !== undefined && options.test !== undefined)
    throw new UserError(
      `test: ${options.test} rows were to be cut for the test, but ${ownTest} is a test set already; leave one of them out`,
    )
  if (options.data === 'mnist')
    for (const field of ['labels', 'testData', 'testLabels'] as const)
      if (options[field] !== undefined)
        throw new UserError(`${field}: mnist brings its own labels and test set; leave this out`)
  if (options.testLabels !== undefined && options.testData === undefined)
    throw new UserError(
      `testLabels: ${options.testLabels} labels a test set, but no testData is given; give both`,
    )
}

async function openMnist(): Promise<Opened> {
  const { images, labels, testImages, testLabels } = await readMnist()
  return {
    name: 'mnist',
    main: labelled('mnist', images, 'mnist labels', labels),
    test: labelled('mnist test', testImages, 'mnist test labels', testLabels),
  }
}

async function openArrays(options: DataOptions): Promise<Opened> {
  const name = typeof options.data === 'string' ? options.data : 'array'
  const [main, test] = await Promise.all([
    readLabelled(options.data, options.labels),
    options.testData === undefined ? undefined : readLabelled(options.testData, options.testLabels),
  ])
  return { name, main, ...(test ? { test } : {}) }
}

async function readLabelled(
  data: string | HostTensor,
  labels: string | HostTensor | undefined,
): Promise<Labelled> {
  const name = typeof data === 'string' ? data : 'array'
  const read = typeof data === 'string' ? await readExamples(data) : { examples: data }
  const given = typeof labels === 'string' ? await readLabels(labels) : labels
  const labelsName = typeof labels === 'string' ? labels : given ? 'labels' : `${name}, labels`
  return labelled(name, read.examples, labelsName, given ?? read.labels)
}

function labelled(
  name: string,
  array: HostTensor,
  labelsName: string,
  labels: HostTensor | undefined,
): Labelled {
  const examples = examplesOf(array, name)
  if (labels === undefined) return { name, examples }
  return { name, examples, labels: labelsOf(labels, labelsName, examples.store.shape[0]!, name) }
}

/** A test set of its own must show the same kind of example in the same storage type. */
function requireAlike(main: Labelled, test: Labelled): void {
  const describe = ({ exampleShape, store, scale }: Examples) =>
    `${store.dtype} examples of shape [${exampleShape.join(', ')}]${store.dtype === 'uint8' ? (scale === 1 ? ' with values 0 and 1' : ' with values to 255') : ''}`
  const [expected, found] = [describe(main.examples), describe(test.examples)]
  if (found !== expected)
    throw new UserError(`${test.name}: holds ${found}; expected ${expected} as in ${main.name}`)
}

const storeNumber = { train: 0, test: 2 }

function binarized(source: Labelled, options: DataOptions, store: 'train' | 'test'): Labelled {
  if (options.binarize === 'none') return source
  requireProbabilities(source.examples, source.name)
  if (options.binarize === 'dynamic') return source
  return { ...source, examples: binarizeOnce(source.examples, options.seed, storeNumber[store]) }
}

function splitOf(name: SplitName, source: Labelled, rows: Int32Array): Split {
  const { examples, labels } = source
  return { name, store: examples.store, rows, ...(labels ? { labels } : {}) }
}

function countClasses(...labels: (Int32Array | undefined)[]): number | undefined {
  let classes: number | undefined
  for (const set of labels)
    if (set) classes = set.reduce((most, label) => Math.max(most, label + 1), classes ?? 0)
  return classes
}

/** SHA-256 over what the examples are, all their values and their labels, whatever the splits. */
function hashOf(parts: readonly Labelled[]): string {
  const hash = createHash('sha256')
  for (const { examples, labels } of parts) {
    const { store, exampleShape, scale } = examples
    const what = {
      dtype: store.dtype,
      rows: store.shape[0],
      exampleShape,
      scale,
      labelled: !!labels,
    }
    hash.update(`${JSON.stringify(what)}\n`)
    for (const array of labels ? [store.data, labels] : [store.data])
      hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
  }
  return hash.digest('hex')
}
