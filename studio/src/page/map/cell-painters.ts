import { signal } from '@preact/signals'
import { classColour, numberColour } from '../../design/colours.ts'
import type { ModelSummary, PictureShape } from '../../protocol/api.ts'
import { session } from '../session.ts'
import type { CellPainter } from './manifold.ts'
import { cornerOf, type Sheet } from './manifold-sheet.ts'
import { type Rgb, writePicture } from './picture-pixels.ts'
import { bytesOfColour } from './point-layer.ts'

/** The most pixels of a picture's side in the manifold. */
const LARGEST = 64

type CodeAt = (place: readonly [number, number]) => Float32Array

/** Decodes the codes at places; the values of each, `[n, D]`. */
async function decoded(
  places: readonly (readonly [number, number])[],
  codeAt: CodeAt,
  label: number | undefined,
): Promise<Float32Array> {
  const codes = places.map(codeAt)
  const latent = codes[0]?.length ?? 0
  const flat = new Float32Array(codes.length * latent)
  for (const [i, code] of codes.entries()) flat.set(code, i * latent)
  return session.decode(flat, label)
}

/** Cells of decoded pictures. */
export function picturePainter(
  picture: PictureShape,
  ink: Rgb | undefined,
  question: string,
  codeAt: CodeAt,
  label: number | undefined,
): CellPainter {
  const shrunk = Math.min(1, LARGEST / Math.max(picture.width, picture.height))
  const cell = {
    width: Math.max(1, Math.round(picture.width * shrunk)),
    height: Math.max(1, Math.round(picture.height * shrunk)),
  }
  const image = new ImageData(picture.width, picture.height)
  const scratch = new OffscreenCanvas(picture.width, picture.height)
  const scratchContext = scratch.getContext('2d')!
  return {
    least: 38,
    cell,
    isSmooth: () => false,
    question: `${question} ${ink}`,
    async paint(sheet, cells, places) {
      const values = await decoded(places, codeAt, label)
      const context = sheet.canvas.getContext('2d')!
      const dimension = values.length / cells.length
      for (const [i, number] of cells.entries()) {
        const [x, y] = cornerOf(sheet, number)
        writePicture(image.data, values, i * dimension, picture, ink)
        if (shrunk === 1) context.putImageData(image, x, y)
        else {
          scratchContext.putImageData(image, 0, 0)
          context.clearRect(x, y, cell.width, cell.height)
          context.drawImage(scratch, x, y, cell.width, cell.height)
        }
      }
    },
  }
}

/** What the colours of a field of decoded values mean. */
export type FieldLegend =
  | { readonly kind: 'numbers'; readonly low: number; readonly high: number }
  | { readonly kind: 'names'; readonly names: readonly string[] }

export const fieldLegend = signal<FieldLegend | undefined>(undefined)

/** Cells coloured by the decoded value of a column, in the units of its file. */
export function fieldPainter(
  { columns }: ModelSummary,
  column: number,
  question: string,
  codeAt: CodeAt,
  label: number | undefined,
): CellPainter {
  const scale = fieldScale(`${columns?.[column]}`)
  return {
    least: 13,
    cell: { width: 1, height: 1 },
    isSmooth: scale.isNumber,
    question,
    async paint(sheet, cells, places) {
      const rows = await session.rows(await decoded(places, codeAt, label))
      cells.forEach((cell, i) => {
        sheet.numbers[cell] = scale.numberOf(rows[i]![column] ?? null)
        sheet.has[cell] = 1
      })
      scale.publish()
      repaint(sheet, scale)
    },
  }
}

interface FieldScale {
  numberOf(value: number | string | null): number
  isNumber(): boolean
  colourOf(number: number): string
  publish(): void
}

const scales = new Map<string, FieldScale>()

/** The scale of a column: it grows with what is seen, so that colours keep their meaning while the view moves. */
function fieldScale(column: string): FieldScale {
  const known = scales.get(column)
  if (known) return known
  const names: string[] = []
  let low = Infinity
  let high = -Infinity
  const scale: FieldScale = {
    numberOf(value) {
      if (typeof value === 'string') {
        if (!names.includes(value)) names.push(value)
        return names.indexOf(value)
      }
      if (value === null || !Number.isFinite(value)) return Number.NaN
      low = Math.min(low, value)
      high = Math.max(high, value)
      return value
    },
    isNumber: () => names.length === 0,
    colourOf: (number) =>
      names.length > 0 ? classColour(number) : numberColour((number - low) / (high - low || 1)),
    publish() {
      fieldLegend.value =
        names.length > 0 ? { kind: 'names', names: [...names] } : { kind: 'numbers', low, high }
    },
  }
  scales.set(column, scale)
  return scale
}

/** Forgets the scales of a model before. */
export function forgetScales(): void {
  scales.clear()
  fieldLegend.value = undefined
}

function repaint(sheet: Sheet, scale: FieldScale): void {
  const { width, height } = sheet.canvas
  const image = new ImageData(width, height)
  for (let cell = 0; cell < sheet.has.length; cell++) {
    if (!sheet.has[cell] || Number.isNaN(sheet.numbers[cell]!)) continue
    image.data.set(bytesOfColour(scale.colourOf(sheet.numbers[cell]!)), 4 * cell)
    image.data[4 * cell + 3] = 255
  }
  sheet.canvas.getContext('2d')!.putImageData(image, 0, 0)
}
