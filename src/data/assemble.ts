import type { HostTensor } from '../tensor/host.ts'
import { option, worded } from '../tensor/wording.ts'
import { allRows, duplicateNotes, rowsOfSplits, ruleOfOwn } from './array-splits.ts'
import { binarizeOnce, requireProbabilities } from './binarize.ts'
import type { DataSet, Split, SplitName } from './dataset.ts'
import { type Examples, examplesOf, type KnownExamples, type Reading } from './examples.ts'
import { type ExampleForm, kindOf, requireSome } from './form.ts'
import { classesOf, classIndices, classLabelsOf, labelsOf } from './labels.ts'
import {
  classesOfNormal,
  type NormalRows,
  normalBytes,
  normalNames,
  normalRows,
  normalTexts,
  type RowLabels,
  rowLabels,
  unlabelledRows,
} from './normal.ts'
import { dividedSplits, normalSplits } from './normal-splits.ts'
import { arrayStore } from './row-store.ts'
import { requireCounts, type SplitOptions } from './split-options.ts'
import { type Classes, classesNamed } from './table/table-labels.ts'

/** Rows with their labels, before they are split. */
export interface Labelled {
  readonly name: string
  readonly examples: Examples
  readonly labels?: Int32Array | undefined
  /** What messages call the labels. */
  readonly labelsName: string
  /** The name that each label stands for, by the label, if they are names. */
  readonly classNames?: readonly string[] | undefined
  /** Rows that the source itself sets aside for validation, ascending. */
  readonly validation?: Int32Array | undefined
  readonly notes?: readonly string[] | undefined
}

/** Where the examples of a data set come from. */
export interface Source {
  readonly name: string
  readonly main: Labelled
  /** The source's own test set. */
  readonly test?: Labelled | undefined
}

/** SHA-256 of the concatenated bytes, hexadecimal. */
export type DigestOf = (parts: readonly Uint8Array[]) => string | Promise<string>

/** An array of examples with its labels, and their names. */
export interface NamedArray {
  readonly name: string
  readonly array: HostTensor
  readonly labelsName: string
  readonly labels: HostTensor | undefined
  /** What a user should know of them, in sentences. */
  readonly notes?: readonly string[] | undefined
}

/**
 * Reads arrays as examples and labels; a separate test set is read in the form of the main one.
 *
 * @throws UserError for arrays that do not hold examples, and for labels that do not fit them
 */
export function sourceOf(
  name: string,
  main: NamedArray,
  test: NamedArray | undefined,
  reading: Reading,
): Source {
  const read = labelled(main, reading)
  return { name, main: read, test: test && labelledTest(test, testReading(read, reading)) }
}

/** How the test set of examples is read: in their form. */
export function testReading(
  main: Labelled,
  { known, normal }: Reading & Pick<SplitOptions, 'normal'>,
): Reading {
  const { form } = main.examples
  // Where only normal examples are learned from, a test set may have labels of its own.
  const classNames = normal ? undefined : main.classNames
  const names = classNames && { classNames }
  return { known: { exampleShape: form.exampleShape, ...known, ...names, form } }
}

/** Reads an array as a separate test set. Throws UserError as `sourceOf`. */
export function labelledTest(test: NamedArray, reading: Reading): Labelled {
  requireSome(test.array, test.name)
  return labelled(test, reading)
}

/** Reads an array as examples and labels. Throws UserError as `sourceOf`. */
export function labelled(
  { name, array, labelsName, labels, notes }: NamedArray,
  reading: Reading,
): Labelled {
  const examples = examplesOf(array, name, reading)
  if (labels === undefined) return { name, examples, labelsName, notes }
  const rows = examples.store.shape[0]!
  return { name, examples, labels: labelsOf(labels, labelsName, rows, name), labelsName, notes }
}

/**
 * Makes a data set: splits by seed, binarises if that is done once, and hashes.
 *
 * @param known what a run has recorded of its data
 * @throws UserError for split sizes that are not whole numbers or leave nothing to train on, labels that are not
 * classes of the training data, and values outside [0, 1] when binarising
 */
