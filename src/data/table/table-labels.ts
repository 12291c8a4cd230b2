import { shortened } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { counted, grouped } from '../../tensor/numbers.ts'
import type { KnownExamples } from '../examples.ts'
import { classesText, classLabelsOf } from '../labels.ts'
import type { RowLabels } from '../normal.ts'
import type { PackedTable } from './packed.ts'
import { tableChunks } from './table-chunks.ts'

/** Classes of a label column: the labels that networks and users see, ascending, and the text of each. */
export interface Classes {
  readonly labels: readonly number[]
  readonly names: readonly string[]
}

/** Classes that a run has recorded. */
export const recordedClasses = (known: KnownExamples): Classes => {
  const labels = classLabelsOf(known)
  return { labels, names: known.classNames ?? labels.map(String) }
}

const isWhole = (text: string): boolean => /^-?\d{1,9}$/.test(text)

/** The classes of a table's column of labels: whole numbers are labels themselves, other texts are numbered. */
export function classesOfTable(table: PackedTable): Classes | undefined {
  const label = table.columns.find(({ kind }) => kind === 'label')
  if (!label) return undefined
  return classesNamed(label.dictionary ?? [])
}

/** The classes that labels stand for. */
export function classesNamed(texts: readonly string[]): Classes {
  if (texts.every(isWhole)) {
    const labels = texts.map(Number).sort((a, b) => a - b)
    return { labels, names: labels.map(String) }
  }
  const names = [...texts].sort()
  return { labels: names.map((_, i) => i), names }
}

/** The labels in a table's column of labels, some of which may be missing; undefined for a table without one. */
export function columnLabels(table: PackedTable): RowLabels | undefined {
  const at = table.columns.findIndex(({ kind }) => kind === 'label')
  if (at < 0) return undefined
  const { name, dictionary = [] } = table.columns[at]!
  const codes = new Int32Array(table.count)
  const width = table.columns.length
  for (const { start, count, values } of tableChunks(table))
    for (let i = 0; i < count; i++) {
      const code = values[i * width + at]!
      codes[start + i] = Number.isNaN(code) ? -1 : code
    }
  return { of: table.name, holds: `column ${JSON.stringify(name)} holds`, texts: dictionary, codes }
}

/**
 * The label of each row; undefined for a table without a column of labels.
 *
 * @throws UserError that names the first row without a label, or with a text that is no class
 */
export function labelsOfTable(
  table: PackedTable,
  { labels, names }: Classes,
): Int32Array | undefined {
  const at = table.columns.findIndex(({ kind }) => kind === 'label')
  if (at < 0) return undefined
  const { name, dictionary = [], missing } = table.columns[at]!
  const classOf = dictionary.map((text) => labels[names.indexOf(text)])
  const own = new Int32Array(table.count)
  const width = table.columns.length
  for (const { start, count, values } of tableChunks(table))
    for (let i = 0; i < count; i++) {
      const code = values[i * width + at]!
      const label = classOf[code]
      if (label === undefined) {
        const why = Number.isNaN(code)
          ? unlabelled(missing)
          : `${JSON.stringify(shortened(dictionary[code]!))} is not a class of the training data (${classesText(names)})`
        throw new UserError(
          `${table.name}: row ${grouped(start + i + 1)}, column ${JSON.stringify(name)}: ${why}`,
        )
      }
      own[start + i] = label
    }
  return own
}

const unlabelled = (rows: number): string =>
  rows === 1
    ? 'has no label; give it one, or remove the row'
    : `has no label, like ${counted(rows - 1, 'other row')}; give them one, or remove them`
