import * as Plot from '@observablehq/plot'
import { formatFigure } from '../evaluate/ledger/entry.ts'
import { grouped } from '../tensor/numbers.ts'
import { type AxisTicks, axisName, axisTicks, onAxis, tickWidth } from './axis-ticks.ts'
import { type CurveRange, clipCurve, curveRange, type Stretch } from './curve-range.ts'
import { legend, strokeOf } from './plot-parts.ts'
import { composeFigure, document, type Panel, svgElement } from './svg.ts'

/** One loss term over the epochs of one split. */
export interface LossSeries {
  readonly term: string
  readonly split: 'train' | 'validation'
  readonly points: Stretch
  /** The training stage of these epochs, if there are several. */
  readonly stage?: string | undefined
}

/** A term of a stage: it has its own panel. */
interface StageTerm {
  readonly term: string
  readonly stage: string | undefined
}

export interface LossCurveOptions {
  /** Unit of a term, in the stage of that name if there are several. Default `nats per example`. */
  readonly unit?: (term: string, stage: string | undefined) => string
  /** The term that is the sum of the others: drawn first, or not at all if it equals the only other term. */
  readonly total?: string
}

const STROKES = { train: strokeOf(0), validation: strokeOf(1) } as const
const SPLITS = ['train', 'validation'] as const

const PANEL = { width: 300, height: 230, left: 46, right: 54, top: 44, bottom: 36 }
/** Width of a digit of 11 pixels. */
const LETTER = 6.6
const COLUMNS = 3
const LEGEND_HEIGHT = 26
const LABEL_SPACING = 13
/** Most characters of a heading in one line. */
const HEADING_LETTERS = 44
/** Up to this many epochs, every epoch is marked by a dot. */
const DOTTED_EPOCHS = 15

/**
 * The loss terms over the epochs as small multiples: stage after stage, a panel for each term in the order
 * given, the total first; train drawn through, validation dashed; the last value of each beside its curve.
 *
 * Every panel has its own value axis. Values that are not finite leave a gap, values far beyond the rest
 * are cut off, and a line under the panel's title says how many of each.
 *
 * @returns an SVG document of up to three panels a row
 */
export function lossCurves(series: readonly LossSeries[], options: LossCurveOptions = {}): string {
  const unit = options.unit ?? (() => 'nats per example')
  const total = options.total ?? 'total'
  const stages = [...new Set(series.map(({ stage }) => stage))]
  const subjects = stages.flatMap((stage) =>
    panelTerms(
      series.filter((one) => one.stage === stage),
      total,
    ).map((term): StageTerm => ({ term, stage })),
  )
  const columns = Math.max(1, Math.min(COLUMNS, subjects.length))
  const panels = subjects.map((subject, i): Panel => {
    const { term, stage } = subject
    const element = termPanel(
      titleOf(subject),
      series.filter((one) => one.term === term && one.stage === stage),
      unit(term, stage),
    )
    const left = (i % columns) * PANEL.width
    const top = LEGEND_HEIGHT + Math.floor(i / columns) * PANEL.height
    const { width, height } = PANEL
    return { element, left, top, part: { x: left, y: top, width, height, name: titleOf(subject) } }
  })
  const units = [...new Set(subjects.map(({ term, stage }) => unit(term, stage)))]
  const splits = SPLITS.filter((split) => series.some((one) => one.split === split))
  const names = splits.map((split) => ({ name: split, ...STROKES[split] }))
  return composeFigure(
    [{ element: legend(names), left: 0, top: 13 }, ...panels],
    {
      width: columns * PANEL.width,
      height: LEGEND_HEIGHT + Math.ceil(subjects.length / columns) * PANEL.height,
    },
    `Loss over epochs, ${units.join(', ')}: ${subjects.map(titleOf).join(', ')}; ${splits.join(' and ')}`,
  )
}

const titleOf = ({ term, stage }: StageTerm): string => (stage ? `${stage}: ${term}` : term)

function panelTerms(series: readonly LossSeries[], total: string): string[] {
  const terms = [...new Set(series.map((one) => one.term))]
  const parts = terms.filter((term) => term !== total)
  if (parts.length === terms.length) return parts
  const curves = (term: string) =>
    SPLITS.map((split) => series.find((one) => one.term === term && one.split === split)?.points)
  const repeats =
    parts.length === 1 && JSON.stringify(curves(parts[0]!)) === JSON.stringify(curves(total))
  return repeats ? parts : [total, ...parts]
}

function termPanel(title: string, series: readonly LossSeries[], unit: string): Element {
  const values = series.flatMap((one) => one.points.map((point) => point.value))
  const range = curveRange(values)
  const epochs = series
    .flatMap((one) => one.points.map((point) => point.epoch))
    .filter(Number.isFinite)
  const domain = epochDomain(epochs)
  const marks = axisTicks([range.low, range.high], 4)
  const ends = endsOf(series, marks)
  const right = Math.max(PANEL.right, ...ends.map(({ text }) => 10 + LETTER * text.length))
  const plot = Plot.plot({
    document,
    width: PANEL.width,
    height: PANEL.height,
    marginLeft: Math.max(PANEL.left, tickWidth(marks, LETTER)),
    marginRight: right,
    marginTop: PANEL.top,
    marginBottom: PANEL.bottom,
    x: { domain, label: null },
    y: { domain: [range.low, range.high], label: null },
    marks: [
      Plot.axisY({ ...onAxis(marks), tickSize: 0, fontSize: 11 }),
      Plot.gridY({ ticks: marks.ticks, strokeOpacity: 0.12 }),
      Plot.axisX({ ticks: wholeTicks(domain, 5), tickFormat: grouped, tickSize: 4, fontSize: 11 }),
      ...series.flatMap((one) => curveMarks(one, range)),
      lastValues(ends, range),
      () => panelHeading(title, axisName(unit, marks), panelNotes(values, range), right),
    ],
  })
  return plot
}

