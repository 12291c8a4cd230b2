import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'

/** More distinct labels than this are not classes. */
const MOST_CLASSES = 65536

/** Labels are whole numbers that fit 32 bits. */
const LIMIT = 2 ** 31

/**
 * Reads one class label for each of `rows` rows: whole numbers, shape `[rows]` or `[rows, 1]`.
 *
 * @param of names the rows that are labelled, for messages
 * @throws UserError for another length or shape, and for values that are not whole numbers.
 */
export function labelsOf(tensor: HostTensor, name: string, rows: number, of: string): Int32Array {
  const { shape, data } = tensor
  const isColumn = shape.length === 1 || (shape.length === 2 && shape[1] === 1)
  if (!isColumn)
    throw new UserError(
      `${name}: labels of shape [${shape.join(', ')}]; expected one whole number a row, shape [${rows}]`,
    )
  if (data.length !== rows)
    throw new UserError(
      `${name}: ${data.length} labels for the ${rows} rows of ${of}; expected one label a row`,
    )
  return Int32Array.from({ length: rows }, (_, row) =>
    wholeLabel(Number(data[row]), String(data[row]), name, row),
  )
}

/**
 * Checks the label of a row.
 *
 * @param shown the value as it was given, for the message
 * @throws UserError unless it is a whole number of 32 bits
 */
export function wholeLabel(label: number, shown: string, name: string, row: number): number {
  if (Number.isInteger(label) && label >= -LIMIT && label < LIMIT) return label
  throw new UserError(
    `${name}: the label of row ${row} (counted from 0) is ${shown}; expected a class, as a whole number`,
  )
}

/**
 * The classes among labels: every label that occurs, ascending. Users see the label of a class; networks use
 * its index in this list.
 *
 * @throws UserError for more distinct labels than there can be classes
 */
export function classesOf(labels: Int32Array, name: string): number[] {
  const classes = [...new Set(labels)].sort((a, b) => a - b)
  if (classes.length > MOST_CLASSES)
    throw new UserError(
      `${name}: ${classes.length} different labels; expected classes, at most ${MOST_CLASSES}`,
    )
  return classes
}

/** The label of each class, where only their number may be recorded: then 0, 1, and so on. */
export const classLabelsOf = ({
  classLabels,
  classes = 0,
}: {
  readonly classLabels?: readonly number[] | undefined
  readonly classes?: number | undefined
}): readonly number[] => classLabels ?? Array.from({ length: classes }, (_, i) => i)

/**
 * Labels as indices into the list of classes.
 *
 * @throws UserError for a label that is not a class, naming its row
 */
export function classIndices(
  labels: ArrayLike<number>,
  classes: readonly number[],
  name: string,
): Int32Array {
  const indices = new Map(classes.map((label, index) => [label, index]))
  return Int32Array.from({ length: labels.length }, (_, row) => {
    const index = indices.get(labels[row]!)
    if (index !== undefined) return index
    throw new UserError(
      `${name}: the label of row ${row} (counted from 0) is ${labels[row]}, which is not a class of the training data (${classesText(classes)})`,
    )
  })
}

/** Classes for a message, at most the first twenty. */
export const classesText = (classes: readonly (number | string)[]): string =>
  classes.length > 20 ? `${classes.slice(0, 20).join(', ')}, …` : classes.join(', ')
