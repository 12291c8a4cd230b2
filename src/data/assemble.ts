import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import { binarizeOnce, requireProbabilities } from './binarize.ts'
import type { Binarize, DataSet, Split, SplitName } from './dataset.ts'
import { type Examples, examplesOf, type KnownExamples, type Reading } from './examples.ts'
import { type ExampleForm, kindOf } from './form.ts'
import { classesOf, classIndices, labelsOf } from './labels.ts'
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
  /** What the labels are called in messages. */
  readonly labelsName: string
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

/** An array of examples with its labels, and their names. */
export interface NamedArray {
  readonly name: string
  readonly array: HostTensor
  readonly labelsName: string
  readonly labels: HostTensor | undefined
}

/**
 * Reads arrays as what a data set is made of; a test set of its own is read as the main one.
 *
 * @throws UserError for arrays that are no examples, and for labels that do not fit them
 */
export function sourceOf(
  name: string,
  main: NamedArray,
  test: NamedArray | undefined,
  reading: Reading,
): Source {
  const read = labelled(main, reading)
  if (!test) return { name, main: read }
  const { exampleShape } = read.examples.form
  const known = { exampleShape, ...reading.known, form: read.examples.form }
  return { name, main: read, test: labelled(test, { known }) }
}

function labelled({ name, array, labelsName, labels }: NamedArray, reading: Reading): Labelled {
  const examples = examplesOf(array, name, reading)
  if (labels === undefined) return { name, examples, labelsName }
  const rows = examples.store.shape[0]!
  return { name, examples, labels: labelsOf(labels, labelsName, rows, name), labelsName }
}

/**
 * Makes a data set: splits by seed, binarises where that is done once, and hashes.
 *
 * @param known what the run that the data belongs to has recorded of it
 * @throws UserError for numbers of rows that are none or leave nothing to train on, labels that are no class
 * of the training data, and values outside [0, 1] when binarising
 */
export async function assemble(
  { name, main, test }: Source,
  options: SplitOptions,
  digestOf: DigestOf,
  known?: KnownExamples,
): Promise<DataSet> {
  requireCounts(options)
  const count = main.examples.store.shape[0]!
  const cutForTest = test ? 0 : (options.test ?? Math.max(1, Math.round(count / 10)))
  const validation = options.validation ?? Math.min(DEFAULT_VALIDATION, Math.round(count / 10))
  const rows = splitRows(count, { validation, test: cutForTest }, options.seed, main.name)
  const hash = await digestOf(hashed(test ? [main, test] : [main]))
  const trainSource = binarized(main, options, 'train')
  const testSource = test ? binarized(test, options, 'test') : trainSource
  const classLabels = classLabelsOf(main.labels ? main : (test ?? main), known)
  const testRows = test
    ? Int32Array.from({ length: test.examples.store.shape[0]! }, (_, i) => i)
    : rows.test
  const form = known?.form ?? withRange(main.examples, rows.train)
  const splitOf = (name: SplitName, source: Labelled, of: Int32Array): Split => ({
    name,
    store: source.examples.store,
    rows: of,
    ...(classLabels &&
      source.labels && { labels: classIndices(source.labels, classLabels, source.labelsName) }),
  })
  const train = splitOf('train', trainSource, rows.train)
  return {
    name,
    kind: kindOf(form),
    exampleShape: form.exampleShape,
    form,
    scale: trainSource.examples.scale,
    binarize: options.binarize,
    ...(classLabels && { classes: classLabels.length, classLabels }),
    hash,
    splits: {
      train,
      validation: { ...train, name: 'validation', rows: rows.validation },
      test: test
        ? splitOf('test', testSource, testRows)
        : { ...train, name: 'test', rows: testRows },
    },
  }
}

/** The classes are the labels of the data that is trained on, or else of its test set; a run has its own. */
function classLabelsOf(
  { labels, labelsName }: Labelled,
  known?: KnownExamples,
): readonly number[] | undefined {
  if (known?.classLabels) return known.classLabels
  if (known?.classes !== undefined) return Array.from({ length: known.classes }, (_, i) => i)
  return labels && classesOf(labels, labelsName)
}

/** The form with the range of the values that are trained on; that of pixels is given by their storage. */
function withRange({ form, store }: Examples, rows: Int32Array): ExampleForm {
  if (store.dtype === 'uint8') return form
  const width = store.shape[1]!
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const row of rows)
    for (let at = row * width; at < (row + 1) * width; at++) {
      const value = store.data[at]!
      if (value < low) low = value
      if (value > high) high = value
    }
  return { ...form, range: [low, high] }
}

function requireCounts(options: SplitOptions): void {
  for (const field of ['validation', 'test'] as const) {
    const value = options[field]
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0))
      throw new UserError(`${field}: ${value}; expected a whole number of rows, 0 or more`)
  }
}

const storeNumber = { train: 0, test: 2 }

function binarized(source: Labelled, options: SplitOptions, store: 'train' | 'test'): Labelled {
  if (options.binarize === 'none') return source
  requireProbabilities(source.examples, source.name)
  if (options.binarize === 'dynamic') return source
  return { ...source, examples: binarizeOnce(source.examples, options.seed, storeNumber[store]) }
}

/** What identifies the examples: what they are, all their values and their labels, whatever the splits. */
function hashed(parts: readonly Labelled[]): Uint8Array[] {
  return parts.flatMap(({ examples, labels }) => {
    const { store, form, scale } = examples
    const what = {
      dtype: store.dtype,
      rows: store.shape[0],
      exampleShape: form.exampleShape,
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
