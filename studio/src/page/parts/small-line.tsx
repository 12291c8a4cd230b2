import { useRef } from 'preact/hooks'
import { text } from '../../text/text.ts'
import { Figure } from './figure.tsx'
import { extentOf, HEIGHT, linePath, WIDTH } from './line-path.ts'
import { saveSvg } from './save.ts'
import './small-line.css'

interface SmallLineProps {
  readonly title: string
  /** At even distances, from left to right; NaN leaves a gap. */
  readonly values: readonly number[]
  /** A second line, dashed, to compare with. */
  readonly beside?: readonly number[] | undefined
  /** Where the marker stands, 0 to 1. */
  readonly at: number
  readonly shown: (value: number) => string
  /** The value at the marker; by default read from the line. */
  readonly unit?: string
  readonly name: string
}

/** A line chart as small as a word: its range below, the value at the marker beside the title. */
export function SmallLine(props: SmallLineProps) {
  const { title, values, beside, at, shown, unit = '', name } = props
  const drawing = useRef<SVGSVGElement>(null)
  const [low, high] = extentOf(beside ? [...values, ...beside] : values)
  const now = values[Math.round(at * (values.length - 1))] ?? Number.NaN
  const { nothing, range } = text.value.explore.lines
  const value = Number.isFinite(now) ? `${shown(now)}${unit}` : nothing
  const ends = low < high || low === high ? range(shown(low), shown(high)) : nothing
  const x = at * WIDTH
  const y = linePath([now, now], low, high).y(now)
  return (
    <Figure
      title={title}
      note={
        <>
          <span class="small-line-value">{value}</span> {ends}
        </>
      }
      saves="SVG"
      isSmall
      save={() => drawing.current && saveSvg(drawing.current, name)}
    >
      <svg
        ref={drawing}
        class="small-line"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}: ${value}; ${ends}`}
      >
        <line class="small-line-at" x1={x} x2={x} y1={0} y2={HEIGHT} />
        {beside && <path class="small-line-beside" d={linePath(beside, low, high).path} />}
        <path class="small-line-line" d={linePath(values, low, high).path} />
        {Number.isFinite(now) && <path class="small-line-dot" d={`M${x},${y}h0`} />}
      </svg>
    </Figure>
  )
}
