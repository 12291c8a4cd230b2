import { effect } from '@preact/signals'
import { isDark } from '../../design/colours.ts'
import { language, text } from '../../text/text.ts'
import { axes, model, path, pinned, selected } from '../state.ts'
import { drawAxes, drawOrigin } from './axes-drawing.ts'
import { marks, palette, shades } from './colouring.ts'
import { createManifold } from './manifold.ts'
import { followManifold } from './manifold-following.ts'
import { canvasColours } from './map-colours.ts'
import {
  cloud,
  crosshair,
  fittedUnit,
  isLine,
  latentOf,
  plane,
  planeOfAxes,
  shown,
  showsThumbnails,
  size,
  view,
} from './map-state.ts'
import { drawCrosshair, drawLasso, drawPath, drawPins } from './marks-drawing.ts'
import { plainPoints } from './plain-points.ts'
import { type PointLayer, styleOf } from './point-layer.ts'
import { lasso, pixelOfSpot, positionOf } from './pointing.ts'
import { followThumbnails } from './thumbnail-following.ts'
import { pixelOf } from './view.ts'
import { webglPoints } from './webgl-points.ts'

export interface Canvases {
  readonly manifold: HTMLCanvasElement
  readonly points: HTMLCanvasElement
  readonly marks: HTMLCanvasElement
}

export interface Scene {
  readonly renderer: PointLayer['name']
  readonly canvases: Canvases
  /** Draws now; what is drawn can be copied until the task ends. */
  draw(): void
  close(): void
}

/** The manifold is fainter beneath points, so that they can be read; colours more so than pictures. */
const BENEATH = { pictures: 0.45, field: 0.3 }

/** Draws what the signals of the map say on three canvases that lie above each other, once a frame where something changed. */
export function createScene(canvases: Canvases): Scene {
  const layer = webglPoints(canvases.points) ?? plainPoints(canvases.points)
  let frame = 0
  const request = () => {
    frame ||= requestAnimationFrame(draw)
  }
  const manifold = createManifold(request)
  const thumbnails = followThumbnails(request)
  const draw = () => {
    cancelAnimationFrame(frame)
    frame = 0
    const ratio = fitCanvases(canvases)
    if (size.peek().width === 0) return
    drawManifold(canvases.manifold, manifold, ratio)
    drawPoints(layer, ratio)
    drawMarks(canvases.marks, thumbnails, ratio)
  }
  const ends = [
    effect(() => layer.setPositions(cloud.value.positions)),
    effect(() => layer.setShades(shades.value)),
    effect(() => layer.setPalette(palette.value)),
    effect(() => layer.setMarks(marks.value)),
    effect(() => {
      for (const { value } of drawnFrom) void value
      request()
    }),
    followManifold(manifold),
    thumbnails.close,
    layer.close,
  ]
  return {
    renderer: layer.name,
    canvases,
    draw,
    close: () => {
      cancelAnimationFrame(frame)
      for (const end of ends) end()
    },
  }
}

/** A change of any of these is drawn. */
const drawnFrom = [
  ...[view, size, shown, showsThumbnails, cloud, shades, palette, marks, selected],
  ...[path, pinned, crosshair, lasso, axes, plane, isDark, language],
]

/** Gives the canvases the pixels of the stage; device pixels for a CSS pixel. */
function fitCanvases(canvases: Canvases): number {
  const ratio = Math.min(2, devicePixelRatio)
  const { width, height } = size.peek()
  for (const canvas of Object.values(canvases)) {
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)]
    if (canvas.width !== across) canvas.width = across
    if (canvas.height !== down) canvas.height = down
  }
  return ratio
}

function cleared(canvas: HTMLCanvasElement, ratio: number): CanvasRenderingContext2D {
  const context = canvas.getContext('2d')!
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, canvas.width, canvas.height)
  return context
}

function drawManifold(
  canvas: HTMLCanvasElement,
  manifold: ReturnType<typeof createManifold>,
  ratio: number,
): void {
  const context = cleared(canvas, ratio)
  if (shown.peek() !== 'points' && plane.peek() === 'axes') {
    const hasPoints = shown.peek() === 'both' && cloud.peek().places.length > 0
    const faint = model.peek()?.picture ? BENEATH.pictures : BENEATH.field
    context.globalAlpha = hasPoints ? faint : 1
    manifold.draw(context, view.peek(), size.peek())
    context.globalAlpha = 1
  }
  drawOrigin(context, view.peek(), size.peek(), canvasColours(), !isLine.peek())
}

function drawPoints(layer: PointLayer, ratio: number): void {
  const { length } = cloud.peek().places
  const zoom = view.peek().unit / fittedUnit.peek()
  const style = styleOf(length, zoom, size.peek(), selected.peek().length > 0)
  const isHidden = shown.peek() === 'manifold' || showsThumbnails.peek()
  layer.draw(view.peek(), size.peek(), ratio, isHidden ? undefined : style)
}

function drawMarks(
  canvas: HTMLCanvasElement,
  thumbnails: ReturnType<typeof followThumbnails>,
  ratio: number,
): void {
  const context = cleared(canvas, ratio)
  const colours = canvasColours()
  if (shown.peek() !== 'manifold' && showsThumbnails.peek()) thumbnails.draw(context, colours)
  drawAxes(context, view.peek(), size.peek(), colours, { format: tickText, ...axisNames() })
  const walked = path.peek()
  if (walked) drawPath(context, colours, pixelsOfPath(walked.codes), walked.at)
  const pins = pinned.peek().flatMap((spot) => {
    const at = pixelOfSpot(spot)
    return at ? [{ spot, at }] : []
  })
  drawPins(context, colours, pins)
  if (crosshair.peek())
    drawCrosshair(context, colours, pixelOf(view.peek(), size.peek(), crosshair.peek()!))
  drawLasso(context, colours, lasso.peek())
}

function axisNames(): { readonly across: string; readonly up: string | undefined } {
  const kind = plane.peek()
  if (kind !== 'axes') {
    const named = text.peek().map.projectionAxis[kind]
    return { across: named(1), up: named(2) }
  }
  const { across, up } = planeOfAxes.peek()!
  return { across: `z${across + 1}`, up: up === undefined ? undefined : `z${up + 1}` }
}

function pixelsOfPath(codes: Float32Array) {
  const latent = latentOf.peek()
  if (latent === 0 || plane.peek() !== 'axes') return []
  return Array.from({ length: codes.length / latent }, (_, step) =>
    pixelOf(
      view.peek(),
      size.peek(),
      positionOf(codes.subarray(step * latent, (step + 1) * latent), undefined)!,
    ),
  )
}

const tickText = (value: number, digits: number): string =>
  new Intl.NumberFormat(language.peek(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay: 'negative',
  }).format(value)
