import * as Plot from '@observablehq/plot'
import { grouped } from '../tensor/numbers.ts'
import { axisName, axisTicks, onAxis, powerOfTen, tickWidth } from './axis-ticks.ts'
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

/** Values in an order, such as singular values by decreasing size; the first has index 1. */
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
  /** Whether values are drawn as separate stems from 0, because their order has no meaning. */
  readonly stems?: boolean
  /** Ends of the value axis; by default those of the values. */
  readonly range?: readonly [number, number]
  /** A value to compare with, drawn as a horizontal line. */
  readonly reference?: { readonly value: number; readonly name: string }
}

/** Up to this many values, each is marked by a dot. */
const DOTTED = 60
/** Values this many times below the largest are left out of a logarithmic axis. */
const LEAST_SHARE = 1e-6

/**
 * Series of values over their index, one line each, named above the plot. Up to six series have strokes of
 * their own.
 *
 * @returns an SVG document
 */
export function indexPlot(series: readonly IndexedSeries[], options: IndexPlotOptions): string {
  const { title, axes, logarithmic = false, stems = false, range, reference } = options
  const points = series.map(({ values }) => pointsOf(values, logarithmic))
  const longest = Math.max(2, ...series.map(({ values }) => values.length))
  const drawn = points.flat().map(({ value }) => value)
  const domain = range ?? extent(drawn, logarithmic)
  const marks = logarithmic
    ? { ticks: powers(domain), tickFormat: powerOfTen, factor: 1 }
    : axisTicks(domain, 5)
  const plot = Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginLeft: Math.max(MARGIN.left, tickWidth(marks, LARGE_LETTER)),
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    x: { domain: [1, longest], label: null },
    y: { type: logarithmic ? 'log' : 'linear', domain, label: null },
    marks: [
      Plot.axisY({ ...onAxis(marks), tickSize: 0, fontSize: 11 }),
      Plot.gridY({ ticks: marks.ticks, strokeOpacity: 0.12 }),
      Plot.axisX({ ticks: 8, tickSize: 4, fontSize: 11, tickFormat: wholeNumber }),
      ...(reference
        ? [Plot.ruleY([reference.value], { strokeOpacity: 0.5, strokeDasharray: '3,3' })]
        : []),
      ...points.flatMap((line, i) => lineMarks(line, i, stems)),
      () => heading(title, [axes[0], axisName(axes[1], marks)]),
    ],
  })
  const names = [
    ...series.map(({ name }, i) => ({ name, ...strokeOf(i) })),
    ...(reference ? [{ name: reference.name, colour: 'currentColor', dash: '3,3' }] : []),
  ]
  return composeFigure(
    [
      { element: plot, left: 0, top: 0, part: plotPart(title) },
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
  if (logarithmic) return powerExtent(low, high)
  return [Math.min(0, low), high > 0 ? high * 1.04 : 1]
}

const wholeNumber = (value: number): string => (Number.isInteger(value) ? grouped(value) : '')

function lineMarks(points: readonly Point[], i: number, stems: boolean): Plot.Markish[] {
  const { colour, dash } = strokeOf(i)
  const position = { x: 'index', y: 'value' }
  return [
    stems
      ? Plot.ruleX(points, { x: 'index', y1: 0, y2: 'value', stroke: colour, strokeWidth: 1.5 })
      : Plot.line(points, {
          ...position,
          stroke: colour,
          strokeWidth: 1.75,
          strokeDasharray: dash,
        }),
    ...(points.length <= DOTTED ? [Plot.dot(points, { ...position, fill: colour, r: 2.25 })] : []),
  ]
}
