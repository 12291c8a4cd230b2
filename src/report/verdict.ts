import { escapeHtml } from './escape-html.ts'

/** A figure that is set large, with a sentence on what it means. */
export interface KeyFigure {
  readonly title: string
  readonly value: string
  readonly unit: string
  readonly meaning: string
}

/** A sentence or two under a name. */
export interface Remark {
  readonly name: string
  readonly text: string
  /** A command or flags to try, shown at the end. */
  readonly code?: string
}

export function renderRemarks(remarks: readonly Remark[]): string {
  const items = remarks.map(({ name, text, code }) => {
    const typed = code ? ` Try <code>${escapeHtml(code)}</code>.` : ''
    return `<li><strong>${escapeHtml(name)}</strong> ${escapeHtml(text)}${typed}</li>`
  })
  return items.length > 0 ? `<ul class="remarks">${items.join('')}</ul>` : ''
}

export function renderKeyFigures(figures: readonly KeyFigure[]): string {
  const items = figures.map(
    ({ title, value, unit, meaning }) =>
      `<div><dt>${escapeHtml(title)}</dt><dd><b>${escapeHtml(value)}</b> <span>${escapeHtml(unit)}</span></dd><dd>${escapeHtml(meaning)}</dd></div>`,
  )
  return items.length > 0 ? `<dl class="key-figures">${items.join('')}</dl>` : ''
}
