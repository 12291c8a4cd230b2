import { useMemo } from 'preact/hooks'
import type { PictureShape } from '../../protocol/api.ts'
import { PixelCanvas } from '../picture-canvas.tsx'
import { gridPixels } from '../pixels.ts'
import { Figure } from './figure.tsx'
import './picture-strip.css'
import { savePng } from './save.ts'

interface PictureStripProps {
  readonly title: string
  /** Pictures `[n, C, H, W]`. */
  readonly values: Float32Array
  readonly shape: PictureShape
  /** How many stand in a row; by default all of them. */
  readonly columns?: number
  /** Under each picture of a strip of one row. */
  readonly captions?: readonly string[]
  /** Of the file that it is saved as. */
  readonly name: string
}

/** Pictures in a row, or in a grid, on one canvas. */
export function PictureStrip({ title, values, shape, columns, captions, name }: PictureStripProps) {
  const pixels = useMemo(
    () => gridPixels(values, shape, { columns: columns ?? values.length, gap: 1 }),
    [values, shape, columns],
  )
  return (
    <Figure title={title} save={() => savePng(pixels, name)}>
      <PixelCanvas pixels={pixels} label={title} />
      {captions && (
        <ol class="picture-strip-captions small quiet number">
          {captions.map((caption, i) => (
            <li key={i}>{caption}</li>
          ))}
        </ol>
      )}
    </Figure>
  )
}
