import {
  HEIGHT,
  heading,
  LARGE_LETTER,
  legend,
  MARGIN,
  plotPart,
  strokeOf,
  WIDTH,
} from './plot-parts.ts'
import { type ScoreAxis, scoreAxis } from './score-axis.ts'
import { composeFigure, svgElement } from './svg.ts'

/** Scores of new examples, and of the normal ones that a threshold was chosen by. */
export interface ScoreSets {
  /** One or more, in any order. */
  readonly scores: ArrayLike<number>
  /** Ascending. */
  readonly calibration: ArrayLike<number>
  readonly threshold: number
}

export interface ScoreHistogramOptions {
  readonly title: string
  /** What a score is, for the axis. */
  readonly axis: string
  /** Of both sets. */
  readonly names: readonly [scores: string, calibration: string]
}

const BINS = 48
/** A bar with a single example among millions is this high, in pixels. */
const LEAST = 2
/** Shares at which there may be a tick. */
const TICKS = [0, 0.001, 0.01, 0.05, 0.1, 0.2, 0.4, 0.7, 1]
const COLOURS = [strokeOf(0).colour, strokeOf(1).colour] as const

/**
 * How the scores of new examples are distributed, as bars, beside the calibration scores, as a line, and the threshold.
 * The threshold is an end of two bins: whatever lies to its right raises an alarm.
 *
 * @returns an SVG document
 */
export function scoreHistogram(sets: ScoreSets, options: ScoreHistogramOptions): string {
  const { title, names } = options
  const axis = scoreAxis(rangeOf(sets))
  const edges = binEdges(axis.at(sets.threshold))
  const shares = [sets.scores, sets.calibration].map((scores) => binShares(scores, axis, sets))
  const most = Math.max(...shares.flat())
  const left = Math.max(MARGIN.left, 10 + LARGE_LETTER * 5)
  const room = { left, width: WIDTH - left - MARGIN.right, base: HEIGHT - MARGIN.bottom }
  const x = (share: number) => room.left + room.width * share
  const y = (share: number) => room.base - (room.base - MARGIN.top) * Math.sqrt(share / most)
  const plot = svgElement(
    'g',
    {},
    heading(title, [axis.named(options.axis), 'share of each set in a bin, on a square-root axis']),
    ...shareTicks(most).flatMap((share) => horizontal(y(share), shareText(share), room)),
    ...axis.ticks.map(({ score, text }) => tickAt(x(axis.at(score)), room.base, text)),
    ...bars(shares[0]!, edges, { x, y, base: room.base }),
    outline(shares[1]!, edges, { x, y, base: room.base }),
    thresholdLine(x(axis.at(sets.threshold)), room.base),
  )
  const entries = [
    ...names.map((name, i) => ({ name, colour: COLOURS[i]!, dash: 'none' })),
    { name: 'threshold', colour: 'currentColor', dash: '5,3' },
  ]
  return composeFigure(
    [
      { element: plot, left: 0, top: 0, part: plotPart(title) },
      { element: legend(entries), left: 0, top: 32 },
    ],
    { width: WIDTH, height: HEIGHT },
    `${title}: ${names.join(' and ')}`,
  )
}

/** Those that have room between each other. */
function shareTicks(most: number): number[] {
  const root = (share: number) => Math.sqrt(share / most)
  const chosen: number[] = []
  for (const share of TICKS)
    if (share === 0 || (share <= most && root(share) - root(chosen.at(-1)!) >= 0.1))
      chosen.push(share)
  return chosen
}

const shareText = (share: number): string => `${Number((100 * share).toPrecision(2))}\u00a0%`

function rangeOf({ scores, calibration, threshold }: ScoreSets) {
  let [low, high] = [threshold, threshold]
  for (const set of [scores, calibration])
    for (let i = 0; i < set.length; i++) {
      low = Math.min(low, set[i]!)
      high = Math.max(high, set[i]!)
    }
  const middle = calibration[Math.floor((calibration.length - 1) / 2)] ?? threshold
  return { low, high, middle, threshold }
}

/** Ends of the bins along the axis, one of them at the threshold: one more than bins, the outer ones cut off. */
function binEdges(threshold: number): number[] {
  const before = binsBefore(threshold)
  return Array.from({ length: BINS + 1 }, (_, i) =>
    Math.max(0, Math.min(1, threshold + (i - before) / (BINS - 1))),
  )
}

const binsBefore = (threshold: number) => Math.ceil(threshold * (BINS - 1))

/** The share of scores in each bin. */
function binShares(
  scores: ArrayLike<number>,
  { at }: ScoreAxis,
  { threshold }: Pick<ScoreSets, 'threshold'>,
): number[] {
  const counts = new Array<number>(BINS).fill(0)
  const before = binsBefore(at(threshold))
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!
    const bin = before + Math.ceil((at(score) - at(threshold)) * (BINS - 1)) - 1
    const [least, most] = score > threshold ? [before, BINS - 1] : [0, before - 1]
    counts[Math.max(least, Math.min(most, bin))]!++
  }
  return counts.map((count) => count / Math.max(1, scores.length))
}

interface Scales {
  readonly x: (share: number) => number
  readonly y: (share: number) => number
  readonly base: number
}

const heightOf = (share: number, { y, base }: Scales) =>
  share > 0 ? Math.max(LEAST, base - y(share)) : 0

function bars(shares: readonly number[], edges: readonly number[], scales: Scales): SVGElement[] {
  return shares.flatMap((share, i) => {
    if (share === 0) return []
    const [left, right] = [scales.x(edges[i]!), scales.x(edges[i + 1]!)]
    const height = heightOf(share, scales)
    return svgElement('rect', {
      x: left + 0.5,
      y: scales.base - height,
      width: Math.max(1, right - left - 1),
      height,
      fill: COLOURS[0],
      'fill-opacity': 0.75,
    })
  })
}

function outline(shares: readonly number[], edges: readonly number[], scales: Scales): SVGElement {
  const steps = shares.map(
    (share, i) =>
      `L${scales.x(edges[i]!)},${scales.base - heightOf(share, scales)}H${scales.x(edges[i + 1]!)}`,
  )
  return svgElement('path', {
    d: `M${scales.x(edges[0]!)},${scales.base}${steps.join('')}V${scales.base}`,
    fill: 'none',
    stroke: COLOURS[1],
    'stroke-width': 1.75,
  })
}

const thresholdLine = (x: number, base: number): SVGElement =>
  svgElement('path', {
    d: `M${x},${MARGIN.top - 4}V${base}`,
    stroke: 'currentColor',
    'stroke-width': 1.5,
    'stroke-dasharray': '5,3',
  })

function horizontal(y: number, text: string, { left, width }: { left: number; width: number }) {
  return [
    svgElement('path', {
      d: `M${left},${y}h${width}`,
      stroke: 'currentColor',
      'stroke-opacity': 0.12,
    }),
    svgElement(
      'text',
      { x: left - 8, y, dy: '0.32em', 'font-size': 11, 'text-anchor': 'end' },
      text,
    ),
  ]
}

const tickAt = (x: number, base: number, text: string): SVGElement =>
  svgElement(
    'g',
    {},
    svgElement('path', { d: `M${x},${base}v4`, stroke: 'currentColor' }),
    svgElement('text', { x, y: base + 18, 'font-size': 11, 'text-anchor': 'middle' }, text),
  )
