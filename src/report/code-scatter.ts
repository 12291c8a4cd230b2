import * as Plot from '@observablehq/plot'
import { grouped } from '../tensor/numbers.ts'
import { type AxisTicks, axisName, axisTicks, onAxis, tickWidth } from './axis-ticks.ts'
import { classColour, PALETTE, SEQUENCE } from './class-colours.ts'
import { classNames } from './class-names.ts'
import { LARGE_LETTER, titleText } from './plot-parts.ts'
import { composeFigure, document, svgElement } from './svg.ts'

/** A code in the plane. `label` is its class; undefined or a negative number for none. */
export interface PlanarCode {
  readonly x: number
  readonly y: number
  readonly label?: number | undefined
}

export interface CodeScatterOptions {
  readonly title: string
  /** Names of the classes, by label. Default: the label itself. */
  readonly classes?: readonly string[]
  /** Whether the classes are ranges of a number in ascending order: their colours then are, too. */
  readonly sequential?: boolean
  /** Whether classes are named at their codes, too; by default up to ten are. */
  readonly named?: boolean
  /** Names of the axes. Default `latent 1` and `latent 2`. */
  readonly axes?: readonly [string, string]
  /** Points that are drawn as large light dots under the codes, and their name in the legend. */
  readonly behind?: { readonly name: string; readonly points: readonly PlanarCode[] } | undefined
}

/** More codes than this are thinned out evenly in the given order, always in the same way. */
export const MOST_DRAWN = 5000

const NO_LABEL = -1
const SIDE = 480
const MARGIN = { left: 40, right: 12, top: 58, bottom: 46 }
/** Height of title and counts, which a page sets as text. Below it, the name of an axis has room in 16 px of any usual font. */
const HEADING = 28
const PLOT_HEIGHT = SIDE + MARGIN.top + MARGIN.bottom
/** A column of the legend: as wide as its longest name, but at least this. */
const LEGEND_WIDTH = 116
const LEGEND_ROWS = 22
/** Each class is drawn in this many turns, so that no class lies wholly above another. */
const TURNS = 6

/**
 * Codes as dots in the plane, coloured by class, both axes to the same scale. The classes are named in a
 * legend and, up to ten of them, near their medians, so that colour is not the only key. At most
 * `MOST_DRAWN` codes are drawn; the figure says how many, and how many were not finite.
 *
 * @returns an SVG document, about 75 KB for 5000 codes
 */
export function codeScatter(codes: readonly PlanarCode[], options: CodeScatterOptions): string {
  const finite = codes.filter((code) => Number.isFinite(code.x) && Number.isFinite(code.y))
  const drawn = thinned(finite, MOST_DRAWN)
  const groups = byLabel(drawn)
  const labels = [...groups.keys()].filter((label) => label !== NO_LABEL)
  const colours = new Map(
    labels.map((label, i) => [
      label,
      options.sequential ? SEQUENCE[label % SEQUENCE.length]! : classColour(label, i, labels),
    ]),
  )
  const name = (label: number) => options.classes?.[label] ?? String(label)
  const subtitle = counts(codes.length, finite.length, drawn.length)
  const { behind } = options
  const axes = squareAxes([...drawn, ...(behind?.points ?? [])])
  const left = Math.max(MARGIN.left, tickWidth(axes.y.marks, LARGE_LETTER))
  const width = left + SIDE + MARGIN.right
  const [xName, yName] = options.axes ?? ['latent 1', 'latent 2']
  const plot = squarePlot(axes, { width, left }, [
    (_index, scales) => (behind ? ground(behind.points, scales) : null),
    (_index, scales) => dots(groups, colours, scales, drawn.length),
    (_index, scales) =>
      (options.named ?? labels.length <= PALETTE.length) ? medians(groups, name, scales) : null,
    () =>
      heading(
        options.title,
        subtitle,
        [axisName(xName, axes.x.marks), axisName(yName, axes.y.marks)],
        left + SIDE,
      ),
  ])
  const named = [
    ...labels.map((label) => [name(label), { fill: colours.get(label)! }] as const),
    // Beside points of another kind, codes without a class need a name, too.
    ...((behind || options.classes) && groups.has(NO_LABEL)
      ? [[options.classes ? 'missing' : 'codes', { fill: 'currentColor' }] as const]
      : []),
    ...(behind ? [[behind.name, GROUND] as const] : []),
  ]
  const legendWidth = Math.max(LEGEND_WIDTH, ...named.map(([text]) => 30 + 7 * text.length))
  const entries = named.map(([text, paint], i) => legendEntry(text, paint, i, legendWidth))
  const part = { x: 0, y: HEADING, width, height: PLOT_HEIGHT - HEADING, name: options.title }
  const legendColumns = Math.ceil(named.length / LEGEND_ROWS)
  return composeFigure(
    [
      { element: plot, left: 0, top: 0, part },
      { element: svgElement('g', {}, ...entries), left: width + 8, top: MARGIN.top },
    ],
    { width: width + legendColumns * legendWidth, height: PLOT_HEIGHT },
    options.title,
  )
}

