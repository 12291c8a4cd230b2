import { useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { text } from '../../../text/text.ts'
import { padSize, redraw, strokes } from './drawing.ts'

/** Where a digit is drawn, with a mouse, a finger or a pen. */
export function Pad() {
  const canvas = useRef<HTMLCanvasElement>(null)
  const drawing = useRef(false)
  const { width, height } = padSize.value
  useSignalEffect(() => {
    const context = canvas.current?.getContext('2d', { willReadFrequently: true })
    if (context) redraw(context)
  })
  const placeOf = ({ clientX, clientY }: PointerEvent): [number, number] => {
    const box = canvas.current!.getBoundingClientRect()
    return [((clientX - box.left) / box.width) * width, ((clientY - box.top) / box.height) * height]
  }
  const end = () => {
    drawing.current = false
  }
  return (
    <canvas
      ref={canvas}
      class="draw-pad"
      width={width}
      height={height}
      role="img"
      aria-label={text.value.explore.draw.pad}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.preventDefault()
        event.currentTarget.setPointerCapture(event.pointerId)
        drawing.current = true
        strokes.value = [...strokes.value, placeOf(event)]
      }}
      onPointerMove={(event) => {
        if (!drawing.current) return
        const passed = event.getCoalescedEvents?.() ?? []
        const added = (passed.length > 0 ? passed : [event]).flatMap(placeOf)
        strokes.value = [...strokes.value.slice(0, -1), [...strokes.value.at(-1)!, ...added]]
      }}
      onPointerUp={end}
      onPointerCancel={end}
    />
  )
}
