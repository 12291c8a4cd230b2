import { useMemo } from 'preact/hooks'
import { heatColour } from '../../design/colours.ts'
import type { PictureShape } from '../../protocol/api.ts'
import { PixelCanvas } from '../picture-canvas.tsx'
import { heatOf, heatPixels } from '../pixels.ts'

interface HeatMapProps {
  /** One picture `[C, H, W]`. */
  readonly values: Float32Array
  /** What each of its values adds to the score, of the same shape. */
  readonly shares: Float32Array
  readonly shape: PictureShape
  readonly size?: number
  readonly label: string
}

/** A picture with what makes it odd marked over it: the brighter, the more a pixel adds to the score. */
export function HeatMap({ values, shares, shape, size, label }: HeatMapProps) {
  const pixels = useMemo(
    () => heatPixels(values, heatOf(shares, shape), shape, heatColour),
    [values, shares, shape],
  )
  return <PixelCanvas pixels={pixels} size={size} label={label} />
}
