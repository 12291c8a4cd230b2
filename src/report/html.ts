import { Buffer } from 'node:buffer'
import { escapeHtml } from './escape-html.ts'
import { figureParts } from './figure-parts.ts'
import { renderTable } from './html-table.ts'
import { REPORT_STYLE } from './report-style.ts'
import type { Table } from './table.ts'
import { type KeyFigure, type Remark, renderKeyFigures, renderRemarks } from './verdict.ts'

/** A report as plain data. All text is plain text: it is escaped, never read as HTML. */
export interface ReportContent {
  readonly title: string
  readonly subtitle: string
  /** Comes first, before the links to the sections. */
  readonly summary?: Section
  readonly sections: readonly Section[]
}

export interface Section {
  /** Names the section in links; unique in the report. */
  readonly id: string
  readonly title: string
  /** A part of the section before it: with a smaller heading, and without a link at the top. */
  readonly minor?: boolean
  /** Above the figures; each line is a paragraph. */
  readonly caption?: string
  /** Below the caption. */
  readonly remarks?: readonly Remark[]
  readonly keyFigures?: readonly KeyFigure[]
  readonly figures: readonly Figure[]
  /** Whether figures are small, so that several stand beside each other. */
  readonly compact?: boolean
  readonly table?: Table
  /** Text that is shown line by line, such as a configuration in JSON. */
  readonly preformatted?: string
}

interface FigureText {
  /** Stem of the file that the figure is also written to; unique in the report. */
  readonly name: string
  /** What the figure shows, for screen readers. */
  readonly alt: string
  readonly caption: string
  /** Width in CSS pixels. Default: the figure's own. Never wider than the page. */
  readonly width?: number
}

export type Figure =
  | (FigureText & { readonly kind: 'png'; readonly bytes: Uint8Array })
  | (FigureText & { readonly kind: 'svg'; readonly svg: string })

/**
 * The report as one HTML file without scripts or network requests: PNG figures are data URIs; SVG figures are
 * part of the page and take its text colour, so that they are legible on light and dark backgrounds. A content
 * security policy in the file forbids everything else.
 *
 * @throws Error if two sections or two figures have the same name, or an SVG figure is not SVG
 */
