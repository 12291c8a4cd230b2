import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import { option, worded } from '../tensor/wording.ts'
import { arrayHashes } from './array-hashes.ts'
import { binarizeOnce, requireProbabilities } from './binarize.ts'
import type { Binarize, DataSet, Split, SplitName } from './dataset.ts'
import { duplicatesAcross, duplicatesText, type HashedSplit } from './duplicates.ts'
import { type Examples, examplesOf, type KnownExamples, type Reading } from './examples.ts'
import { type ExampleForm, kindOf, requireSome } from './form.ts'
import { wholeNumbers } from './indices.ts'
import { classesOf, classIndices, classLabelsOf, labelsOf } from './labels.ts'
import {
  classesOfNormal,
  type NormalLabels,
  type NormalRows,
  normalBytes,
  normalNames,
  normalRows,
  normalTexts,
  type RowLabels,
  rowLabels,
  unlabelledRows,
} from './normal.ts'
import { normalSplits } from './normal-splits.ts'
import { arrayStore } from './row-store.ts'
import { placedRows, type SplitRows, splitRows } from './split.ts'
import { type Classes, classesNamed } from './table/table-labels.ts'

/** The column of a table that says how its rows are split; by seed if none does. */
export interface SplitRule {
  /** A column with train, validation or test in every row. */
  readonly splitBy?: string | undefined
  /** A column of times: the latest rows are for testing, those before them for validation. */
  readonly timeOrder?: string | undefined
  /** A column of groups, none of which is in two splits. */
  readonly group?: string | undefined
}

export const splitRules = ['splitBy', 'timeOrder', 'group'] as const

/** How to split and binarise. */
export interface SplitOptions extends SplitRule {
  /** Rows set aside for validation, chosen by seed; 0 for none. By default 5000, or a tenth if that is fewer. */
  readonly validation?: number | undefined
  /** Rows set aside for testing if the source has no test set, chosen by seed; a tenth of all rows by default. */
  readonly test?: number | undefined
  readonly binarize: Binarize
  readonly seed: number
  /** The labels of normal examples, where only these are learned from. */
  readonly normal?: NormalLabels | undefined
}

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

const DEFAULT_VALIDATION = 5000

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
    splits: {
      train: { ...train, ...apart?.splits.train },
      validation: {
        ...train,
        name: 'validation',
        rows: rows.validation,
        ...apart?.splits.validation,
      },
      test: {
        ...(test
          ? splitOf('test', testSource, testRows)
          : { ...train, name: 'test', rows: testRows }),
        ...apart?.splits.test,
      },
    },
  }
}

const allRows = ({ examples }: Labelled): Int32Array => wholeNumbers(0, examples.store.shape[0]!)

/** The labels of a part, refused where there are none. */
function labelsForNormal(
  { name, labels, labelsName, classNames }: Labelled,
  part: number,
): RowLabels {
  if (labels) return rowLabels({ of: name, name: labelsName }, labels, classNames)
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

/** The split that the source itself states for a row. */
function ruleOfOwn(validation: Int32Array | undefined): (row: number) => 'validation' | undefined {
  const own = new Set(validation)
  return (row) => (own.has(row) ? 'validation' : undefined)
}

/** A note on examples that occur in more than one split. */
function duplicateNotes(
  { examples: { store } }: Labelled,
  rows: SplitRows,
  test: Labelled | undefined,
  testRows = test && allRows(test),
): readonly string[] {
  const hashes = arrayHashes(store)
  const own = test?.examples.store
  const tested = testRows ?? rows.test
  const splits: HashedSplit[] = [
    { name: 'train', rows: rows.train, hashes },
    { name: 'validation', rows: rows.validation, hashes },
    { name: 'test', rows: tested, hashes: own ? arrayHashes(own) : hashes },
  ]
  const width = store.shape[1]!
  const rowOf = (split: SplitName, row: number) =>
    (split === 'test' && own ? own : store).data.subarray(row * width, (row + 1) * width)
  const found = duplicatesAcross(splits, (split, row, among, other) => {
    const others = rowOf(among, other)
    return rowOf(split, row).every((value, j) => value === others[j])
  })
  const sizes = {
    train: rows.train.length,
    validation: rows.validation.length,
    test: tested.length,
  }
  return found.length > 0 ? duplicatesText(found, sizes) : []
}

/**
 * Rows of the main part by split: as its source sets them aside, and the others by seed.
 *
 * @param among the rows that are split, where others are not learned from
 */
function rowsOfSplits(
  main: Labelled,
  hasTest: boolean,
  options: SplitOptions,
  among: Int32Array | undefined,
): SplitRows {
  const { name } = main
  const all = among ?? allRows(main)
  const what = among && 'normal row'
  const isAmong = main.validation && among && new Set(among)
  const own = isAmong ? main.validation!.filter((row) => isAmong.has(row)) : main.validation
  const count = all.length - (own?.length ?? 0)
  const sizes = sizesOf(count, options, hasTest)
  if (!own) {
    const rows = splitRows(count, sizes, options.seed, name, what)
    return among ? placedRows(rows, among) : rows
  }
  if (options.validation !== undefined && options.validation !== own.length)
    throw new UserError(
      `validation: ${options.validation} examples were to be held out, but ${name} says itself which ${own.length} are for validation; leave this out`,
    )
  const isOwn = new Set(own)
  const others = all.filter((row) => !isOwn.has(row))
  const rows = splitRows(count, { ...sizes, validation: 0 }, options.seed, name, what)
  return { ...placedRows(rows, others), validation: own }
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

/** How many rows are set aside for validation and, without a test set of its own, for testing. */
export function sizesOf(count: number, options: SplitOptions, hasTest: boolean) {
  return {
    validation: options.validation ?? Math.min(DEFAULT_VALIDATION, Math.round(count / 10)),
    test: hasTest ? 0 : (options.test ?? Math.max(1, Math.round(count / 10))),
  }
}

/** Throws UserError for split sizes that are not numbers of rows. */
export function requireCounts(options: SplitOptions): void {
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
