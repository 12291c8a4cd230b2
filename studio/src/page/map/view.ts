/*
 * The window onto the plane of the map: which place lies in its middle, and how long a unit of the plane is. Both axes have
 * the same scale; up is positive. Places are in units of the plane (of the latent space, or of a projection), pixels are CSS
 * pixels from the upper left corner.
 */

export interface View {
  readonly x: number
  readonly y: number
  /** Pixels of one unit. */
  readonly unit: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Bounds {
  readonly left: number
  readonly right: number
  readonly bottom: number
  readonly top: number
}

export type Point = readonly [x: number, y: number]

export const pixelOf = ({ x, y, unit }: View, { width, height }: Size, [a, b]: Point): Point => [
  width / 2 + (a - x) * unit,
  height / 2 - (b - y) * unit,
]

export const placeAt = ({ x, y, unit }: View, { width, height }: Size, [a, b]: Point): Point => [
  x + (a - width / 2) / unit,
  y - (b - height / 2) / unit,
]

/** What is to be seen of the plane. */
export const boundsOf = ({ x, y, unit }: View, { width, height }: Size): Bounds => ({
  left: x - width / 2 / unit,
  right: x + width / 2 / unit,
  bottom: y - height / 2 / unit,
  top: y + height / 2 / unit,
})

/** The view after its content was dragged by some pixels. */
export const dragged = ({ x, y, unit }: View, across: number, down: number): View => ({
  x: x - across / unit,
  y: y + down / unit,
  unit,
})

/** Zoomed by a factor; what lies at the pixel stays there. */
export function zoomed(view: View, size: Size, factor: number, [a, b]: Point): View {
  const [x, y] = placeAt(view, size, [a, b])
  const unit = Math.min(1e7, Math.max(1e-5, view.unit * factor))
  return { x: x - (a - size.width / 2) / unit, y: y + (b - size.height / 2) / unit, unit }
}

/** The view that shows given bounds with some pixels around them. */
export function fitted({ left, right, bottom, top }: Bounds, size: Size, margin: number): View {
  const across = Math.max(right - left, 1e-6)
  const up = Math.max(top - bottom, 1e-6)
  const free = (length: number) => Math.max(40, length - 2 * margin)
  return {
    x: (left + right) / 2,
    y: (bottom + top) / 2,
    unit: Math.min(free(size.width) / across, free(size.height) / up),
  }
}

/** Where the positions `[n, 2]` are. */
export function boundsOfPositions(positions: Float32Array): Bounds {
  const bounds = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity }
  for (let i = 0; i < positions.length; i += 2) {
    const x = positions[i]!
    const y = positions[i + 1]!
    if (!Number.isFinite(x + y)) continue
    bounds.left = Math.min(bounds.left, x)
    bounds.right = Math.max(bounds.right, x)
    bounds.bottom = Math.min(bounds.bottom, y)
    bounds.top = Math.max(bounds.top, y)
  }
  return bounds.left <= bounds.right ? bounds : { left: -3, right: 3, bottom: -3, top: 3 }
}

export interface Ticks {
  readonly values: readonly number[]
  /** Decimals that tell them apart. */
  readonly digits: number
}

/** Round numbers between two, at least some pixels apart: steps of 1, 2 or 5 times a power of ten. */
export function ticksOf(low: number, high: number, unit: number, apart: number): Ticks {
  const least = apart / unit
  const power = 10 ** Math.floor(Math.log10(least))
  const step = power * ([1, 2, 5].find((times) => times * power >= least * (1 - 1e-9)) ?? 10)
  const first = Math.ceil(low / step - 1e-9)
  const count = Math.floor(high / step + 1e-9) - first + 1
  return {
    values: Array.from({ length: Math.max(0, count) }, (_, i) => (first + i) * step),
    digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)),
  }
}
