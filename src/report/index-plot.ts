import * as Plot from '@observablehq/plot'
import { composeFigure, document, svgElement } from './svg.ts'

/** Values in an order, such as singular values by falling size; the first has index 1. */
export interface IndexedSeries {
  readonly name: string
  readonly values: ArrayLike<number>
}

export interface IndexPlotOptions {
  readonly title: string
  /** What is counted, and what the values are. */
  readonly axes: readonly [index: string, value: string]
  /** Whether the value axis is logarithmic; values of 0 and below are then not drawn. */
  readonly logarithmic?: boolean
  /** Whether values stand apart, as stems from 0, because their order says nothing. */
  readonly stems?: boolean
  /** The value axis from here to there; by default as far as the values go. */
  readonly range?: readonly [number, number]
  /** A value to compare with, drawn across. */
  readonly reference?: { readonly value: number; readonly name: string }
}

/** Blue, orange and green that keep a contrast of 3 and more to white and to near-black paper. */
const STROKES = [
  { colour: '#2f7fd0', dash: 'none' },
  { colour: '#d0661a', dash: '6,3' },
  { colour: '#3a8f5c', dash: '2,3' },
] as const

const WIDTH = 560
const HEIGHT = 320
const MARGIN = { left: 58, right: 16, top: 76, bottom: 40 }
/** Up to this many values, each is marked by a dot. */
const DOTTED = 60
/** Values this many times below the largest are left out of a logarithmic axis. */
const LEAST_SHARE = 1e-6

/**
 * Series of values over their index, one line each, named above the plot. At most three series are told
 * apart.
 *
 * @returns an SVG document
 */
export function indexPlot(series: readonly IndexedSeries[], options: IndexPlotOptions): string {
  const { title, axes, logarithmic = false, stems = false, range, reference } = options
  const points = series.map(({ values }) => pointsOf(values, logarithmic))
  const longest = Math.max(2, ...series.map(({ values }) => values.length))
  const drawn = points.flat().map(({ value }) => value)
  const domain = range ?? extent(drawn, logarithmic)
  const plot = Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    x: { domain: [1, longest], label: null },
    y: { type: logarithmic ? 'log' : 'linear', domain, label: null },
    marks: [
      Plot.axisY({
        ...(logarithmic ? { ticks: powers(domain), tickFormat: powerOfTen } : { ticks: 5 }),
        tickSize: 0,
        fontSize: 11,
      }),
      Plot.gridY({
        ...(logarithmic ? { ticks: powers(domain) } : { ticks: 5 }),
        strokeOpacity: 0.12,
      }),
      Plot.axisX({ ticks: 8, tickSize: 4, fontSize: 11, tickFormat: wholeNumber }),
      ...(reference
        ? [Plot.ruleY([reference.value], { strokeOpacity: 0.5, strokeDasharray: '3,3' })]
        : []),
      ...points.flatMap((line, i) => lineMarks(line, i, stems)),
      () => heading(title, axes),
    ],
  })
  const names = [
    ...series.map(({ name }, i) => ({ name, ...STROKES[i % STROKES.length]! })),
    ...(reference ? [{ name: reference.name, colour: 'currentColor', dash: '3,3' }] : []),
  ]
  return composeFigure(
    [
      { element: plot, left: 0, top: 0 },
      { element: legend(names), left: 0, top: 32 },
    ],
    { width: WIDTH, height: HEIGHT },
    `${title}: ${series.map(({ name }) => name).join(', ')}`,
  )
}

interface Point {
  readonly index: number
  readonly value: number
}

function pointsOf(values: ArrayLike<number>, logarithmic: boolean): Point[] {
  const largest = Array.from(values).reduce((a, b) => Math.max(a, b), 0)
  const least = logarithmic ? largest * LEAST_SHARE : Number.NEGATIVE_INFINITY
  return Array.from(values, (value, i) => ({ index: i + 1, value })).filter(
    ({ value }) => Number.isFinite(value) && value >= least && (!logarithmic || value > 0),
  )
}

function extent(values: readonly number[], logarithmic: boolean): [number, number] {
  if (values.length === 0) return logarithmic ? [0.1, 1] : [0, 1]
  const low = values.reduce((a, b) => Math.min(a, b))
  const high = values.reduce((a, b) => Math.max(a, b))
  // At least a power of ten lies on a logarithmic axis, so that it has a number.
  if (logarithmic)
    return [10 ** Math.floor(Math.log10(low)), 10 ** Math.ceil(Math.log10(high * 1.001))]
  return [Math.min(0, low), high > 0 ? high * 1.04 : 1]
}

function powers([low, high]: readonly [number, number]): number[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)]
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i))
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

function powerOfTen(value: number): string {
  const exponent = Math.round(Math.log10(value))
  if (exponent >= -3 && exponent <= 3) return String(Number((10 ** exponent).toPrecision(1)))
  const digits = Array.from(String(Math.abs(exponent)), (digit) => SUPERSCRIPTS[Number(digit)])
  return `10${exponent < 0 ? '⁻' : ''}${digits.join('')}`
}

const wholeNumber = (value: number): string => (Number.isInteger(value) ? String(value) : '')

function lineMarks(points: readonly Point[], i: number, stems: boolean): Plot.Markish[] {
  const { colour, dash } = STROKES[i % STROKES.length]!
  const place = { x: 'index', y: 'value' }
  return [
    stems
      ? Plot.ruleX(points, { x: 'index', y1: 0, y2: 'value', stroke: colour, strokeWidth: 1.5 })
      : Plot.line(points, { ...place, stroke: colour, strokeWidth: 1.75, strokeDasharray: dash }),
    ...(points.length <= DOTTED ? [Plot.dot(points, { ...place, fill: colour, r: 2.25 })] : []),
  ]
}

function heading(title: string, [index, value]: readonly [string, string]): SVGElement {
  const quiet = { 'fill-opacity': 0.7, 'font-size': 11 }
  return svgElement(
    'g',
    { 'text-anchor': 'start' },
    svgElement('text', { x: 0, y: 12, 'font-size': 12, 'font-weight': 600 }, title),
    svgElement('text', { x: 0, y: MARGIN.top - 16, ...quiet }, value),
    svgElement(
      'text',
      { x: WIDTH - MARGIN.right, y: HEIGHT - 6, ...quiet, 'text-anchor': 'end' },
      index,
    ),
  )
}

function legend(names: readonly { name: string; colour: string; dash: string }[]): SVGElement {
  let left = 0
  const entries = names.map(({ name, colour, dash }) => {
    const entry = svgElement(
      'g',
      { transform: `translate(${left},0)` },
      svgElement('path', {
        d: 'M0,0H26',
        stroke: colour,
        'stroke-width': 2,
        ...(dash !== 'none' && { 'stroke-dasharray': dash }),
      }),
      svgElement('text', { x: 32, dy: '0.32em', 'font-size': 11 }, name),
    )
    left += 32 + 6.4 * name.length + 18
    return entry
  })
  return svgElement('g', {}, ...entries)
}
