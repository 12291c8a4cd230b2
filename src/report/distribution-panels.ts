import { shortened } from '../tensor/described.ts'
import { percent } from '../tensor/numbers.ts'
import { titleText } from './plot-parts.ts'
import { composeFigure, type Panel, svgElement } from './svg.ts'

/** How the values of one column are distributed in two sets of rows. */
export interface DistributionPanel {
  /** The column. */
  readonly name: string
  /** Below the name. */
  readonly note: string
  /** Each bar's name, or undefined for a histogram. */
  readonly labels?: readonly string[] | undefined
  /** Texts at the ends of the axis of a histogram. */
  readonly ends?: readonly [string, string] | undefined
  /** Shares of both sets in each bin. */
  readonly shares: readonly [readonly number[], readonly number[]]
}

const [WIDTH, GAP] = [296, 20]
const COLUMNS = 3
const HEADING = 40
const ROW = 19
/** Where bars begin, below their names, and how far they reach at the most. */
const [NAMES, PERCENT] = [136, 40]
const TOP = 58
const HISTOGRAM = 112
const COLOURS = ['#2f7fd0', '#d0661a'] as const

/**
 * The distributions of columns in two sets of rows, a panel each: bars for categories and sizes, histograms for other
 * numbers, the second set as a line over the first.
 *
 * @param names of both sets, for the legend
 * @returns an SVG document
 */
export function distributionPanels(
  panels: readonly DistributionPanel[],
  { title, names }: { readonly title: string; readonly names: readonly [string, string] },
): string {
  const heights = panels.map(panelHeight)
  let top = TOP
  const placed: Panel[] = []
  for (let start = 0; start < panels.length; start += COLUMNS) {
    const row = panels.slice(start, start + COLUMNS)
    const height = Math.max(...heights.slice(start, start + COLUMNS))
    row.forEach((panel, i) => {
      placed.push({
        element: drawn(panel),
        left: i * (WIDTH + GAP),
        top,
        part: {
          x: i * (WIDTH + GAP),
          y: top,
          width: WIDTH,
          height: heights[start + i]!,
          name: described(panel),
        },
      })
    })
    top += height + GAP
  }
  const columns = Math.min(COLUMNS, panels.length)
  return composeFigure(
    [
      { element: svgElement('g', {}, titleText(title)), left: 0, top: 0 },
      { element: legendOf(names), left: 0, top: 32 },
      ...placed,
    ],
    { width: columns * WIDTH + (columns - 1) * GAP, height: top },
    title,
  )
}

const panelHeight = ({ labels }: DistributionPanel): number =>
  HEADING + (labels ? labels.length * ROW + 6 : HISTOGRAM + 22)

const described = ({ name, note }: DistributionPanel): string => `${name}: ${note}`

function drawn(panel: DistributionPanel): SVGElement {
  return svgElement(
    'g',
    {},
    svgElement(
      'text',
      { x: 0, y: 12, 'font-size': 12, 'font-weight': 600 },
      shortened(panel.name, 38),
    ),
    svgElement('text', { x: 0, y: 28, 'font-size': 11, 'fill-opacity': 0.7 }, panel.note),
    ...(panel.labels ? bars(panel, panel.labels) : histogram(panel)),
  )
}

function bars({ shares: [own, model] }: DistributionPanel, labels: readonly string[]) {
  const largest = Math.max(...own, ...model, 1e-9)
  const room = WIDTH - NAMES - PERCENT
  return labels.flatMap((label, i) => {
    const y = HEADING + i * ROW
    const bar = (share: number, offset: number, fill: string) =>
      svgElement('rect', {
        x: NAMES,
        y: y + offset,
        width: Math.max(0.5, (room * share) / largest),
        height: 6.5,
        fill,
      })
    return [
      svgElement(
        'text',
        { x: NAMES - 6, y: y + 11, 'font-size': 11, 'text-anchor': 'end' },
        shortened(label, 17),
      ),
      bar(own[i]!, 1, COLOURS[0]),
      bar(model[i]!, 8.5, COLOURS[1]),
      svgElement(
        'text',
        {
          x: NAMES + (room * Math.max(own[i]!, model[i]!)) / largest + 5,
          y: y + 12,
          'font-size': 10,
          'fill-opacity': 0.7,
        },
        percent(own[i]!),
      ),
    ]
  })
}

function histogram({ shares: [own, model], ends = ['', ''] }: DistributionPanel) {
  const largest = Math.max(...own, ...model, 1e-9)
  const width = (WIDTH - 8) / own.length
  const base = HEADING + HISTOGRAM
  const y = (share: number) => base - (HISTOGRAM * share) / largest
  const steps = model.map((share, i) => `${i === 0 ? 'M' : 'L'}${i * width},${y(share)}h${width}`)
  const text = { y: base + 15, 'font-size': 11 }
  return [
    ...own.map((share, i) =>
      svgElement('rect', {
        x: i * width + 0.5,
        y: y(share),
        width: Math.max(0.5, width - 1),
        height: base - y(share),
        fill: COLOURS[0],
        'fill-opacity': 0.75,
      }),
    ),
    svgElement('path', {
      d: steps.join(''),
      fill: 'none',
      stroke: COLOURS[1],
      'stroke-width': 2,
    }),
    svgElement('path', {
      d: `M0,${base}h${WIDTH - 8}`,
      stroke: 'currentColor',
      'stroke-opacity': 0.4,
    }),
    svgElement('text', { x: 0, ...text }, ends[0]),
    svgElement('text', { x: WIDTH - 8, ...text, 'text-anchor': 'end' }, ends[1]),
  ]
}

/** Both sets, by their colours. */
function legendOf(names: readonly [string, string]): SVGElement {
  let left = 0
  const entries = names.map((name, i) => {
    const entry = svgElement(
      'g',
      { 'data-key': '', transform: `translate(${left},0)` },
      svgElement('path', { d: 'M0,0H26', stroke: COLOURS[i]!, 'stroke-width': 6 }),
      svgElement('text', { x: 32, dy: '0.32em', 'font-size': 11 }, name),
    )
    left += 60 + 6.4 * name.length
    return entry
  })
  return svgElement('g', {}, ...entries)
}
