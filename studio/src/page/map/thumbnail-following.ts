import { effect } from '@preact/signals'
import { isDark } from '../../design/colours.ts'
import { model, points } from '../state.ts'
import { palette, shades, visible } from './colouring.ts'
import { type CanvasColours, inkOf } from './map-colours.ts'
import { cloud, picturesAreInk, showsThumbnails, size, view } from './map-state.ts'
import { spread } from './picking.ts'
import { createThumbnails, MOST_THUMBNAILS } from './thumbnails.ts'
import { boundsOf, pixelOf } from './view.ts'

/** Pixels of a thumbnail's side, and milliseconds that a view must rest before others are chosen. */
const SIDE = 30
const REST = 120

/** Chooses the thumbnails of a view, and draws them. */
export function followThumbnails(changed: () => void) {
  const thumbnails = createThumbnails(changed)
  let chosen = new Int32Array()
  let timer: ReturnType<typeof setTimeout> | undefined
  const choose = () => {
    const picture = model.peek()?.picture
    if (!picture) return
    const { positions, places } = cloud.peek()
    const apart = (SIDE + 4) / view.peek().unit
    const within = boundsOf(view.peek(), size.peek())
    chosen = Int32Array.from(spread(positions, visible.peek(), within, apart, MOST_THUMBNAILS))
    const ink = picture.channels === 1 && picturesAreInk.peek() ? inkOf() : undefined
    thumbnails.show(
      chosen.map((index) => places[index]!),
      picture,
      ink,
    )
    changed()
  }
  const ends = [
    effect(() => {
      for (const { value } of [view, size, cloud, visible, isDark, picturesAreInk]) void value
      clearTimeout(timer)
      if (showsThumbnails.value) timer = setTimeout(choose, REST)
    }),
    effect(() => {
      if (!points.value) thumbnails.forget()
    }),
  ]
  return {
    draw(context: CanvasRenderingContext2D, colours: CanvasColours) {
      const { positions, places } = cloud.peek()
      const marks = visible.peek()
      const placed = [...chosen].flatMap((index) =>
        marks[index]
          ? [
              {
                place: places[index]!,
                at: pixelOf(view.peek(), size.peek(), [
                  positions[2 * index]!,
                  positions[2 * index + 1]!,
                ]),
                colour: palette.peek()[shades.peek()[index]!]!,
              },
            ]
          : [],
      )
      thumbnails.draw(context, placed, SIDE, colours.paper)
    },
    close() {
      clearTimeout(timer)
      for (const end of ends) end()
    },
  }
}
