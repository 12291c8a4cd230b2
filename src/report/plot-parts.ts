import { type Part, svgElement } from './svg.ts'

/** Parts that plots of a few named lines share: frame, strokes, ticks, heading and legend. */

/** How a line is drawn, here and in the legend. */
export interface Stroke {
  readonly colour: string
  /** Lengths of dashes and gaps; `none` for a line without gaps. */
  readonly dash: string
}

/** Colours with a contrast of 3 and more to white and to near-black paper. */
const STROKES: readonly Stroke[] = [
  { colour: '#2f7fd0', dash: 'none' },
  { colour: '#d0661a', dash: '5,3' },
  { colour: '#3a8f5c', dash: '2,3' },
  { colour: '#a05fd0', dash: '9,3,2,3' },
  { colour: '#c9507f', dash: '12,4' },
  { colour: '#8a7a1f', dash: '5,2,1,2,1,2' },
]

/** The stroke of a line by its index: six lines differ in colour and in dash, 36 lines in one of them. */
export function strokeOf(index: number): Stroke {
  const count = STROKES.length
  const { colour } = STROKES[index % count]!
  const { dash } = STROKES[(index + Math.floor(index / count)) % count]!
  return { colour, dash }
}

export const WIDTH = 560
export const HEIGHT = 328
/** Width of a digit where a page enlarges the text of a plot on a narrow screen. */
export const LARGE_LETTER = 9.7

/** Height of a row of the legend. */
const LEGEND_ROW = 13
export const MARGIN = { left: 58, right: 16, top: 76, bottom: 48 }

/** The powers of ten around values above 0: at least one lies between, so that the axis has a number. */
export function powerExtent(low: number, high: number): [number, number] {
  return [10 ** Math.floor(Math.log10(low)), 10 ** Math.ceil(Math.log10(high * 1.001))]
}

/** The powers of ten within a domain. */
export function powers([low, high]: readonly [number, number]): number[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)]
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i))
}

/** The part of a figure that its plot and the names of its axes cover, below title and legend. */
export const plotPart = (name: string): Part => ({
  x: 0,
  y: MARGIN.top - 32,
  width: WIDTH,
  height: HEIGHT - MARGIN.top + 32,
  name,
})

/** The title of a figure, which a page sets as text of its own. */
export const titleText = (title: string): SVGElement =>
  svgElement('text', { 'data-title': '', x: 0, y: 12, 'font-size': 12, 'font-weight': 600 }, title)

/** Title, and the names of both axes. */
export function heading(title: string, [index, value]: readonly [string, string]): SVGElement {
  const quiet = { 'fill-opacity': 0.7, 'font-size': 11 }
  return svgElement(
    'g',
    { 'text-anchor': 'start' },
    titleText(title),
    svgElement('text', { x: 0, y: MARGIN.top - 16, ...quiet }, value),
    svgElement(
      'text',
      { x: WIDTH - MARGIN.right, y: HEIGHT - 6, ...quiet, 'text-anchor': 'end' },
      index,
    ),
  )
}

/** The lines and their names, side by side, in rows as wide as the plot. */
export function legend(names: readonly (Stroke & { readonly name: string })[]): SVGElement {
  let [left, top] = [0, 0]
  const entries = names.map(({ name, colour, dash }) => {
    const width = 32 + 6.4 * name.length + 18
    if (left > 0 && left + width > WIDTH) [left, top] = [0, top + LEGEND_ROW]
    const entry = svgElement(
      'g',
      { 'data-key': '', transform: `translate(${left},${top})` },
      svgElement('path', {
        d: 'M0,0H26',
        stroke: colour,
        'stroke-width': 2,
        ...(dash !== 'none' && { 'stroke-dasharray': dash }),
      }),
      svgElement('text', { x: 32, dy: '0.32em', 'font-size': 11 }, name),
    )
    left += width
    return entry
  })
  return svgElement('g', {}, ...entries)
}
