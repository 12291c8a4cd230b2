import * as Plot from '@observablehq/plot'
import { grouped } from '../tensor/numbers.ts'
import { type AxisTicks, axisName, axisTicks, onAxis, powerOfTen, tickWidth } from './axis-ticks.ts'
import {
  HEIGHT,
  heading,
  LARGE_LETTER,
  legend,
  MARGIN,
  plotPart,
  powerExtent,
  powers,
  strokeOf,
  WIDTH,
} from './plot-parts.ts'
import { composeFigure, document } from './svg.ts'

/** A point of a line, and the band around the line at this point. */
export interface LinePoint {
  readonly x: number
  readonly y: number
  readonly band?: readonly [low: number, high: number]
}

export interface Line {
  readonly name: string
  readonly points: readonly LinePoint[]
}

export interface LinePlotOptions {
  readonly title: string
  readonly axes: readonly [x: string, y: string]
  /** Which axes are logarithmic; values of 0 and below are then not drawn. */
  readonly logarithmic?: { readonly x?: boolean; readonly y?: boolean }
  /** Ends of the axes; by default those of the points and their bands. */
  readonly range?: { readonly x?: Interval; readonly y?: Interval }
  /** Values to compare with, drawn as horizontal lines. */
  readonly references?: readonly { readonly value: number; readonly name: string }[]
  /** The line x = y, by its name. */
  readonly diagonal?: string
}

type Interval = readonly [low: number, high: number]

/** Up to this many points of a line, each is marked by a dot. */
const DOTTED = 40
/** Each reference has its own dashes. */
const REFERENCE_DASHES = ['3,3', '8,3', '1,3'] as const

/**
 * Lines through points of the plane, each with its band, if it has one. Up to six lines have colours of their
 * own. Points outside a given range are left out, and bands are cut off at its ends.
 *
 * @returns an SVG document
 */
export function linePlot(lines: readonly Line[], options: LinePlotOptions): string {
  const { title, axes, logarithmic = {}, range = {}, references = [], diagonal } = options
  const drawable = (value: number, log = false) => Number.isFinite(value) && (!log || value > 0)
  const finite = lines.map(({ points }) =>
    points.filter(({ x, y }) => drawable(x, logarithmic.x) && drawable(y, logarithmic.y)),
  )
  const all = finite.flat()
  const tall = [
    ...all.flatMap(({ y, band = [] }) => [y, ...band]),
    ...references.map(({ value }) => value),
  ].filter((value) => drawable(value, logarithmic.y))
  const across = all.map((point) => point.x)
  const x = range.x ?? extent(across, logarithmic.x ?? false, false)
  const y = range.y ?? extent(tall, logarithmic.y ?? false, true)
  const within = finite.map((points) =>
    points.filter((point) => inside(point.x, x) && inside(point.y, y)),
  )
  const marks = { x: ticks(x, logarithmic.x, 8), y: ticks(y, logarithmic.y, 5) }
  const plot = Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginLeft: Math.max(MARGIN.left, tickWidth(marks.y, LARGE_LETTER)),
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    x: { type: logarithmic.x ? 'log' : 'linear', domain: x, label: null },
    y: { type: logarithmic.y ? 'log' : 'linear', domain: y, label: null },
    marks: [
      Plot.axisY({ ...onAxis(marks.y), tickSize: 0, fontSize: 11 }),
      Plot.gridY({ ticks: [...marks.y.ticks], strokeOpacity: 0.12 }),
      Plot.axisX({ ...onAxis(marks.x), tickSize: 4, fontSize: 11 }),
      ...(diagonal ? [Plot.line(diagonalWithin(x, y), { ...QUIET, x: '0', y: '1' })] : []),
      ...references.map(({ value }, i) =>
        Plot.ruleY([value], { strokeOpacity: 0.5, strokeDasharray: REFERENCE_DASHES[i % 3]! }),
      ),
      ...within.flatMap((points, i) => lineMarks(points, i, y)),
      () => heading(title, [axisName(axes[0], marks.x), axisName(axes[1], marks.y)]),
    ],
  })
  const names = [
    ...lines.map(({ name }, i) => ({ name, ...strokeOf(i) })),
    ...(diagonal ? [{ name: diagonal, colour: 'currentColor', dash: '3,3' }] : []),
    ...references.map(({ name }, i) => ({
      name,
      colour: 'currentColor',
      dash: REFERENCE_DASHES[i % 3]!,
    })),
  ]
  return composeFigure(
    [
      { element: plot, left: 0, top: 0, part: plotPart(title) },
      { element: legend(names), left: 0, top: 32 },
    ],
    { width: WIDTH, height: HEIGHT },
    `${title}: ${lines.map(({ name }) => name).join(', ')}`,
  )
}

const QUIET = { stroke: 'currentColor', strokeOpacity: 0.5, strokeDasharray: '3,3' } as const

const inside = (value: number, [low, high]: Interval) => value >= low && value <= high

/** From the smallest to the largest value; on a logarithmic axis `rounded` to powers of ten. */
function extent(values: readonly number[], logarithmic: boolean, rounded: boolean): Interval {
  if (values.length === 0) return logarithmic ? [0.1, 1] : [0, 1]
  const low = values.reduce((a, b) => Math.min(a, b))
  const high = values.reduce((a, b) => Math.max(a, b))
  if (logarithmic && (rounded || low === high)) return powerExtent(low, high)
  return low < high ? [low, high] : [low - 0.5, high + 0.5]
}

function ticks(domain: Interval, logarithmic = false, count: number): AxisTicks {
  if (!logarithmic) return axisTicks(domain, count)
  const whole = powers(domain)
  return whole.length > 1
    ? { ticks: whole, tickFormat: powerOfTen, factor: 1 }
    : { ticks: withinDecade(domain), tickFormat: grouped, factor: 1 }
}

/** 1, 2 and 5 times the powers of ten, for a logarithmic axis that spans hardly one of these. */
function withinDecade(domain: Interval): number[] {
  const [low, high] = powerExtent(...domain)
  const all = powers([low, high]).flatMap((power) => [1, 2, 5].map((k) => k * power))
  return all.map((tick) => Number(tick.toPrecision(1))).filter((tick) => inside(tick, domain))
}

function diagonalWithin(x: Interval, y: Interval): [number, number][] {
  const [low, high] = [Math.max(x[0], y[0]), Math.min(x[1], y[1])]
  return low < high
    ? [
        [low, low],
        [high, high],
      ]
    : []
}

function lineMarks(points: readonly LinePoint[], i: number, [low, high]: Interval): Plot.Markish[] {
  const { colour, dash } = strokeOf(i)
  const position = { x: 'x', y: 'y' }
  const banded = points.flatMap(({ x, band }) =>
    band ? [{ x, low: Math.max(low, band[0]), high: Math.min(high, band[1]) }] : [],
  )
  const area = { x: 'x', y1: 'low', y2: 'high', fill: colour, fillOpacity: 0.18 }
  return [
    ...(banded.length > 1 ? [Plot.areaY(banded, area)] : []),
    Plot.line(points, { ...position, stroke: colour, strokeWidth: 1.75, strokeDasharray: dash }),
    ...(points.length <= DOTTED ? [Plot.dot(points, { ...position, fill: colour, r: 2.25 })] : []),
  ]
}