function curveMarks(series: LossSeries, range: CurveRange): Plot.Markish[] {
  const { colour, dash } = STROKES[series.split]
  const stretches = clipCurve(series.points, range)
  const lines = stretches
    .filter((stretch) => stretch.length > 1)
    .map((stretch) =>
      Plot.line(stretch, {
        x: 'epoch',
        y: 'value',
        stroke: colour,
        strokeWidth: 1.75,
        strokeDasharray: dash,
      }),
    )
  const visible = series.points.filter(
    (point) =>
      Number.isFinite(point.epoch) && point.value >= range.low && point.value <= range.high,
  )
  const lonely = stretches.filter((stretch) => stretch.length === 1).flat()
  const marked = series.points.length <= DOTTED_EPOCHS ? visible : lonely
  return [...lines, Plot.dot(marked, { x: 'epoch', y: 'value', fill: colour, r: 2.5 })]
}

/** The last finite value of a curve, written in the units of its axis. */
interface CurveEnd {
  readonly epoch: number
  readonly value: number
  readonly split: LossSeries['split']
  readonly text: string
}

function endsOf(series: readonly LossSeries[], { factor }: AxisTicks): CurveEnd[] {
  return series.flatMap(({ points, split }) => {
    const last = points.findLast((point) => Number.isFinite(point.value))
    return last ? [{ ...last, split, text: formatFigure(last.value / factor) }] : []
  })
}

/** The last value of each split as text right of its end, moved apart where they would overlap. */
function lastValues(ends: readonly CurveEnd[], range: CurveRange): Plot.Markish {
  return (_index, scales) => {
    const placed = ends
      .map((end) => ({
        ...end,
        x: scales.x!(end.epoch) as number,
        y: scales.y!(Math.min(range.high, Math.max(range.low, end.value))) as number,
      }))
      .sort((a, b) => a.y - b.y)
    const [upper, lower] = placed
    if (upper && lower && lower.y - upper.y < LABEL_SPACING && Math.abs(lower.x - upper.x) < 60) {
      const middle = (upper.y + lower.y) / 2
      upper.y = middle - LABEL_SPACING / 2
      lower.y = middle + LABEL_SPACING / 2
    }
    const texts = placed.map(({ x, y, text, split }) =>
      svgElement(
        'text',
        {
          class: split,
          x: x + 6,
          y,
          dy: '0.32em',
          fill: STROKES[split].colour,
          'font-size': 11,
          'text-anchor': 'start',
        },
        text,
      ),
    )
    return svgElement('g', { 'font-variant': 'tabular-nums' }, ...texts)
  }
}

/** Title and unit on one line where they fit, else the unit before the notes below. */
function panelHeading(title: string, unit: string, notes: string, right: number): SVGElement {
  const fits = title.length + unit.length <= HEADING_LETTERS
  const below = fits ? notes : [unit, notes].filter(Boolean).join('; ')
  return svgElement(
    'g',
    { transform: 'translate(0,14)', 'text-anchor': 'start' },
    svgElement(
      'text',
      { 'font-size': 12 },
      svgElement('tspan', { 'font-weight': 600 }, title),
      ...(fits ? [svgElement('tspan', { 'fill-opacity': 0.7, dx: 6 }, unit)] : []),
    ),
    svgElement('text', { y: 15, 'font-size': 10.5, 'fill-opacity': 0.7 }, below),
    svgElement(
      'text',
      {
        x: PANEL.width - right,
        y: PANEL.height - 18,
        'font-size': 11,
        'fill-opacity': 0.7,
        'text-anchor': 'end',
      },
      'epoch',
    ),
  )
}

function panelNotes(values: readonly number[], range: CurveRange): string {
  const finite = values.filter(Number.isFinite)
  const missing = values.length - finite.length
  const furthest = [...finite].sort((a, b) => beyond(b, range) - beyond(a, range))[0] ?? 0
  const reach = furthest > range.high ? 'up to' : 'down to'
  const cut = range.clipped === 1 ? '1 value cut off:' : `${range.clipped} values cut off, ${reach}`
  const notes = [
    ...(values.length === 0 ? ['no values'] : []),
    ...(range.clipped > 0 ? [`${cut} ${formatFigure(furthest)}`] : []),
    ...(missing > 0 ? [`${missing} not finite`] : []),
  ]
  return notes.join('; ')
}

function beyond(value: number, range: CurveRange): number {
  return Math.max(range.low - value, value - range.high, 0)
}

function epochDomain(epochs: readonly number[]): [number, number] {
  if (epochs.length === 0) return [0, 1]
  const first = epochs.reduce((a, b) => Math.min(a, b))
  const last = epochs.reduce((a, b) => Math.max(a, b))
  return first < last ? [first, last] : [first - 0.5, first + 0.5]
}

/** Whole numbers inside the domain, 1, 2 or 5 times a power of ten apart, at most `limit + 1` of them. */
export function wholeTicks(domain: readonly [number, number], limit: number): number[] {
  const [first, last] = domain
  let step = 1
  for (let i = 0; (last - first) / step > limit; i++) step *= i % 3 === 1 ? 2.5 : 2
  const ticks: number[] = []
  for (let tick = Math.ceil(first / step) * step; tick <= last; tick += step) ticks.push(tick)
  return ticks
}
