import type { CanvasColours } from './map-colours.ts'
import { boundsOf, pixelOf, type Size, ticksOf, type View } from './view.ts'

/** Fine lines through the origin. */
export function drawOrigin(
  context: CanvasRenderingContext2D,
  view: View,
  size: Size,
  colours: CanvasColours,
  isPlane: boolean,
): void {
  const [x, y] = pixelOf(view, size, [0, 0]).map((pixel) => Math.round(pixel) + 0.5)
  context.lineWidth = 1
  context.strokeStyle = colours.rule
  line(context, x!, 0, x!, size.height)
  if (isPlane) line(context, 0, y!, size.width, y!)
}

/** Ticks with their numbers at the lower and left edges. */
export function drawAxes(
  context: CanvasRenderingContext2D,
  view: View,
  size: Size,
  colours: CanvasColours,
  given: {
    readonly format: (value: number, digits: number) => string
    /** What the axes are; undefined for an axis without a meaning. */
    readonly across: string
    readonly up: string | undefined
  },
): void {
  const { left, right, bottom, top } = boundsOf(view, size)
  const { width, height } = size
  context.lineWidth = 1
  context.font = `11px ${fontFamily()}`
  context.strokeStyle = colours['strong-rule']
  const across = ticksOf(left, right, view.unit, 64)
  const free = width - 32 - context.measureText(given.across).width
  for (const value of across.values) {
    const x = Math.round(pixelOf(view, size, [value, 0])[0]) + 0.5
    line(context, x, height, x, height - 5)
    if (x < 40 || x > free) continue
    label(context, colours, given.format(value, across.digits), x, height - 13, 'center')
  }
  label(context, colours, given.across, width - 8, height - 13, 'right')
  if (!given.up) return
  const up = ticksOf(bottom, top, view.unit, 48)
  for (const value of up.values) {
    const y = Math.round(pixelOf(view, size, [0, value])[1]) + 0.5
    line(context, 0, y, 5, y)
    if (y < 28 || y > height - 28) continue
    label(context, colours, given.format(value, up.digits), 9, y, 'left')
  }
  label(context, colours, given.up, 9, 12, 'left')
}

const fontFamily = (): string => getComputedStyle(document.body).fontFamily

function line(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  endX: number,
  endY: number,
): void {
  context.beginPath()
  context.moveTo(x, y)
  context.lineTo(endX, endY)
  context.stroke()
}

/** Text with a halo of the ground, so that it can be read over anything. */
export function label(
  context: CanvasRenderingContext2D,
  colours: CanvasColours,
  text: string,
  x: number,
  y: number,
  align: CanvasTextAlign,
): void {
  context.textAlign = align
  context.textBaseline = 'middle'
  context.lineJoin = 'round'
  context.lineWidth = 4
  context.strokeStyle = colours.paper
  context.strokeText(text, x, y)
  context.fillStyle = colours.quiet
  context.fillText(text, x, y)
  context.lineWidth = 1
  context.strokeStyle = colours['strong-rule']
}
