import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { PictureShape } from '../protocol/api.ts'
import { gridPixels, type Pixels } from './pixels.ts'
import './picture-canvas.css'

interface PictureCanvasProps {
  /** Pictures `[n, C, H, W]` in [0, 1]. */
  readonly values: Float32Array
  readonly shape: PictureShape
  /** Which of them; the first by default. */
  readonly at?: number
  /** Its width on the screen, in CSS pixels; by default that of what it lies in. */
  readonly size?: number
  /** What it shows, for who cannot see it; without one it is decoration. */
  readonly label?: string
}

/** One picture, grey or in colour, with every pixel a square. */
export function PictureCanvas({ values, shape, at = 0, size, label }: PictureCanvasProps) {
  const pixels = useMemo(() => {
    const length = shape.width * shape.height * shape.channels
    return gridPixels(values.subarray(at * length, (at + 1) * length), shape, {
      columns: 1,
      gap: 0,
    })
  }, [values, shape, at])
  return <PixelCanvas pixels={pixels} size={size} label={label} />
}

interface PixelCanvasProps {
  readonly pixels: Pixels
  readonly size?: number | undefined
  readonly label?: string | undefined
}

/** Pixels on a canvas of their own size, enlarged on the screen. */
export function PixelCanvas({ pixels, size, label }: PixelCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useLayoutEffect(() => {
    const { width, height, data } = pixels
    if (canvas.current!.width !== width) canvas.current!.width = width
    if (canvas.current!.height !== height) canvas.current!.height = height
    canvas.current!.getContext('2d')!.putImageData(new ImageData(data, width, height), 0, 0)
  }, [pixels])
  return (
    <canvas
      ref={canvas}
      class="picture pixels"
      style={size === undefined ? undefined : { width: `${size}px` }}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    />
  )
}
