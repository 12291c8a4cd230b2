import { classColour, numberColour } from '../../design/colours.ts'
import { shown, text } from '../../text/text.ts'
import { saveFile } from '../parts/save.ts'
import { model } from '../state.ts'
import { classCounts, numberRange, pointColours } from './colouring.ts'
import { canvasColours } from './map-colours.ts'
import { colourBy, hiddenClasses, size } from './map-state.ts'
import { scaleText } from './scale-text.ts'
import { scene } from './stage.tsx'

/** Height of the legend's lines, in CSS pixels. */
const LINE = 22
const MARGIN = 12

/** Saves the map as it is seen, with its legend, as a PNG file. */
export async function saveMap(): Promise<void> {
  const canvas = composed()
  const file = canvas && (await new Promise<Blob | null>((done) => canvas.toBlob(done)))
  if (file) saveFile(file, `${model.peek()?.title ?? 'map'} · map.png`)
}

function composed(): HTMLCanvasElement | undefined {
  const made = scene.peek()
  if (!made) return undefined
  const { width, height } = size.peek()
  const layers = [made.canvases.manifold, made.canvases.points, made.canvases.marks]
  const ratio = layers[0]!.width / width
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')!
  context.font = legendFont()
  const legend = legendEntries()
  const lines = wrapped(legend, (entry) => widthOf(context, entry), width - 2 * MARGIN)
  canvas.width = layers[0]!.width
  canvas.height = Math.round((height + lines.length * LINE + (lines.length && MARGIN)) * ratio)
  context.fillStyle = canvasColours().paper
  context.fillRect(0, 0, canvas.width, canvas.height)
  made.draw()
  for (const layer of layers) context.drawImage(layer, 0, 0)
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.font = legendFont()
  lines.forEach((line, i) => {
    drawLine(context, line, height + MARGIN / 2 + (i + 0.5) * LINE)
  })
  return canvas
}

interface Entry {
  readonly text: string
  /** Colours side by side before the text. */
  readonly colours: readonly string[]
}

const legendFont = (): string => `12px ${getComputedStyle(document.body).fontFamily}`

function legendEntries(): readonly Entry[] {
  const colours = pointColours.peek()
  const by = colourBy.peek()
  if (!colours || !by) return []
  if (colours.kind === 'classes')
    return colours.names.flatMap((name, place) =>
      hiddenClasses.peek().has(place)
        ? []
        : [
            {
              text: `${name}  ${shown.peek().whole(classCounts.peek()?.[place] ?? 0)}`,
              colours: [classColour(place)],
            },
          ],
    )
  const { low, high } = numberRange.peek()!
  const format = scaleText({ low, high }, by.by === 'column' ? by.column : undefined)
  const title = by.by === 'column' ? by.column : text.peek().map.colourNames[by.by]
  const scale = Array.from({ length: 16 }, (_, step) => numberColour(step / 15))
  return [
    { text: `${title}${colours.unit && ` (${colours.unit})`}  ${format(low)}`, colours: [] },
    { text: format(high), colours: scale },
  ]
}

const SQUARE = 10

const widthOf = (context: CanvasRenderingContext2D, { text: words, colours }: Entry): number =>
  colours.length * SQUARE + 6 + context.measureText(words).width + 14

function wrapped(
  entries: readonly Entry[],
  width: (entry: Entry) => number,
  most: number,
): readonly (readonly Entry[])[] {
  const lines: Entry[][] = []
  let used = Infinity
  for (const entry of entries) {
    if (used + width(entry) > most) {
      lines.push([])
      used = 0
    }
    lines.at(-1)!.push(entry)
    used += width(entry)
  }
  return lines
}

function drawLine(context: CanvasRenderingContext2D, line: readonly Entry[], y: number): void {
  let x = MARGIN
  context.textBaseline = 'middle'
  for (const entry of line) {
    entry.colours.forEach((colour, i) => {
      context.fillStyle = colour
      context.fillRect(x + i * SQUARE, y - SQUARE / 2, SQUARE, SQUARE)
    })
    context.fillStyle = canvasColours().ink
    context.fillText(entry.text, x + entry.colours.length * SQUARE + 6, y)
    x += widthOf(context, entry)
  }
}
