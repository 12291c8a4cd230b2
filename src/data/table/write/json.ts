import { dateText } from '../cells.ts'
import type { ColumnType } from '../original.ts'
import type { Cell, RecordSource } from '../records.ts'
import { typesOf, valueAs } from './column-types.ts'
import { type EditedBatch, editedBatches, type TableEdit } from './edit.ts'
import { type Member, membersOf } from './json-members.ts'

/**
 * A table as JSON lines, some rows at a time. Of JSON lines, each line goes out as it stands in the file, with new keys
 * at the end and new values in place of the old ones. Texts of CSV become numbers where a column holds only numbers.
 *
 * @param asList whether the lines are the items of one JSON list
 */
export async function* jsonParts(
  source: RecordSource,
  edit: TableEdit,
  asList = false,
): AsyncGenerator<string> {
  const { original, columns } = source
  const isRaw = original?.format === 'json lines'
  const types = isRaw || source.format === 'json lines' ? undefined : await typesOf(source)
  const lineEnd = original && 'lineEnd' in original ? original.lineEnd : '\n'
  if (asList) yield `[${lineEnd}`
  let isFirst = true
  for await (const edited of editedBatches(source, edit)) {
    const names = (edit.added ?? []).map(({ name }) => name)
    const lines: string[] = []
    for (let row = 0; row < edited.batch.count; row++)
      lines.push(
        isRaw
          ? changedLine(edited.batch.raw!(row)[0]!, row, edited, columns, names)
          : newLine(row, edited, columns, names, types),
      )
    const text = lines.join(asList ? `,${lineEnd}` : lineEnd)
    if (asList) yield isFirst ? text : `,${lineEnd}${text}`
    else yield text + lineEnd
    isFirst = false
  }
  if (asList) yield `${lineEnd}]${lineEnd}`
}

/** A value as JSON; dates are texts, and what JSON has no word for is null. */
export function jsonValue(cell: Cell): string {
  if (cell === undefined) return 'null'
  if (typeof cell === 'bigint') return String(cell)
  return JSON.stringify(cell instanceof Date ? dateText(cell) : cell)
}

const member = (name: string, cell: Cell): string => `${JSON.stringify(name)}: ${jsonValue(cell)}`

function newLine(
  row: number,
  { batch, replaced, added }: EditedBatch,
  columns: readonly string[],
  names: readonly string[],
  types: readonly ColumnType[] | undefined,
): string {
  const own = columns.flatMap((name, j) => {
    const cell = replaced.get(j)?.[row]
    const value = cell === undefined ? batch.columns[j]![row] : cell
    // A key that a row lacks is not added.
    if (value === undefined) return []
    return [member(name, types ? valueAs(types[j]!, value) : value)]
  })
  return `{${[...own, ...names.map((name, j) => member(name, added[j]![row]))].join(', ')}}`
}

/** A line of the file with other values, and with more keys. */
function changedLine(
  line: string,
  row: number,
  { replaced, added }: EditedBatch,
  columns: readonly string[],
  names: readonly string[],
): string {
  const members = membersOf(line)
  const changes = new Map<string, Cell>()
  for (const [j, cells] of replaced) {
    const cell = cells[row]
    if (cell !== undefined) changes.set(columns[j]!, cell)
  }
  const more = names.map((name, j) => member(name, added[j]![row]))
  for (const [name, cell] of changes)
    if (!members.some(({ key }) => key === name)) more.unshift(member(name, cell))
  const whole = replacedIn(line, members, changes)
  if (more.length === 0) return whole
  const end = whole.lastIndexOf('}')
  const body = whole.slice(0, end).trimEnd()
  return `${body}${members.length > 0 ? ', ' : ''}${more.join(', ')}${whole.slice(end)}`
}

function replacedIn(
  line: string,
  members: readonly Member[],
  changes: ReadonlyMap<string, Cell>,
): string {
  let text = ''
  let at = 0
  for (const { key, start, end } of members) {
    if (!changes.has(key)) continue
    text += line.slice(at, start) + jsonValue(changes.get(key))
    at = end
  }
  return text + line.slice(at)
}
