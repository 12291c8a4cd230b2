import { svgElement } from './svg.ts'

/** A name, and the point that it belongs to in pixels. */
export interface NamedPoint {
  readonly name: string
  readonly x: number
  readonly y: number
}

/** Where names may lie: from the upper left corner to the lower right one. */
export type Area = readonly [
  from: readonly [x: number, y: number],
  to: readonly [x: number, y: number],
]

const FONT_SIZE = 15
/** Width of a letter and height of a line where a page enlarges the text of a plot on a narrow screen. */
const [LETTER, LINE] = [12, 20]
/** A name farther than this from its point is joined to it by a line. */
const JOINED = 12
/** Rounds of moving names apart; those of ten names at one point take about forty. */
const MOST_ROUNDS = 200

/** Names at points, moved apart where they would overlap, outlined in the paper's colour. */
export function classNames(points: readonly NamedPoint[], area: Area): SVGElement {
  const centres = movedApart(points, area)
  const lines = points.flatMap(({ x, y }, i) => {
    const [left, top] = centres[i]!
    if (Math.hypot(left - x, top - y) <= JOINED) return []
    return [svgElement('path', { d: `M${x},${y}L${left},${top}` })]
  })
  const texts = points.flatMap(({ name }, i) => {
    const [x, y] = centres[i]!
    const attributes = { x, y, dy: '0.35em' }
    // Two texts, because not every renderer knows paint-order.
    const outline = { stroke: 'var(--paper, white)', 'stroke-width': 4, 'stroke-linejoin': 'round' }
    return [
      svgElement('text', { ...attributes, ...outline }, name),
      svgElement('text', attributes, name),
    ]
  })
  const bold = { 'font-size': FONT_SIZE, 'font-weight': 700, 'text-anchor': 'middle' }
  return svgElement(
    'g',
    {},
    svgElement('g', { stroke: 'currentColor' }, ...lines),
    svgElement('g', bold, ...texts),
  )
}

/** The centres of names: each pair that overlaps is moved apart by equal shares, the shorter way, until none does. */
function movedApart(points: readonly NamedPoint[], area: Area): [x: number, y: number][] {
  const centres = points.map(({ x, y }): [number, number] => [x, y])
  const widths = points.map(({ name }) => LETTER * name.length)
  for (let round = 0, moved = true; moved && round < MOST_ROUNDS; round++) {
    moved = false
    for (const [i, a] of centres.entries())
      for (const [j, b] of centres.entries())
        if (i < j) moved = separated(a, b, [(widths[i]! + widths[j]!) / 2, LINE]) || moved
    for (const [i, centre] of centres.entries()) keepInside(centre, [widths[i]!, LINE], area)
  }
  return centres.map(([x, y]) => [Math.round(x), Math.round(y)])
}

/** Moves two names apart that are nearer than `least`, and returns whether they were. */
function separated(
  a: [number, number],
  b: [number, number],
  least: readonly [number, number],
): boolean {
  const overlap = [least[0] - Math.abs(a[0] - b[0]), least[1] - Math.abs(a[1] - b[1])] as const
  // Less than a pixel is rounding.
  if (Math.min(...overlap) <= 1) return false
  const axis = overlap[0] < overlap[1] ? 0 : 1
  const half = (a[axis] <= b[axis] ? 1 : -1) * (overlap[axis] / 2)
  a[axis] -= half
  b[axis] += half
  return true
}

function keepInside(
  centre: [number, number],
  size: readonly [number, number],
  [from, to]: Area,
): void {
  for (const axis of [0, 1] as const) {
    const half = size[axis] / 2
    centre[axis] = Math.max(from[axis] + half, Math.min(to[axis] - half, centre[axis]))
  }
}
