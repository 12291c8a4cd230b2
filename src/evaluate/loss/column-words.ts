import type { ColumnDistribution, TableColumn } from '../../distributions/columns/column.ts'

/** Distributions whose log is that of a density, and not of a probability. */
const DENSITIES: readonly ColumnDistribution[] = ['gaussian', 'student-t', 'log-normal']

/** What the likelihood of a table's row is: the product of those of its columns. */
export function columnWords(columns: readonly TableColumn[]): {
  readonly label: string
  readonly kind: 'mass' | 'density'
  readonly remark: string
} {
  const names = [...new Set(columns.map(({ distribution }) => distribution))]
  const counts = names.map(
    (name) => `${columns.filter(({ distribution }) => distribution === name).length} ${name}`,
  )
  const isDensity = columns.some(({ distribution }) => DENSITIES.includes(distribution))
  const units = isDensity
    ? "a density in the file's own units for numbers that are not whole, a probability for others"
    : 'a probability'
  const gaps = columns.some((column) => column.gaps) ? '; missing values are not counted' : ''
  return {
    label: `columns (${counts.join(', ')})`,
    kind: isDensity ? 'density' : 'mass',
    remark: `product over the columns: ${units}${gaps}`,
  }
}
