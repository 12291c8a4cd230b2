import { useSignalEffect } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { isDark } from '../../design/colours.ts'
import { language } from '../../text/text.ts'
import type { Mark } from './curve-log.ts'
import { aligned, epochsShown, type Range, steadyRange, valuesRange } from './curve-range.ts'
import { drawn, log } from './training.ts'

interface CurvePlotProps {
  readonly name: string
  readonly isLog: boolean
  /** Called with the epoch under the pointer; undefined when it leaves. */
  readonly onPoint: (epoch: number | undefined) => void
}

const HEIGHT = 96
/** For the numbers of the y axis. */
const MARGIN = 44

/** One term over the epochs: training as a line, validation as a line, with a dot at each epoch where there is room, and marks of what happened. */
export function CurvePlot({ name, isLog, onPoint }: CurvePlotProps) {
  const root = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | undefined>(undefined)
  const range = useRef<Range | undefined>(undefined)
  useLayoutEffect(() => {
    const made = new uPlot(
      plotOptions(root.current!, isLog, () => range.current, onPoint),
      undefined,
      root.current!,
    )
    plot.current = made
    range.current = undefined
    update(made, name, isLog, range)
    const resized = new ResizeObserver(() =>
      made.setSize({ width: root.current!.clientWidth, height: HEIGHT }),
    )
    resized.observe(root.current!)
    return () => {
      resized.disconnect()
      made.destroy()
    }
  }, [name, isLog, isDark.value, language.value])
  useSignalEffect(() => {
    void drawn.value
    if (plot.current) update(plot.current, name, isLog, range)
  })
  return <div ref={root} class="curve-plot" aria-hidden="true" />
}

function update(
  plot: uPlot,
  name: string,
  isLog: boolean,
  range: { current: Range | undefined },
): void {
  const curve = log.curves.find((other) => other.name === name)
  const values = curve && valuesRange(curve)
  if (!curve || !values) return
  range.current = isLog && values[0] > 0 ? values : steadyRange(range.current, values)
  plot.setData(aligned(curve))
}

function plotOptions(
  root: HTMLElement,
  isLog: boolean,
  range: () => Range | undefined,
  onPoint: CurvePlotProps['onPoint'],
): uPlot.Options {
  const style = getComputedStyle(root)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const [quiet, rule, training, validation] = ['--quiet', '--rule', '--train', '--validation'].map(
    (name) => resolved(root, colour(name)),
  ) as [string, string, string, string]
  const font = `11px ${style.fontFamily}`
  const axis = { stroke: quiet, font, ticks: { show: false }, grid: { stroke: rule, width: 1 } }
  return {
    width: root.clientWidth || 260,
    height: HEIGHT,
    legend: { show: false },
    // The last number of the axis of epochs stands half outside.
    padding: [6, 14, 0, 0],
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { show: false },
      sync: { key: 'training', setSeries: false },
    },
    scales: {
      x: { time: false, range: () => [0, Math.max(1, epochsShown(log.at, log.end))] },
      y: {
        distr: isLog ? 3 : 1,
        range: () => [...(range() ?? [0, 1])] as [number, number],
      },
    },
    series: [
      {},
      { stroke: training, width: 1.5, spanGaps: true, points: { show: false } },
      {
        stroke: validation,
        width: 1.5,
        spanGaps: true,
        points: { show: hasRoomForDots, size: 5, fill: validation, width: 0 },
      },
    ],
    axes: [
      { ...axis, size: 20, gap: 2, space: 40, grid: { show: false }, incrs: WHOLE },
      { ...axis, size: MARGIN, gap: 4, space: 20, values: (_, ticks) => ticks.map(tickText) },
    ],
    hooks: {
      drawAxes: [(plot) => drawMarks(plot, log.marks, { quiet, rule, font })],
      setCursor: [
        ({ cursor: { left }, posToVal }) =>
          onPoint(left === undefined || left < 0 ? undefined : posToVal(left, 'x')),
      ],
    },
  }
}

/** Dots closer than these pixels are a thick line. */
const DOT_DISTANCE = 10

const hasRoomForDots = ({ data, bbox }: uPlot, series: number): boolean => {
  const measured = Array.from(data[series]!).filter((value) => value != null)
  return measured.length * DOT_DISTANCE * uPlot.pxRatio <= bbox.width
}

/** Distances between the numbers of the axis of epochs. */
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]

const tickText = (value: number | null): string =>
  value === null
    ? ''
    : new Intl.NumberFormat(language.value, {
        maximumSignificantDigits: 4,
        notation: Math.abs(value) >= 1e5 ? 'compact' : 'standard',
      }).format(value)

/** A colour as a canvas takes it, of one that depends on the theme. */
function resolved(root: HTMLElement, colour: string): string {
  const probe = root.appendChild(document.createElement('span'))
  probe.style.color = colour
  const found = getComputedStyle(probe).color
  probe.remove()
  return found
}

interface Look {
  readonly quiet: string
  readonly rule: string
  readonly font: string
}

/** Stages as lines from top to bottom with their names, changes as short ticks with what was set. */
function drawMarks(plot: uPlot, marks: readonly Mark[], { quiet, font }: Look): void {
  const { ctx, bbox } = plot
  const ratio = uPlot.pxRatio
  ctx.save()
  ctx.font = font.replace(/^\d+/, (size) => String(Number(size) * ratio - ratio))
  ctx.fillStyle = ctx.strokeStyle = quiet
  ctx.lineWidth = ratio
  ctx.textBaseline = 'top'
  ctx.textAlign = 'left'
  let free = Number.NEGATIVE_INFINITY
  for (const { x, kind, label } of marks) {
    const left = Math.round(plot.valToPos(x, 'x', true)) + 0.5
    ctx.setLineDash(kind === 'stage' ? [] : [2 * ratio, 2 * ratio])
    ctx.beginPath()
    ctx.moveTo(left, bbox.top)
    ctx.lineTo(left, bbox.top + bbox.height)
    ctx.stroke()
    // A name that would lie on the one before is left out; the line stays.
    const { width } = ctx.measureText(label)
    const room = bbox.left + bbox.width - left - 3 * ratio
    const from = room >= width ? left + 3 * ratio : left - 3 * ratio - width
    if (from < free) continue
    ctx.fillText(label, from, bbox.top)
    free = from + width + 6 * ratio
  }
  ctx.restore()
}
