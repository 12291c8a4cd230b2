import { dateText, numberIn } from '../cells.ts'
import type { Cell } from '../records.ts'

/** How cells are written as text. */
export interface TextForm {
  readonly decimal: 'point' | 'comma'
  /** Whether texts that a spreadsheet would run as a formula get an apostrophe in front. */
  readonly spreadsheet: boolean
}

/**
 * A cell as text, without quotes: numbers with the fewest digits that read back as the same float64, dates as
 * `2024-03-01` or with their time, nothing for a missing value.
 */
export function textOfCell(cell: Cell, { decimal }: Pick<TextForm, 'decimal'>): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell === 'string') return cell
  if (typeof cell === 'number') return numberText(cell, decimal)
  return cell instanceof Date ? dateText(cell) : String(cell)
}

function numberText(value: number, decimal: TextForm['decimal']): string {
  if (Number.isNaN(value)) return ''
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  const text = Object.is(value, -0) ? '-0' : String(value)
  return decimal === 'comma' ? text.replace('.', ',') : text
}

/**
 * A text that a spreadsheet shows and does not run: one that begins with = + - @, a tab, a carriage return or a line feed
 * gets an apostrophe in front, unless it is a number. A lone minus sign, which often stands for a missing value, is
 * left alone.
 *
 * Source: OWASP, CSV Injection.
 */
export function inert(text: string, { decimal, spreadsheet }: TextForm): string {
  if (!spreadsheet || !/^[=+\-@\t\r\n]/.test(text) || /^-+$/.test(text)) return text
  const number = numberIn(decimal === 'comma' ? pointed(text) : text)
  return number !== undefined && Number.isFinite(number) ? text : `'${text}`
}

/** `-1.234,5` as `-1234.5`. */
const pointed = (text: string): string => text.replaceAll('.', '').replace(',', '.')
