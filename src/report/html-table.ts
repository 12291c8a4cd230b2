import { escapeHtml } from './escape-html.ts'
import { type Column, type Table, withoutEmptyColumns } from './table.ts'

/**
 * A table for a page, in a region that scrolls where the page is too narrow. Explicit roles keep records a table for
 * screen readers where they are laid out as blocks.
 *
 * @param title names the region
 */
export function renderTable(given: Table, title: string): string {
  const table = withoutEmptyColumns(given)
  const { columns } = table
  const upper = columns.flatMap(({ under }, j) => (under === undefined ? [j] : []))
  const role = (name: string) => (table.records ? ` role="${name}"` : '')
  const lowerOf = (j: number) => columns.flatMap(({ under }, i) => (under === j ? [i] : []))
  const header = upper.map((j) => {
    const names = [j, ...lowerOf(j)]
      .map((i) => escapeHtml(columns[i]!.title))
      .filter((name) => name !== '')
    return `<th scope="col"${role('columnheader')}${classOf(columns[j]!)}>${stacked(names)}</th>`
  })
  const rows = table.rows.map((row) => {
    const cells = upper.map((j) => {
      const lines = [j, ...lowerOf(j)].map((i) => cellHtml(row[i]!)).filter((text) => text !== '')
      const content = grouped(stacked(lines), table.records)
      const column = columns[j]!
      if (j === upper[0] && upper.length > 1 && content !== '')
        return `<th scope="row"${role('rowheader')}${classOf(column)}>${content}</th>`
      const titled = table.records ? ` data-title="${escapeHtml(column.title)}"` : ''
      return `<td${role('cell')}${titled}${classOf(column)}>${content}</td>`
    })
    return `<tr${role('row')}>${cells.join('')}</tr>`
  })
  const footnotes = (table.footnotes ?? []).map((footnote) => `<li>${escapeHtml(footnote)}</li>`)
  return [
    `<div class="wide" role="group" aria-label="Table: ${escapeHtml(title)}" tabindex="0">`,
    `<table${role('table')}${table.records ? ' class="records"' : ''}>`,
    table.caption ? `<caption><span>${escapeHtml(table.caption)}</span></caption>` : '',
    `<thead${role('rowgroup')}><tr${role('row')}>${header.join('')}</tr></thead>`,
    `<tbody${role('rowgroup')}>\n${rows.join('\n')}\n</tbody></table></div>`,
    footnotes.length > 0 ? `<ol class="footnotes">${footnotes.join('')}</ol>` : '',
  ].join('\n')
}

/** A browser may break a line after the sign of an exponent, and within a date. A line break of a text stays one. */
const cellHtml = (text: string): string => text.split('\n').map(lineHtml).join('<br>')

const lineHtml = (text: string): string =>
  escapeHtml(text).replace(/\d[\d.,]*e[-+]\d+|\d{4}-\d\d-\d\d/g, '<span class="unbroken">$&</span>')

const classOf = ({ numeric }: Column): string => (numeric ? ' class="number"' : '')

/** Lines of a cell that may stand beside its title are one block. */
const grouped = (content: string, records = false): string =>
  records && /<(?:br|small)>/.test(content) ? `<div>${content}</div>` : content

/** The first line as it is, the others below it in smaller text. */
const stacked = ([first = '', ...rest]: readonly string[]): string =>
  first + rest.map((line) => `<small>${line}</small>`).join('')
