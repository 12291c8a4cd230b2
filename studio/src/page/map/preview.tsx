import { useComputed, useSignalEffect } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { shown, text } from '../../text/text.ts'
import { latest } from '../latest.ts'
import { attempt, session } from '../session.ts'
import { decodedLabel, model, numberAt, parameters, pointed, points } from '../state.ts'
import { inkOf } from './map-colours.ts'
import { picturesAreInk, size } from './map-state.ts'
import { writePicture } from './picture-pixels.ts'
import { hovered } from './pointing.ts'
import './preview.css'

/** Pixels between the pointer and what it points at, and of what is shown there. */
const GAP = 16
const WIDTH = 88
const HEIGHT = 112

/** What the place under the pointer decodes to, beside the pointer. */
export function Preview() {
  const canvas = useRef<HTMLCanvasElement>(null)
  const show = useMemo(() => latest((code: Float32Array) => decodeOnto(canvas.current, code)), [])
  const picture = useComputed(() => (model.value?.can.decode ? model.value.picture : undefined))
  useSignalEffect(() => {
    void parameters.value
    if (hovered.value && picture.value && pointed.value) void show(pointed.value.code)
  })
  useEffect(() => {
    if (canvas.current && pointed.peek()) void show(pointed.peek()!.code)
  }, [show])
  const at = hovered.value
  if (!at || !pointed.value || !model.value) return null
  const { width, height } = size.value
  const x = at[0] + GAP + WIDTH > width ? at[0] - GAP - WIDTH : at[0] + GAP
  const y = Math.min(Math.max(4, at[1] - HEIGHT / 2), height - HEIGHT - 4)
  return (
    <div class="preview" style={{ transform: `translate(${x}px, ${y}px)` }}>
      {picture.value && (
        <canvas
          ref={canvas}
          class="preview-picture pixels"
          width={picture.value.width}
          height={picture.value.height}
        />
      )}
      <NearestName />
    </div>
  )
}

async function decodeOnto(canvas: HTMLCanvasElement | null, code: Float32Array): Promise<void> {
  const picture = model.peek()?.picture
  if (!canvas || !picture) return
  const values = await attempt(() => session.decode(code, decodedLabel.peek()))
  if (!values) return
  const image = new ImageData(picture.width, picture.height)
  const ink = picture.channels === 1 && picturesAreInk.peek() ? inkOf() : undefined
  writePicture(image.data, values, 0, picture, ink)
  canvas.getContext('2d')!.putImageData(image, 0, 0)
}

/** Which example is near, if one is. */
function NearestName() {
  const place = pointed.value?.place
  const found = points.value
  if (place === undefined || !found) return null
  const label = model.value?.classes?.[found.classes[place] ?? -1]?.name
  return (
    <p class="preview-name small">
      {label !== undefined && <strong>{label}</strong>}{' '}
      <span class="quiet number">
        {text.value.map.exampleNumber(shown.value.whole(numberAt(place)))}
      </span>
    </p>
  )
}
