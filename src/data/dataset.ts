import { counted, grouped } from '../tensor/numbers.ts'
import { type ExampleForm, type ExampleKind, formText } from './form.ts'
import { classesText } from './labels.ts'
import { nameText } from './pictures/names.ts'
import type { RowStore } from './row-store.ts'
import type { Keys } from './table/keys.ts'

/** The rows of one split: indices into a store that several splits may share. */
export interface Split {
  readonly name: SplitName
  /** All rows of the store in storage type: uint8 for pixels, float32 otherwise. */
  readonly store: RowStore
  /** Which rows of the store belong to the split, in order. */
  readonly rows: Int32Array
  /** Class of every row of the *store* (look up `rows[i]`), as an index into `classLabels`. */
  readonly labels?: Int32Array | undefined
  /** What names the rows of the *store*, where a table has such columns. */
  readonly keys?: Keys | undefined
  /**
   * Of a data set of which only normal examples are learned from: the anomalies of this split. They are not among its
   * `rows`, and only the measures of how well anomalies are found look at them (`withAnomalies`).
   */
  readonly anomalies?: Anomalies | undefined
  /** Numbers for the rows of the *store*, by which draws for an example are keyed; the rows themselves if absent. */
  readonly numbers?: Int32Array | undefined
}

/** Rows of a store whose examples are not normal. */
export interface Anomalies {
  /** Ascending. */
  readonly rows: Int32Array
  /** The label of each, as text. */
  readonly labels: readonly string[]
}

export const splitNames = ['train', 'validation', 'test'] as const

export type SplitName = (typeof splitNames)[number]

/** Binarisation of values in [0, 1]: none, once from a seed, or afresh at every step. */
export type Binarize = 'none' | 'static' | 'dynamic'

/** A data set with its splits, and all that the training program and the ledger need to know about it. */
export interface DataSet {
  /** Its name on the command line: `mnist`, or a file path. */
  readonly name: string
  readonly kind: ExampleKind
  /** Shape of one example: `[1, 28, 28]` for MNIST, `[7]` for a table of 7 columns. */
  readonly exampleShape: readonly number[]
  /** How a stored value becomes a value of an example; a model keeps the form of its training data. */
  readonly form: ExampleForm
  /** Value of a stored number x in the network is x · scale: 1/255 for uint8 images, 1 for binary draws. */
  readonly scale: number
  readonly binarize: Binarize
  /** Number of classes, if there are labels. */
  readonly classes?: number | undefined
  /** The label of each class, ascending: what users see of a class. */
  readonly classLabels?: readonly number[] | undefined
  /** What each class is called, where that is not its label: the text in a table, the name of a folder. */
  readonly classNames?: readonly string[] | undefined
  /**
   * The labels of normal examples, as text, where only these are learned from: splits then hold normal rows and, apart
   * from them, anomalies. Classes are those of normal rows.
   */
  readonly normal?: readonly string[] | undefined
  /** What is to be known of the data, in sentences: columns that are left out, rows that occur in two splits. */
  readonly notes?: readonly string[] | undefined
  /** SHA-256 of all stored rows and labels, hexadecimal: identifies the data in a run's configuration. */
  readonly hash: string
  readonly splits: { readonly [S in SplitName]: Split }
}

/** What is said of a data set before it is trained on: its description, and a line for each note. */
export const dataTexts = (data: DataSet, remark = ''): string[] => [
  `${dataText(data)}${remark}`,
  ...(data.notes ?? []),
]

/** Describes a data set: `mnist: images 28 high and 28 wide, 1 channel; uint8 from 0 to 255, divided by 255; …`. */
export function dataText(data: DataSet): string {
  const { name, form, binarize, classLabels, classNames, splits } = data
  const { train, validation, test } = splits
  const sizes = `${counted(train.rows.length, 'example')} for training, ${grouped(validation.rows.length)} for validation, ${grouped(test.rows.length)} for testing`
  const draws = binarize === 'none' ? '' : `, drawn as 0 or 1 (${binarize})`
  const labels = classNames?.map(nameText) ?? classLabels
  const classes = labels ? `; labels ${classesText(labels)}` : ''
  return `${name}: ${formText(form)}${draws}${classes}; ${sizes}`
}
