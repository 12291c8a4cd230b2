import type { PictureShape } from '../../protocol/api.ts'
import { latest } from '../latest.ts'
import { attempt, session } from '../session.ts'
import { type Rgb, valuesOfBytes, writePicture } from './picture-pixels.ts'
import type { Point } from './view.ts'

export const MOST_THUMBNAILS = 400

/** Pictures of examples in place of points. */
export interface Thumbnails {
  /** Asks for those that are not there yet. */
  show(places: Int32Array, picture: PictureShape, ink: Rgb | undefined): void
  draw(
    context: CanvasRenderingContext2D,
    placed: readonly { readonly place: number; readonly at: Point; readonly colour: string }[],
    side: number,
    ground: string,
  ): void
  forget(): void
}

export function createThumbnails(changed: () => void): Thumbnails {
  const known = new Map<number, HTMLCanvasElement>()
  let drawnWith = ''
  const ask = latest(async (places: Int32Array, picture: PictureShape, ink: Rgb | undefined) => {
    const missing = places.filter((place) => !known.has(place))
    if (missing.length === 0) return
    const bytes = await attempt(() => session.thumbnails(missing))
    if (!bytes) return
    const values = valuesOfBytes(bytes, picture)
    const dimension = values.length / missing.length
    missing.forEach((place, i) => {
      known.set(place, canvasOf(values, i * dimension, picture, ink))
    })
    changed()
  })
  return {
    show(places, picture, ink) {
      if (drawnWith !== `${ink}`) known.clear()
      drawnWith = `${ink}`
      void ask(places, picture, ink)
    },
    draw(context, placed, side, ground) {
      context.imageSmoothingEnabled = true
      for (const { place, at, colour } of placed) {
        const picture = known.get(place)
        const [x, y] = [Math.round(at[0] - side / 2), Math.round(at[1] - side / 2)]
        context.fillStyle = ground
        context.fillRect(x, y, side, side)
        if (picture) context.drawImage(picture, x + 1, y + 1, side - 2, side - 2)
        context.lineWidth = 2
        context.strokeStyle = colour
        context.strokeRect(x, y, side, side)
      }
    },
    forget: () => known.clear(),
  }
}

function canvasOf(
  values: Float32Array,
  from: number,
  picture: PictureShape,
  ink: Rgb | undefined,
): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = picture.width
  canvas.height = picture.height
  const image = new ImageData(picture.width, picture.height)
  writePicture(image.data, values, from, picture, ink)
  canvas.getContext('2d')!.putImageData(image, 0, 0)
  return canvas
}
