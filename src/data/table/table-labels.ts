import { UserError } from '../../tensor/errors.ts'
import type { KnownExamples } from '../examples.ts'
import { classLabelsOf } from '../labels.ts'
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
  const names = [...(label.dictionary ?? [])]
  if (names.every(isWhole)) {
    const labels = names.map(Number).sort((a, b) => a - b)
    return { labels, names: labels.map(String) }
  }
  names.sort()
  return { labels: names.map((_, i) => i), names }
}

/**
 * The label of each row; undefined for a table without a column of labels.
 *
 * @throws UserError for rows without a label, and for a text that is no class
 */
export function labelsOfTable(
  table: PackedTable,
  { labels, names }: Classes,
): Int32Array | undefined {
  const at = table.columns.findIndex(({ kind }) => kind === 'label')
  if (at < 0) return undefined
  const { name, dictionary = [], missing } = table.columns[at]!
  if (missing > 0)
    throw new UserError(
      `${table.name}: ${missing} rows have no label in column ${JSON.stringify(name)}; give them one, or remove them`,
    )
  const labelOf = dictionary.map((text) => {
    const index = names.indexOf(text)
    if (index >= 0) return labels[index]!
    throw new UserError(
      `${table.name}: ${JSON.stringify(text)} in column ${JSON.stringify(name)} is not a class of the training data (${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''})`,
    )
  })
  const own = new Int32Array(table.count)
  const width = table.columns.length
  for (const { start, count, values } of tableChunks(table))
    for (let i = 0; i < count; i++) own[start + i] = labelOf[values[i * width + at]!]!
  return own
}
