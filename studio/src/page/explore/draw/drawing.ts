import { computed, signal } from '@preact/signals'
import type { PictureShape } from '../../../protocol/api.ts'
import { attempt, session } from '../../session.ts'
import { model, points } from '../../state.ts'
import { perModel, pictureShape } from '../explore-state.ts'
import { prepareDrawing, scaledField } from '../prepare-drawing.ts'

/** Points of a line, in pixels of the pad: x, y, x, y … */
export type Stroke = readonly number[]

export const strokes = perModel<readonly Stroke[]>(() => [])

/** An example under the strokes, `[D]`. */
export const beginning = perModel<Float32Array | undefined>(() => undefined)

/** Whether the ink is scaled and centred as MNIST's was. */
export const prepares = signal(true)

/** What the model is given, `[D]`; undefined while nothing is drawn. */
export const drawn = perModel<Float32Array | undefined>(() => undefined)

/** Of the pad on the screen, about. */
const PAD = 224
/** Of the pad's width, how broad a stroke is. */
const PEN = 0.085

/** The pad in pixels: as many for each pixel of the model as find room. */
export const padSize = computed(() => {
  const { width, height } = pictureShape.value ?? { width: 28, height: 28 }
  const times = Math.max(1, Math.floor(PAD / Math.max(width, height)))
  return { width: width * times, height: height * times, times }
})

/** Draws everything on the pad, and gives the model what came of it. */
export function redraw(context: CanvasRenderingContext2D): void {
  const shape = pictureShape.value!
  const { width, height } = padSize.value
  context.fillStyle = 'black'
  context.fillRect(0, 0, width, height)
  if (beginning.value) drawBeginning(context, beginning.value, shape)
  drawStrokes(context, PEN * Math.min(width, height))
  const isEmpty = strokes.value.length === 0 && !beginning.value
  drawn.value = isEmpty ? undefined : valuesOf(context, shape)
}

function drawStrokes(context: CanvasRenderingContext2D, pen: number): void {
  Object.assign(context, { strokeStyle: 'white', lineCap: 'round', lineJoin: 'round' })
  context.lineWidth = pen
  for (const stroke of strokes.value) {
    context.beginPath()
    context.moveTo(stroke[0]!, stroke[1]!)
    // A line to where it is makes a dot.
    for (let i = stroke.length > 2 ? 2 : 0; i < stroke.length; i += 2)
      context.lineTo(stroke[i]!, stroke[i + 1]!)
    context.stroke()
  }
}

function drawBeginning(
  context: CanvasRenderingContext2D,
  values: Float32Array,
  { width, height, channels }: PictureShape,
): void {
  const { times } = padSize.value
  const area = width * height
  for (let i = 0; i < area; i++) {
    let sum = 0
    for (let c = 0; c < channels; c++) sum += values[c * area + i]!
    const grey = Math.round((255 * sum) / channels)
    if (grey === 0) continue
    context.fillStyle = `rgb(${grey} ${grey} ${grey})`
    context.fillRect((i % width) * times, Math.floor(i / width) * times, times, times)
  }
}

/** The pad as the model takes it: the same grey in every channel. */
function valuesOf(context: CanvasRenderingContext2D, shape: PictureShape): Float32Array {
  const { width, height } = padSize.value
  const { data } = context.getImageData(0, 0, width, height)
  const ink = { width, height, values: new Float32Array(width * height) }
  for (let i = 0; i < ink.values.length; i++) ink.values[i] = data[4 * i]! / 255
  const grey = prepares.value ? prepareDrawing(ink, shape) : scaledField(ink, shape)
  const values = new Float32Array(grey.length * shape.channels)
  for (let c = 0; c < shape.channels; c++) values.set(grey, c * grey.length)
  return values
}

export function undo(): void {
  if (strokes.value.length > 0) strokes.value = strokes.value.slice(0, -1)
  else beginning.value = undefined
}

export function clear(): void {
  strokes.value = []
  beginning.value = undefined
}

let begun = 0

/** Puts an example of a class on the pad, another one each time; of any class without one. */
export async function beginWith(index: number | undefined): Promise<void> {
  const found = points.value
  if (!found || !model.value) return
  const places: number[] = []
  for (let place = 0; place < found.count; place++)
    if (index === undefined || found.classes[place] === index) places.push(place)
  if (places.length === 0) return
  const place = places[begun++ % places.length]!
  const values = await attempt(() => session.examples(Int32Array.of(place)))
  if (!values) return
  strokes.value = []
  beginning.value = values
}
