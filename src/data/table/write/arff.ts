import type { ArffOriginal, ColumnType } from '../original.ts'
import type { Cell, RecordSource } from '../records.ts'
import { textOfCell } from './cell-texts.ts'
import { editedBatches, type TableEdit } from './edit.ts'

const types: Readonly<Record<ColumnType, string>> = {
  number: 'numeric',
  float32: 'numeric',
  integer: 'integer',
  boolean: '{false, true}',
  date: 'date',
  text: 'string',
}

/** An ARFF file with other columns, some rows at a time: its values go out as they stand in it. */
export async function* arffParts(
  source: RecordSource,
  { header, lineEnd }: ArffOriginal,
  edit: TableEdit,
): AsyncGenerator<string> {
  const added = (edit.added ?? []).map(
    ({ name, type }) => `@attribute ${valueText(name)} ${types[type]}`,
  )
  yield [...header, ...added, '@data', ''].join(lineEnd)
  for await (const { batch, replaced, added } of editedBatches(source, edit)) {
    const lines: string[] = []
    for (let row = 0; row < batch.count; row++) {
      const own = batch.raw!(row).map((raw, j) => {
        const edited = replaced.get(j)?.[row]
        return edited === undefined ? raw : valueText(edited)
      })
      lines.push([...own, ...added.map((column) => valueText(column[row]))].join(',') + lineEnd)
    }
    yield lines.join('')
  }
}

/** A value as ARFF writes it: `?` for a missing one, texts in quotes where they would be read otherwise. */
function valueText(cell: Cell): string {
  const text = textOfCell(cell, { decimal: 'point' })
  if (text === '' && typeof cell !== 'string') return '?'
  return /^[\w.+-]+$/.test(text) ? text : `'${text.replace(/['\\]/g, '\\$&')}'`
}