interface Axis {
  readonly domain: [number, number]
  readonly marks: AxisTicks
}

/** The axes of a square panel around the codes, with one scale for both. */
function squareAxes(codes: readonly PlanarCode[]): { readonly x: Axis; readonly y: Axis } {
  const [x, y] = squareDomain(codes).map((domain) => ({ domain, marks: axisTicks(domain, 6) }))
  return { x: x!, y: y! }
}

/** The axes and what is drawn on them. */
function squarePlot(
  { x, y }: ReturnType<typeof squareAxes>,
  { width, left }: { readonly width: number; readonly left: number },
  marks: Plot.RenderFunction[],
): Element {
  const axis = { tickSize: 4, fontSize: 11, label: null } as const
  const grid = { strokeOpacity: 0.1 }
  return Plot.plot({
    document,
    width,
    height: PLOT_HEIGHT,
    marginLeft: left,
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    x: { domain: x.domain },
    y: { domain: y.domain },
    marks: [
      Plot.axisX({ ...axis, ...onAxis(x.marks) }),
      Plot.axisY({ ...axis, ...onAxis(y.marks) }),
      Plot.gridX({ ...grid, ticks: x.marks.ticks }),
      Plot.gridY({ ...grid, ticks: y.marks.ticks }),
      ...marks,
    ],
  })
}

type Scales = Plot.ScaleFunctions
type Groups = ReadonlyMap<number, readonly PlanarCode[]>

/**
 * One element of each of `most` equal stretches, or all elements if they are fewer. A hash of the stretch
 * chooses the element: at a fixed offset, classes that alternate would be missed.
 */
function thinned<T>(values: readonly T[], most: number): readonly T[] {
  if (values.length <= most) return values
  return Array.from({ length: most }, (_, i) => {
    const share = (Math.imul(i + 1, 0x9e3779b1) >>> 0) / 2 ** 32
    return values[Math.floor(((i + share) * values.length) / most)]!
  })
}

/** The codes of each class, classes in ascending order. */
function byLabel(codes: readonly PlanarCode[]): Groups {
  const groups = new Map<number, PlanarCode[]>()
  for (const code of codes) {
    const label = Math.max(code.label ?? NO_LABEL, NO_LABEL)
    const group = groups.get(label)
    if (group) group.push(code)
    else groups.set(label, [code])
  }
  return new Map([...groups].sort(([a], [b]) => a - b))
}

/** Domains of equal length around the codes, for a square panel with one scale on both axes. */
function squareDomain(codes: readonly PlanarCode[]): [[number, number], [number, number]] {
  const [xLow, xHigh] = extent(codes.map((code) => code.x))
  const [yLow, yHigh] = extent(codes.map((code) => code.y))
  const half = Math.max(xHigh - xLow, yHigh - yLow) * 0.52 || 1
  const around = (low: number, high: number): [number, number] => {
    const middle = low + (high - low) / 2
    return [middle - half, middle + half]
  }
  return [around(xLow, xHigh), around(yLow, yHigh)]
}

