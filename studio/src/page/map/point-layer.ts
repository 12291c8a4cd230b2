import type { Size, View } from './view.ts'

/** How points look. */
export interface PointStyle {
  /** Diameter, in CSS pixels. */
  readonly diameter: number
  readonly opacity: number
  /** Whether some are selected, so that the others step back. */
  readonly hasSelection: boolean
}

/** What draws the points of the map: by WebGL, or where that is missing on a plain canvas. */
export interface PointLayer {
  readonly name: 'webgl' | 'plain'
  /** Positions `[n, 2]` in units of the plane. */
  setPositions(positions: Float32Array): void
  /** Places in the palette, `[n]`. */
  setShades(shades: Uint8Array): void
  /** At most 256 colours, as `#rrggbb`. */
  setPalette(palette: readonly string[]): void
  /** 0 hidden, 1 shown, 2 selected; `[n]`. */
  setMarks(marks: Uint8Array): void
  /** Without a style there are no points to be seen. */
  draw(view: View, size: Size, ratio: number, style: PointStyle | undefined): void
  close(): void
}

/** Opacity of points beside selected ones, as a share of theirs. */
export const STEPPED_BACK = 0.25

/**
 * Points are as large as lets their number fit the stage, and grow and thicken while one zooms in.
 *
 * @param zoom how many times nearer than the view that shows all
 */
export function styleOf(
  count: number,
  zoom: number,
  { width, height }: Size,
  hasSelection: boolean,
): PointStyle {
  const area = Math.max(1, width * height)
  const alone = Math.min(6, Math.max(2, 0.4 * Math.sqrt(area / Math.max(1, count))))
  const diameter = alone * Math.min(2.5, Math.max(1, zoom ** 0.4))
  const covered = (count * alone ** 2) / area / Math.max(0.25, zoom) ** 2
  return { diameter, opacity: Math.max(0.35, 0.9 / (1 + 1.2 * covered)), hasSelection }
}

/** Diameter of selected points, as a share of that of others. */
export const SELECTED = 1.35

export const bytesOfColour = (colour: string): readonly [number, number, number] => [
  Number.parseInt(colour.slice(1, 3), 16),
  Number.parseInt(colour.slice(3, 5), 16),
  Number.parseInt(colour.slice(5, 7), 16),
]
