import { dateOf } from '../../days.ts'
import type { DatePrecision } from '../../protocol/api.ts'
import { text } from '../../text/text.ts'

/** The date of so many days since 1970, in UTC: `2024-03-01`, or `2024-03-01 12:30`. */
export function dateText(days: number, precision: DatePrecision): string {
  const date = dateOf(days)
  if (Number.isNaN(date.getTime())) return text.value.explore.missing
  const [day, time] = date.toISOString().split('T') as [string, string]
  return precision === 'day' ? day : `${day} ${time.slice(0, 5)}`
}