export function renderReport(report: ReportContent): string {
  unique(
    'section',
    [...(report.summary ? [report.summary] : []), ...report.sections].map(({ id }) => id),
  )
  unique(
    'figure',
    report.sections.flatMap((section) => section.figures.map((figure) => figure.name)),
  )
  const links = report.sections
    .filter(({ minor }) => !minor)
    .map(
      (section) => `<li><a href="#${escapeHtml(section.id)}">${escapeHtml(section.title)}</a></li>`,
    )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(report.title)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<header>
<h1>${escapeHtml(report.title)}</h1>
<p class="subtitle">${escapeHtml(report.subtitle)}</p>
</header>
<main>
${report.summary ? renderSection(report.summary) : ''}
<nav aria-label="Contents"><ol>
${links.join('\n')}
</ol></nav>
${report.sections.map(renderSection).join('\n')}
</main>
</body>
</html>
`
}

function renderSection(section: Section): string {
  const heading = section.minor ? 'h3' : 'h2'
  const parts = [
    `<${heading}>${escapeHtml(section.title)}</${heading}>`,
    ...(section.caption ?? '')
      .split('\n')
      .map((paragraph) => paragraph && `<p>${escapeHtml(paragraph)}</p>`),
    section.remarks && renderRemarks(section.remarks),
    section.keyFigures && renderKeyFigures(section.keyFigures),
    section.figures.length > 0 &&
      `<div class="figures${section.compact ? ' compact' : ''}">\n${section.figures.map(renderFigure).join('\n')}\n</div>`,
    section.table && renderTable(section.table, section.title),
    section.preformatted && `<pre tabindex="0">${escapeHtml(section.preformatted)}</pre>`,
  ]
  return `<section id="${escapeHtml(section.id)}">\n${parts.filter(Boolean).join('\n')}\n</section>`
}

function renderFigure(figure: Figure): string {
  const content = figure.kind === 'png' ? renderPng(figure) : renderSvg(figure)
  const caption = figure.caption ? `<figcaption>${escapeHtml(figure.caption)}</figcaption>` : ''
  return `<figure id="figure-${escapeHtml(figure.name)}">${content}${caption}</figure>`
}

function renderPng(figure: Figure & { kind: 'png' }): string {
  const { width, height } = pngSize(figure.bytes)
  const shownWidth = figure.width ?? width
  const shownHeight = Math.round((height * shownWidth) / width)
  const uri = `data:image/png;base64,${Buffer.from(figure.bytes).toString('base64')}`
  const size = `width="${shownWidth}" height="${shownHeight}"`
  return `<img src="${uri}" alt="${escapeHtml(figure.alt)}" ${size}>`
}

/** Width and height are in the IHDR chunk, the first of every PNG file. */
function pngSize(bytes: Uint8Array): { width: number; height: number } {
  if (bytes.length < 24) throw new Error(`renderReport: ${bytes.length} bytes are not a PNG file`)
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { width: header.getUint32(16), height: header.getUint32(20) }
}

/** A figure whose parts are known is stacked on a narrow page, with its title and legend as text. */
function renderSvg(figure: Figure & { kind: 'svg' }): string {
  const parts = figureParts(figure.svg)
  if (!parts) return renderWholeSvg(figure)
  const { title, note, plots, key } = parts
  const plotsOf = plots.map(({ name, view, width, height, drawing }) => {
    const size = `viewBox="${view}" width="${width}" height="${height}"`
    const large = width > LARGE ? ' class="large"' : ''
    const label = escapeHtml(name || figure.alt)
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size}${large} role="img" aria-label="${label}" fill="currentColor" font-family="inherit" font-size="12">${scopeIds(drawing, `${figure.name}-`)}</svg>`
  })
  const entries = key.map(
    ({ mark, name }) =>
      `<li><svg ${MARK_SIZES[mark.includes('<circle') ? 'dot' : 'line']} aria-hidden="true">${mark}</svg>${escapeHtml(name)}</li>`,
  )
  return [
    `<div class="plot" role="group" aria-label="${escapeHtml(figure.alt)}">`,
    title && `<p class="plot-title"><b>${escapeHtml(title)}</b> ${escapeHtml(note)}</p>`,
    `<div class="panels">${plotsOf.join('\n')}</div>`,
    entries.length > 0 && `<ul class="key">${entries.join('')}</ul>`,
    '</div>',
  ]
    .filter(Boolean)
    .join('\n')
}

/** Sizes of the marks of a legend, around its lines and dots. */
const MARK_SIZES = {
  line: 'viewBox="-1 -7 28 14" width="28" height="14"',
  dot: 'viewBox="-1 -7 14 14" width="14" height="14"',
}

/** A plot wider than this shrinks on a narrow page, so that its text must be larger. */
const LARGE = 400

/**
 * The figure keeps its own width on a wide page and shrinks to three quarters of it; on a narrower page
 * it scrolls sideways, since smaller text would be illegible.
 */
function renderWholeSvg(figure: Figure & { kind: 'svg' }): string {
  const opening = /^\s*<svg\b[^>]*>/.exec(figure.svg)?.[0]
  const own = Number(/\bwidth="([\d.]+)"/.exec(opening ?? '')?.[1])
  if (!opening || !(own > 0)) {
    throw new Error(`renderReport: figure "${figure.name}" is not an <svg> with a width in pixels`)
  }
  const width = figure.width ?? own
  const style = `width:${width}px;min-width:${Math.round(width * 0.75)}px`
  const svg = scopeIds(figure.svg.trim(), `${figure.name}-`).replace(
    /^<svg\b/,
    `<svg style="${style}"`,
  )
  return `<div class="wide" role="group" aria-label="${escapeHtml(figure.alt)}" tabindex="0">${svg}</div>`
}

/** Prefixes the ids of an SVG and the references to them, since all figures of a page share one namespace. */
function scopeIds(svg: string, prefix: string): string {
  const scope = escapeHtml(prefix)
  return svg
    .replace(/(\sid=")([^"]*")/g, `$1${scope}$2`)
    .replace(/(\s(?:xlink:)?href="#)/g, `$1${scope}`)
    .replace(/(url\(#)/g, `$1${scope}`)
    .replace(/(\saria-(?:labelledby|describedby)=")([^"]*)"/g, (_, start: string, ids: string) => {
      return `${start}${ids.replace(/\S+/g, (id) => scope + id)}"`
    })
}

function unique(what: string, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new Error(`renderReport: two ${what}s are named "${twice}"`)
}
