import { listed } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import { counted, grouped } from '../tensor/numbers.ts'
import { given, option, type Wording, worded } from '../tensor/wording.ts'
import type { Anomalies } from './dataset.ts'
import { classesText } from './labels.ts'
import { textOf } from './table/cells.ts'

/** Labels of normal examples, as a caller gives them: `0`, `'ok'`, `false`. */
export type NormalLabels = readonly (string | number | boolean)[]

/** The same as text, as labels of a table are compared: sorted, each once. */
export const normalTexts = (labels: NormalLabels): string[] =>
  [...new Set(labels.map((label) => textOf(label)))].sort()

/** The label of each row of a store, as text. */
export interface RowLabels {
  /** What holds the rows, in messages. */
  readonly of: string
  /** How a message begins to list the labels: `column "is_fault" holds`. */
  readonly holds: string
  /** The different labels. */
  readonly texts: readonly string[]
  /** The index of the label of each row; -1 for a row that has none. */
  readonly codes: Int32Array
}

/** Rows of a store, told apart by their labels; all ascending. */
export interface NormalRows {
  readonly labels: RowLabels
  readonly normal: Int32Array
  readonly anomalous: Int32Array
  /** How many rows have no label, and so are neither. */
  readonly unlabelled: number
}

/** Labels of whole numbers as rows have them, with the names that they stand for, where they are names. */
export function rowLabels(of: string, labels: Int32Array, names?: readonly string[]): RowLabels {
  const distinct = [...new Set(labels)].sort((a, b) => a - b)
  const codeOf = new Map(distinct.map((label, code) => [label, code]))
  const texts = distinct.map((label) => textOf(names?.[label] ?? label))
  return {
    of,
    holds: `the labels of ${of} are`,
    texts,
    codes: labels.map((label) => codeOf.get(label)!),
  }
}

/**
 * Tells normal rows from anomalies in the rows of one or two stores.
 *
 * @param labels of the training data first, then those of a separate test set
 * @throws UserError for a label that no row has, and if none of the training data is normal
 */
export function normalRows(labels: readonly RowLabels[], normal: NormalLabels): NormalRows[] {
  const wanted = normalTexts(normal)
  const [main] = labels as readonly [RowLabels, ...RowLabels[]]
  requireLabels(
    wanted,
    labels.flatMap(({ texts }) => texts),
    main.holds,
  )
  const parts = labels.map((part) => toldApart(part, new Set(wanted)))
  if (parts[0]!.normal.length === 0)
    throw new UserError(
      worded`${given('normal', wanted.join(','))}: no row of ${main.of} has such a label (${main.holds} ${labelsText(main.texts)}), so there is none to train on`,
    )
  return parts
}

/** Throws UserError for a label that does not occur; `holds` begins the list of those that do. */
export function requireLabels(
  wanted: readonly string[],
  occurring: readonly string[],
  holds: string,
): void {
  const unknown = wanted.find((text) => !occurring.includes(text))
  if (unknown !== undefined)
    throw new UserError(worded`${given('normal', unknown)}: ${holds} ${labelsText(occurring)}`)
}

const labelsText = (texts: readonly string[]): string => {
  const sorted = [...new Set(texts)].sort()
  if (sorted.length < 2 || sorted.length > 20) return classesText(sorted) || 'no labels'
  return listed(sorted)
}

function toldApart(labels: RowLabels, wanted: ReadonlySet<string>): NormalRows {
  const isNormal = labels.texts.map((text) => wanted.has(text))
  const normal: number[] = []
  const anomalous: number[] = []
  labels.codes.forEach((code, row) => {
    if (code >= 0) (isNormal[code] ? normal : anomalous).push(row)
  })
  return {
    labels,
    normal: Int32Array.from(normal),
    anomalous: Int32Array.from(anomalous),
    unlabelled: labels.codes.length - normal.length - anomalous.length,
  }
}

/** The texts of the labels that normal rows have, of one store or two. */
export const normalNames = (parts: readonly NormalRows[]): string[] => [
  ...new Set(
    parts.flatMap(({ labels: { texts, codes }, normal }) => [
      ...new Set(Array.from(normal, (row) => texts[codes[row]!]!)),
    ]),
  ),
]

/** The index of the class of each normal row among `names`; -1 for other rows. */
export function classesOfNormal(
  { labels: { texts, codes } }: NormalRows,
  names: readonly string[],
): Int32Array {
  const indices = texts.map((text) => names.indexOf(text))
  return codes.map((code) => (code < 0 ? -1 : indices[code]!))
}

/** Some anomalous rows with their labels. */
export const anomaliesAt = (
  { labels: { texts, codes } }: NormalRows,
  rows: Int32Array,
): Anomalies => ({ rows, labels: Array.from(rows, (row) => texts[codes[row]!]!) })

/**
 * Numbers for the rows of a store: normal ones first, so that theirs are those that they would have if the others were
 * not there.
 */
export function numbersOf({ labels, normal }: NormalRows): Int32Array {
  const numbers = new Int32Array(labels.codes.length).fill(-1)
  normal.forEach((row, rank) => {
    numbers[row] = rank
  })
  let next = normal.length
  return numbers.map((number) => (number < 0 ? next++ : number))
}

/** What a run recorded without its classes where these are only the normal ones, and its data has others, too. */
export const withoutOwnClasses = <
  K extends { readonly classNames?: readonly string[] | undefined },
>(
  known: K,
  normal: NormalLabels | undefined,
): K => (normal ? { ...known, classNames: undefined } : known)

/** The bytes by which a data set is told from the same with other normal rows. */
export const normalBytes = (normal: NormalLabels | undefined): Uint8Array[] =>
  normal ? [new TextEncoder().encode(`${JSON.stringify(['normal', normalTexts(normal)])}\n`)] : []

/** The refusal of `normal` for rows whose labels are not known. */
export const unlabelledRows = (name: string, advice: Wording): UserError =>
  new UserError(
    worded`${option('normal')}: ${name} has no labels, so no row is known to be normal; ${advice}`,
  )

/**
 * What a user should know of the examples that are not learned from, in a sentence.
 *
 * @param used how many anomalies measure on validation and test
 */
export function normalNote(
  { labels: { of, codes }, normal, anomalous, unlabelled }: NormalRows,
  wanted: NormalLabels,
  used: { readonly validation: number; readonly test: number },
): string {
  const all = codes.length
  const share =
    normal.length === all ? `all ${grouped(all)}` : `${grouped(normal.length)} of ${grouped(all)}`
  const parts = [
    `${of}: ${share} examples are normal (label ${normalTexts(wanted).join(', ')})`,
    ...(anomalous.length > 0 ? [anomaliesText(anomalous.length, used)] : []),
    ...(unlabelled > 0 ? [`${counted(unlabelled, 'example')} without a label left out`] : []),
  ]
  return parts.join('; ')
}

function anomaliesText(
  count: number,
  { validation, test }: { readonly validation: number; readonly test: number },
): string {
  const unused = count - validation - test
  const uses = [
    ...(validation > 0 ? [`${grouped(validation)} on validation`] : []),
    ...(test > 0 ? [`${grouped(test)} on test`] : []),
    ...(unused > 0 ? [`${grouped(unused)} unused, for want of a validation split`] : []),
  ]
  return `the other ${grouped(count)} are not learned from, and measure how well anomalies are found: ${uses.join(', ')}`
}
