import { shortened } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { classesText } from '../labels.ts'
import { byBytes, nameText } from './names.ts'

/** Labels as whole numbers, and what each number from 0 stands for where labels are names. */
export interface NamedLabels {
  readonly labels?: Int32Array | undefined
  /** Absent where the labels are numbers themselves. */
  readonly classNames?: readonly string[] | undefined
}

/**
 * Labels of text as numbers: digits are the number itself, and of names that with place k in byte order is k.
 *
 * @param known the names of a model's classes, which the labels are looked up in
 * @param name of what is labelled, for messages
 * @throws UserError for a name that is not known, and two texts of one number
 */
export function namedLabels(
  texts: readonly string[] | undefined,
  name: string,
  known?: readonly string[],
): NamedLabels {
  if (!texts) return {}
  const distinct = [...new Set(texts)].sort(byBytes)
  if (known) return { labels: lookedUp(texts, known, name), classNames: known }
  if (distinct.every((text) => /^\d{1,9}$/.test(text))) {
    const twice = distinct.find(
      (text) => text !== String(Number(text)) && distinct.includes(String(Number(text))),
    )
    if (twice !== undefined)
      throw new UserError(
        `${name}: the labels ${twice} and ${Number(twice)} are the same number; expected one name for each class`,
      )
    return { labels: Int32Array.from(texts, Number) }
  }
  return { labels: lookedUp(texts, distinct, name), classNames: distinct }
}

function lookedUp(texts: readonly string[], names: readonly string[], name: string): Int32Array {
  const indices = new Map(names.map((text, index) => [text, index]))
  return Int32Array.from(texts, (text) => {
    const index = indices.get(text)
    if (index !== undefined) return index
    throw new UserError(
      `${name}: the label ${shortened(nameText(text))} is not a class of the training data (${classesText(names.map(nameText))})`,
    )
  })
}
