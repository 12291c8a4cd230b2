import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import { binarizeOnce, requireProbabilities } from './binarize.ts'
import type { Binarize, DataSet, Split, SplitName } from './dataset.ts'
import { type Examples, examplesOf, labelsOf } from './examples.ts'
import { splitRows } from './split.ts'

/** How to split and binarise. */
export interface SplitOptions {
  /** Rows cut from training by seed, 0 for none: by default 5000, or a tenth where that is fewer. */
  readonly validation?: number | undefined
  /** Rows cut for the test by seed where the source has no test set: a tenth of all rows by default. */
  readonly test?: number | undefined
  readonly binarize: Binarize
  readonly seed: number
}

/** Rows with their labels, before they are split. */
export interface Labelled {
  readonly name: string
  readonly examples: Examples
  readonly labels?: Int32Array
}

/** What a data set is made of. */
export interface Source {
  readonly name: string
  readonly main: Labelled
  /** The source's own test set. */
  readonly test?: Labelled
}

/** SHA-256 of the bytes one after the other, hexadecimal. */
export type DigestOf = (parts: readonly Uint8Array[]) => string | Promise<string>

const DEFAULT_VALIDATION = 5000

/** Reads an array as examples, with its labels. Throws UserError where they do not fit. */
export function labelled(
  name: string,
  array: HostTensor,
  labelsName: string,
  labels: HostTensor | undefined,
): Labelled {
  const examples = examplesOf(array, name)
  if (labels === undefined) return { name, examples }
  return { name, examples, labels: labelsOf(labels, labelsName, examples.store.shape[0]!, name) }
}

/**
 * Makes a data set: splits by seed, binarises where that is done once, and hashes.
 *
 * @throws UserError for numbers of rows that are none or leave nothing to train on, a test set that is
 * unlike the training set, and values outside [0, 1] when binarising
 */
export async function assemble(
  { name, main, test }: Source,
  options: SplitOptions,
  digestOf: DigestOf,
): Promise<DataSet> {
  requireCounts(options)
  if (test) requireAlike(main, test)
  const count = main.examples.store.shape[0]!
  const cutForTest = test ? 0 : (options.test ?? Math.max(1, Math.round(count / 10)))
  const validation = options.validation ?? Math.min(DEFAULT_VALIDATION, Math.round(count / 10))
  const rows = splitRows(count, { validation, test: cutForTest }, options.seed, main.name)
  const hash = await digestOf(hashed(test ? [main, test] : [main]))
  const trainSource = binarized(main, options, 'train')
  const testSource = test ? binarized(test, options, 'test') : trainSource
  const classes = countClasses(main.labels, test?.labels)
  const testRows = test
    ? Int32Array.from({ length: test.examples.store.shape[0]! }, (_, i) => i)
    : rows.test
  return {
    name,
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

function requireCounts(options: SplitOptions): void {
  for (const field of ['validation', 'test'] as const) {
    const value = options[field]
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0))
      throw new UserError(`${field}: ${value}; expected a whole number of rows, 0 or more`)
  }
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

function binarized(source: Labelled, options: SplitOptions, store: 'train' | 'test'): Labelled {
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

/** What identifies the examples: what they are, all their values and their labels, whatever the splits. */
function hashed(parts: readonly Labelled[]): Uint8Array[] {
  return parts.flatMap(({ examples, labels }) => {
    const { store, exampleShape, scale } = examples
    const what = {
      dtype: store.dtype,
      rows: store.shape[0],
      exampleShape,
      scale,
      labelled: !!labels,
    }
    const arrays = labels ? [store.data, labels] : [store.data]
    return [
      new TextEncoder().encode(`${JSON.stringify(what)}\n`),
      ...arrays.map((a) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength)),
    ]
  })
}
