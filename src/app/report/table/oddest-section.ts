import { cellText } from '../../../data/table/cell-text.ts'
import { hasCategories } from '../../../data/table/model-cells.ts'
import type { TableColumn } from '../../../distributions/columns/column.ts'
import { isTrainedByLikelihood } from '../../../evaluate/generation/sample-kind.ts'
import { columnSurprise, oddestRows } from '../../../explore/column-likelihood.ts'
import { counted } from '../../../tensor/numbers.ts'
import { hasCode } from '../../../train/capabilities.ts'
import type { Chapter } from '../chapter.ts'
import { testLabels } from '../source.ts'
import { cellsAt, kindsOf, rowNames, someRows } from './form.ts'

/** Rows that are shown, and columns of each that are named as the reason. */
const [ROWS, REASONS] = [10, 3]

/** The test rows that are least likely under the model, with what makes them so. */
export const oddest: Chapter = {
  what: 'oddest rows',
  belongs: ({ run, data }) =>
    kindsOf(data) !== undefined && hasCode(run.model) && isTrainedByLikelihood(run.model),
  async section({ run, data }) {
    const { columns } = kindsOf(data)!
    const width = columns.length
    const indices = someRows(data, 'test')
    const x = cellsAt(data, 'test', indices)
    const surprise = (await columnSurprise(run, x, testLabels(data, indices)))!
    const known = (at: number) => isKnown(columns[at % width]!, x.data[at]!)
    const found = oddestRows(surprise, known, { rows: ROWS, columns: REASONS })
    const names = rowNames(
      data,
      found.map(({ row }) => indices[row]!),
    )
    const valueAt = (row: number, column: number) =>
      `${columns[column]!.name}: ${cellText(columns[column]!, x.data[row * width + column]!)}`
    return {
      id: 'oddest',
      title: 'The rows it finds oddest',
      caption: `The ${counted(found.length, 'row')} of ${counted(indices.length, 'test row')} with the highest −log p(x|z), given the mean code of each. Beside each the values that make it so: their −log p above the mean of that column over the test rows, in nats. Such a row may be an error in the data, or a rare case that is right. A missing value counts nothing. Rows are counted from 1, without the header.`,
      figures: [],
      table: {
        records: true,
        columns: [
          { title: 'row' },
          { title: '−log p, nats', numeric: true },
          { title: 'what is odd' },
          { title: 'all other values' },
        ],
        rows: found.map(({ row, total, columns: odd }, i) => {
          const named = new Set(odd.map(({ column }) => column))
          const rest = columns.flatMap((_, column) => (named.has(column) ? [] : [column]))
          return [
            names[i]!,
            total.toFixed(1),
            odd
              .map(({ column, excess }) => `${valueAt(row, column)} (+${excess.toFixed(1)})`)
              .join('; '),
            rest.map((column) => valueAt(row, column)).join('; '),
          ]
        }),
      },
    }
  },
}

/** Whether the likelihood counts a cell. */
const isKnown = (column: TableColumn, cell: number): boolean =>
  !Number.isNaN(cell) && !(hasCategories(column) && cell >= (column.categories?.length ?? 0))
