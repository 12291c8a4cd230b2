import type { Cell } from './records.ts'
import { type DateOrder, dateOrders } from './schema.ts'

const DAY = 86_400_000

/** The date of a number of days since 1970, to the millisecond. */
export const dateOfDays = (days: number): Date => new Date(Math.round(days * DAY))

const TIME = String.raw`(?:[T ,]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*([ap]m)?\s*(Z|UTC|GMT|[+-]\d{2}:?(?:\d{2})?)?)?$`
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2}))?${TIME}`, 'i')
const YEAR_LAST = new RegExp(String.raw`^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})${TIME}`, 'i')
const NAMED_MONTH = new RegExp(
  String.raw`^(?:(\d{1,2})[ -]([a-z]{3,9})\.?|([a-z]{3,9})\.? (\d{1,2}))(?:, ?|[ -])(\d{4})${TIME}`,
  'i',
)

const months =
  'january february march april may june july august september october november december'.split(' ')

/** Parts of a date as they stand in a text. */
interface DateParts {
  readonly year: number
  /** Both as written where their order is open. */
  readonly month: number
  readonly day: number
  readonly isOrderOpen: boolean
  readonly time: readonly (string | undefined)[]
}

function partsOf(text: string): DateParts | undefined {
  const yearFirst = YEAR_FIRST.exec(text)
  if (yearFirst) {
    const [, year, separator, month, day, ...time] = yearFirst
    if (day === undefined && separator === '.') return undefined
    return { year: +year!, month: +month!, day: +(day ?? 1), isOrderOpen: false, time }
  }
  const yearLast = YEAR_LAST.exec(text)
  if (yearLast) {
    const [, day, separator, month, year, ...time] = yearLast
    return { year: +year!, month: +month!, day: +day!, isOrderOpen: separator !== '.', time }
  }
  const named = NAMED_MONTH.exec(text)
  if (!named) return undefined
  const [, before, first, second, after, year, ...time] = named
  const name = (first ?? second)!.toLowerCase()
  const month = 1 + months.findIndex((one) => one === name || one.slice(0, 3) === name)
  return { year: +year!, month, day: +(before ?? after)!, isOrderOpen: false, time }
}

/**
 * Days since 1970 of a date or a timestamp, to the millisecond: UTC where the text states no zone.
 *
 * @param order of day and month in `3/4/2024`
 * @returns undefined for anything else, and for such a text without an order
 */
export function daysOf(cell: Cell, order?: DateOrder): number | undefined {
  if (cell instanceof Date) {
    const time = cell.getTime()
    return Number.isNaN(time) ? undefined : time / DAY + 0
  }
  if (typeof cell !== 'string') return undefined
  const parts = partsOf(cell.trim())
  if (!parts || (parts.isOrderOpen && order === undefined)) return undefined
  const swapped = parts.isOrderOpen && order === 'month-first'
  const [month, day] = swapped ? [parts.day, parts.month] : [parts.month, parts.day]
  const start = new Date(0).setUTCFullYear(parts.year, month - 1, day)
  if (new Date(start).getUTCMonth() !== month - 1 || day < 1) return undefined
  const time = millisecondsOf(parts.time)
  return time === undefined ? undefined : (start + time) / DAY + 0
}

/** Milliseconds of a time of day, less its offset from UTC; undefined if there is no such time. */
function millisecondsOf([hour, minute, second, fraction, half, zone]: DateParts['time']):
  | number
  | undefined {
  if (hour === undefined) return 0
  if (half && (+hour < 1 || +hour > 12)) return undefined
  const hours = half ? (+hour % 12) + (/p/i.test(half) ? 12 : 0) : +hour
  if (hours > 23 || +minute! > 59 || +(second ?? 0) > 59) return undefined
  const milliseconds = Number((fraction ?? '').slice(0, 3).padEnd(3, '0'))
  const [, sign, zoneHours, zoneMinutes] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? '') ?? []
  const offset =
    sign === undefined ? 0 : Number(`${sign}1`) * (+zoneHours! * 60 + +(zoneMinutes ?? 0))
  return ((hours * 60 + +minute! - offset) * 60 + +(second ?? 0)) * 1000 + milliseconds
}

/**
 * What a text says about the order of day and month: `open` is a date that can be read in both ways, `fixed` one
 * that needs no order; undefined if it is no date.
 */
export function orderIn(cell: Cell): DateOrder | 'open' | 'fixed' | undefined {
  if (cell instanceof Date) return 'fixed'
  if (typeof cell !== 'string') return undefined
  const parts = partsOf(cell.trim())
  if (!parts) return undefined
  if (!parts.isOrderOpen) return daysOf(cell) === undefined ? undefined : 'fixed'
  const possible = dateOrders.filter((order) => daysOf(cell, order) !== undefined)
  return possible.length === 2 ? 'open' : possible[0]
}
