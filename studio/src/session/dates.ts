import type { DatePrecision, ModelSummary } from '../protocol/api.ts'

interface Column {
  readonly name: string
  readonly kind: string
  readonly range?: readonly number[] | undefined
}

/** Which columns hold dates, and whether times of the day differ in them, too. */
export const datesOf = (columns: readonly Column[]): NonNullable<ModelSummary['dates']> =>
  Object.fromEntries(
    columns
      .filter(({ kind }) => kind === 'datetime')
      .map(({ name, range }): [string, DatePrecision] => [
        name,
        range?.every(Number.isInteger) ? 'day' : 'minute',
      ]),
  )
