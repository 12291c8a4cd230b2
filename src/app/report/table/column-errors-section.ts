import { hasCategories } from '../../../data/table/model-cells.ts'
import { formatFigure } from '../../../evaluate/ledger/entry.ts'
import { type ColumnError, columnErrors } from '../../../evaluate/reconstruction/column-errors.ts'
import { counted, grouped, percent } from '../../../tensor/numbers.ts'
import type { Chapter } from '../chapter.ts'
import { kindsOf } from './form.ts'

/** How well each column is restored, beside what needs no model. */
export const columnReconstruction: Chapter = {
  what: 'columns restored',
  belongs: ({ run, data }) => kindsOf(data) !== undefined && run.model.restore !== undefined,
  async section({ run, data }) {
    const errors = (await columnErrors(run, data, 'test')).filter(({ count }) => count > 0)
    const better = errors.filter(({ error, baseline }) => error < baseline).length
    return {
      id: 'column-reconstruction',
      title: 'Reconstruction by column',
      caption: `How far the reconstruction of a test row is from the row, column by column: for categories the share of cells that come back as another category, for numbers the root mean squared error in the units of the file. Beside it what needs no model: the most frequent category of the training rows, or their mean. ${better} of ${counted(errors.length, 'column')} ${better === 1 ? 'is' : 'are'} restored better than that.${tailText(errors)}`,
      figures: [],
      table: {
        columns: [
          { title: 'column' },
          { title: 'error', numeric: true },
          { title: 'mean or mode', numeric: true },
          { title: 'less error', numeric: true },
          { title: 'unit' },
          { title: 'cells', numeric: true },
        ],
        rows: errors.map(({ column, count, error, baseline }) => [
          column.name,
          formatFigure(error),
          formatFigure(baseline),
          lessText(error, baseline),
          hasCategories(column)
            ? 'wrong, share of cells'
            : column.kind === 'datetime'
              ? 'days'
              : 'units of the column',
          grouped(count),
        ]),
      },
    }
  },
}

/** Why a column is much worse than its mean, where it is: by how far a few rows are off. */
function tailText(errors: readonly ColumnError[]): string {
  const far = errors.filter(
    ({ column, error, baseline }) =>
      (column.kind === 'count' || column.kind === 'positive') && error > 2 * baseline,
  )
  if (far.length === 0) return ''
  const names = far.map(({ column }) => column.name).join(', ')
  return ` An error that is many times that of the mean (${names}) comes from a few rows: such columns span several powers of ten, the mean of p(x|z) too, and large errors count squared.`
}

const lessText = (error: number, baseline: number): string => {
  if (baseline === 0) return error === 0 ? 'as good' : 'worse'
  return error < baseline ? percent(1 - error / baseline) : error === baseline ? 'as good' : 'worse'
}