export async function assemble(
  { name, main, test }: Source,
  options: SplitOptions,
  digestOf: DigestOf,
  known?: KnownExamples,
): Promise<DataSet> {
  requireCounts(options)
  const parts = test ? [main, test] : [main]
  const { normal } = options
  const told = normal && normalRows(parts.map(labelsForNormal), normal)
  const [among, tested] = told?.map((part) => part.normal) ?? []
  const rows = rowsOfSplits(main, test !== undefined, options, among)
  const ruleOf = ruleOfOwn(main.validation)
  const apart = told && normalSplits(told, rows, ruleOf, { ...options, normal })
  const hash = await digestOf([...hashed(parts), ...normalBytes(normal)])
  const trainSource = binarized(main, options, 'train')
  const testSource = test ? binarized(test, options, 'test') : trainSource
  const named = told && normalClasses(told, parts, known)
  const classLabels = named?.labels ?? labelsOfClasses(main.labels ? main : (test ?? main), known)
  const testRows = test ? (tested ?? allRows(test)) : rows.test
  const form = known?.form ?? withRange(main.examples, rows.train)
  const splitOf = (name: SplitName, source: Labelled, of: Int32Array): Split => ({
    name,
    store: arrayStore(source.examples.store),
    rows: of,
    labels: told
      ? classesOfNormal(told[source === testSource && test ? 1 : 0]!, named!.names)
      : classLabels && source.labels && classIndices(source.labels, classLabels, source.labelsName),
  })
  const train = splitOf('train', trainSource, rows.train)
  const notes = [
    ...(main.notes ?? []),
    ...(test?.notes ?? []),
    ...(apart?.notes ?? []),
    ...(known ? [] : duplicateNotes(main, rows, test, tested)),
  ]
  return {
    name,
    kind: kindOf(form),
    exampleShape: form.exampleShape,
    form,
    scale: trainSource.examples.scale,
    binarize: options.binarize,
    classes: classLabels?.length,
    classLabels,
    classNames: known?.classNames ?? (named ? named.classNames : main.classNames),
    normal: normal && normalTexts(normal),
    ...(notes.length > 0 && { notes }),
    hash,
    splits: dividedSplits(
      { train, validation: rows.validation },
      test ? splitOf('test', testSource, testRows) : { ...train, name: 'test', rows: testRows },
      apart,
    ),
  }
}

/** The labels of a part, refused where there are none. */
function labelsForNormal({ name, labels, classNames }: Labelled, part: number): RowLabels {
  if (labels) return rowLabels(name, labels, classNames)
  throw unlabelledRows(name, worded`give ${option(part === 0 ? 'labels' : 'testLabels')}`)
}

/** The classes of normal rows, with their names where labels are names. */
function normalClasses(
  told: readonly NormalRows[],
  parts: readonly Labelled[],
  known: KnownExamples | undefined,
): Classes & Pick<DataSet, 'classNames'> {
  const found = classesNamed(normalNames(told))
  const classes = known?.classLabels
    ? { labels: known.classLabels, names: known.classNames ?? known.classLabels.map(String) }
    : found
  return parts.some(({ classNames }) => classNames)
    ? { ...classes, classNames: classes.names }
    : classes
}

/** The label of each class: of those that a run has recorded, or else of the labels that occur. */
function labelsOfClasses(
  { labels, labelsName, classNames }: Labelled,
  known: KnownExamples | undefined,
): readonly number[] | undefined {
  if (known?.classLabels || known?.classes !== undefined) return classLabelsOf(known)
  if (classNames) return classNames.map((_, label) => label)
  return labels && classesOf(labels, labelsName)
}

/** The form with the range of the training values; that of pixels is known from their storage type. */
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

const storeNumber = { train: 0, test: 2 }

function binarized(source: Labelled, options: SplitOptions, store: 'train' | 'test'): Labelled {
  if (options.binarize === 'none') return source
  requireProbabilities(source.examples, source.name)
  if (options.binarize === 'dynamic') return source
  return { ...source, examples: binarizeOnce(source.examples, options.seed, storeNumber[store]) }
}

/** The bytes that identify the examples: their form, values and labels, however they are split. */
function hashed(parts: readonly Labelled[]): Uint8Array[] {
  return parts.flatMap(({ examples, labels, validation }) => {
    const { store, form, scale } = examples
    const what = {
      dtype: store.dtype,
      rows: store.shape[0],
      exampleShape: form.exampleShape,
      scale,
      labelled: !!labels,
      ...(validation && { validation: validation.length }),
    }
    const arrays = [store.data, ...(labels ? [labels] : []), ...(validation ? [validation] : [])]
    return [
      new TextEncoder().encode(`${JSON.stringify(what)}\n`),
      ...arrays.map((a) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength)),
    ]
  })
}
