import { shown, text } from '../../text/text.ts'
import { dateText } from '../parts/date-text.ts'
import { model } from '../state.ts'

/** A value of a table as it is read: as many digits as tell it from its neighbours. */
export function cellText(value: number | string | null | undefined): string {
  if (value === null || value === undefined) return text.value.explore.missing
  if (typeof value === 'string') return value
  if (Number.isInteger(value)) return shown.value.whole(value)
  const size = Math.abs(value)
  return size >= 100
    ? shown.value.one(value)
    : size >= 1
      ? shown.value.two(value)
      : shown.value.three(value)
}

/** The same in a column of the model, whose numbers may stand for dates. */
export function columnText(column: string, value: number | string | null | undefined): string {
  const precision = model.value?.dates?.[column]
  return precision && typeof value === 'number' ? dateText(value, precision) : cellText(value)
}
