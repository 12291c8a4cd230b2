import type { Spot } from '../state.ts'
import { label } from './axes-drawing.ts'
import type { CanvasColours } from './map-colours.ts'
import type { Point } from './view.ts'

/** What lies above the points, in pixels of the stage. */

type Context = CanvasRenderingContext2D

/** A line through places, with a dot at a share of its steps. */
export function drawPath(
  context: Context,
  colours: CanvasColours,
  pixels: readonly Point[],
  at: number,
): void {
  if (pixels.length === 0) return
  for (const [width, colour] of [
    [5, colours.paper],
    [2, colours.ink],
  ] as const) {
    trace(context, pixels)
    context.lineWidth = width
    context.lineJoin = 'round'
    context.strokeStyle = colour
    context.stroke()
  }
  const along = Math.min(1, Math.max(0, at)) * (pixels.length - 1)
  const before = pixels[Math.floor(along)]!
  const after = pixels[Math.ceil(along)]!
  const share = along - Math.floor(along)
  const x = before[0] + (after[0] - before[0]) * share
  const y = before[1] + (after[1] - before[1]) * share
  disc(context, [x, y], 6)
  context.fillStyle = colours.accent
  context.fill()
  context.lineWidth = 2
  context.strokeStyle = colours.paper
  context.stroke()
}

/** Pinned spots: rings with their numbers, or a diamond with a name. */
export function drawPins(
  context: Context,
  colours: CanvasColours,
  pins: readonly { readonly spot: Spot; readonly at: Point }[],
): void {
  pins.forEach(({ spot, at }, i) => {
    const outline = () => (spot.name ? diamond(context, at, 8) : disc(context, at, 7))
    for (const [width, colour] of [
      [5, colours.paper],
      [2, colours.ink],
    ] as const) {
      outline()
      context.lineWidth = width
      context.strokeStyle = colour
      context.stroke()
    }
    label(context, colours, spot.name ?? `${i + 1}`, at[0] + 12, at[1] - 10, 'left')
  })
}

export function drawCrosshair(context: Context, colours: CanvasColours, [x, y]: Point): void {
  for (const [width, colour] of [
    [4, colours.paper],
    [1.5, colours.accent],
  ] as const) {
    context.beginPath()
    for (const [from, to] of [
      [-14, -4],
      [4, 14],
    ] as const) {
      context.moveTo(x + from, y)
      context.lineTo(x + to, y)
      context.moveTo(x, y + from)
      context.lineTo(x, y + to)
    }
    context.lineWidth = width
    context.strokeStyle = colour
    context.stroke()
  }
}

export function drawLasso(
  context: Context,
  colours: CanvasColours,
  pixels: readonly Point[],
): void {
  if (pixels.length < 2) return
  trace(context, pixels)
  context.closePath()
  context.globalAlpha = 0.12
  context.fillStyle = colours.accent
  context.fill()
  context.globalAlpha = 1
  context.lineWidth = 1.5
  context.strokeStyle = colours.accent
  context.stroke()
}

function trace(context: Context, pixels: readonly Point[]): void {
  context.beginPath()
  for (const [x, y] of pixels) context.lineTo(x, y)
}

function disc(context: Context, [x, y]: Point, radius: number): void {
  context.beginPath()
  context.arc(x, y, radius, 0, 2 * Math.PI)
}

function diamond(context: Context, [x, y]: Point, radius: number): void {
  context.beginPath()
  context.moveTo(x, y - radius)
  context.lineTo(x + radius, y)
  context.lineTo(x, y + radius)
  context.lineTo(x - radius, y)
  context.closePath()
}
