import { language } from '../../text/text.ts'
import { dateText } from '../parts/date-text.ts'
import { model } from '../state.ts'
import { digitsOf } from './number-range.ts'

/** How the numbers of a scale are written: those of a column of dates as dates. */
export function scaleText(
  { low, high }: { readonly low: number; readonly high: number },
  column?: string,
): (value: number) => string {
  const precision = column === undefined ? undefined : model.value?.dates?.[column]
  if (precision) return (value) => dateText(value, precision)
  const format = new Intl.NumberFormat(language.value, {
    maximumFractionDigits: digitsOf(low, high),
  })
  return (value) => format.format(value)
}
