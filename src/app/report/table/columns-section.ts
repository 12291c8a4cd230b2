import { cellText } from '../../../data/table/cell-text.ts'
import type { TableForm } from '../../../data/table/form.ts'
import { cellOf, hasCategories } from '../../../data/table/model-cells.ts'
import { treatmentOf } from '../../../data/table/treatment.ts'
import type { TableColumn } from '../../../distributions/columns/column.ts'
import { shortened } from '../../../tensor/described.ts'
import { counted, percent } from '../../../tensor/numbers.ts'
import type { Chapter } from '../chapter.ts'
import { cellsAt, cellsOf, kindsOf, someRows } from './form.ts'

/** What every column of the table is, and what became of it. */
export const columns: Chapter = {
  what: 'columns',
  belongs: ({ data }) => kindsOf(data) !== undefined,
  async section({ data }) {
    const table = kindsOf(data)!
    const cells = cellsAt(data, 'train', someRows(data, 'train'))
    const left = leftOut(table)
    return {
      id: 'columns',
      title: 'Columns',
      caption: `The ${counted(table.columns.length, 'column')} that the model is trained on, fitted on the training rows alone. ${left.length > 0 ? `Not trained on: ${left.join('; ')}.` : 'No column of the file was left out.'}`,
      figures: [],
      table: {
        records: true,
        columns: [
          { title: 'column' },
          { title: 'kind' },
          { title: 'likelihood and preparation' },
          { title: 'missing', numeric: true },
          { title: 'range or categories' },
        ],
        rows: table.columns.map((column, i) => [
          column.name,
          column.kind,
          treatmentOf(schemaOf(table, column)),
          missingText(cellsOf(cells, i)),
          rangeText(column),
        ]),
      },
    }
  },
}

const missingText = (cells: readonly number[]): string => {
  const missing = cells.filter(Number.isNaN).length
  return missing === 0 ? 'none' : percent(missing / cells.length)
}

const schemaOf = ({ schema }: TableForm, { name, kind, distribution }: TableColumn) => ({
  ...schema.columns.find((column) => column.name === name),
  name,
  kind,
  distribution,
})

function rangeText(column: TableColumn): string {
  const { categories = [], range } = column
  if (hasCategories(column)) {
    const shown = categories.slice(0, 3).map((category) => shortened(category, 24))
    const more = categories.length > 3 ? ', …' : ''
    return `${categories.length}: ${shown.join(', ')}${more}`
  }
  if (!range) return ''
  return range.map((value) => cellText(column, cellOf(column, value))).join(' to ')
}

/** Columns of the file that are not trained on, and why. */
const leftOut = ({ schema, columns: trained }: TableForm): string[] =>
  schema.columns
    .filter(({ name }) => !trained.some((column) => column.name === name))
    .map(
      ({ name, kind }) =>
        `${JSON.stringify(name)}, ${REASONS[kind] ?? 'the same in every training row'}`,
    )

const REASONS: Readonly<Partial<Record<string, string>>> = {
  ignore: 'which the schema leaves out',
  text: 'which names rows and is kept as key',
  label: 'which holds the labels',
}