function extent(values: readonly number[]): [number, number] {
  if (values.length === 0) return [-1, 1]
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]
}

/** One path for each class and turn: a dot is a line of no length with round ends, in 12 bytes. */
function dots(
  groups: Groups,
  colours: ReadonlyMap<number, string>,
  scales: Scales,
  drawn: number,
): SVGElement {
  const size = drawn > 1500 ? 2.6 : drawn > 300 ? 3.6 : 5
  const layer = svgElement('g', {
    fill: 'none',
    'stroke-width': size,
    'stroke-linecap': 'round',
    'stroke-opacity': 0.75,
  })
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [label, group] of groups) {
      const codes = group.filter((_, i) => i % TURNS === turn)
      const d = codes.map((code) => `M${pixel(scales.x, code.x)},${pixel(scales.y, code.y)}h0`)
      const stroke = colours.get(label) ?? 'currentColor'
      if (d.length > 0) layer.append(svgElement('path', { d: d.join(''), stroke }))
    }
  }
  return layer
}

const GROUND = { fill: '#8a8a8a', 'fill-opacity': 0.4 } as const

/** The points under the codes, as one path, so that overlapping dots do not darken each other. */
function ground(points: readonly PlanarCode[], scales: Scales): SVGElement {
  const d = points.map((code) => `M${pixel(scales.x, code.x)},${pixel(scales.y, code.y)}h0`)
  return svgElement('path', {
    d: d.join(''),
    fill: 'none',
    stroke: GROUND.fill,
    'stroke-opacity': GROUND['fill-opacity'],
    'stroke-width': 9,
    'stroke-linecap': 'round',
  })
}

function pixel(scale: Scales['x'], value: number): number {
  return Math.round(scale!(value) * 10) / 10
}

/** The class names at the medians of their codes. */
function medians(groups: Groups, name: (label: number) => string, scales: Scales): SVGElement {
  const [left, right] = scales.scales.x!.range as [number, number]
  const [bottom, top] = scales.scales.y!.range as [number, number]
  return classNames(
    [...groups].flatMap(([label, codes]) => {
      if (label === NO_LABEL) return []
      const x = pixel(scales.x, median(codes.map((code) => code.x)))
      const y = pixel(scales.y, median(codes.map((code) => code.y)))
      return [{ name: name(label), x, y }]
    }),
    [
      [left, top],
      [right, bottom],
    ],
  )
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}

function heading(
  title: string,
  subtitle: string,
  [xName, yName]: readonly [string, string],
  right: number,
): SVGElement {
  const quiet = { 'fill-opacity': 0.7, 'font-size': 11 }
  return svgElement(
    'g',
    { 'text-anchor': 'start' },
    titleText(title),
    svgElement('text', { 'data-note': '', x: 0, y: 28, ...quiet }, subtitle),
    svgElement('text', { x: 0, y: MARGIN.top - 10, ...quiet }, yName),
    svgElement(
      'text',
      { x: right, y: MARGIN.top + SIDE + 40, ...quiet, 'text-anchor': 'end' },
      xName,
    ),
  )
}

function counts(given: number, finite: number, drawn: number): string {
  const shown =
    drawn === given ? `n = ${grouped(given)}` : `n = ${grouped(drawn)} of ${grouped(given)}`
  return given === finite ? shown : `${shown}; ${grouped(given - finite)} not finite`
}

function legendEntry(
  name: string,
  paint: Readonly<Record<string, string | number>>,
  position: number,
  width: number,
): SVGElement {
  const left = Math.floor(position / LEGEND_ROWS) * width
  const top = 10 + (position % LEGEND_ROWS) * 20
  return svgElement(
    'g',
    { 'data-key': '', transform: `translate(${left},${top})` },
    svgElement('circle', { cx: 6, cy: 0, r: 5, ...paint }),
    svgElement('text', { x: 18, dy: '0.32em' }, name),
  )
}
