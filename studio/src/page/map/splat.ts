import { bytesOfColour } from './point-layer.ts'

/*
 * Points drawn by the processor: discs, blended into pixels that hold colour times opacity. A pixel is one number,
 * 0xAABBGGRR; two of its channels are blended by one multiplication.
 */

const RED_BLUE = 0x00ff00ff
/** Parts of a pixel that a disc's middle is rounded to. */
const PARTS = 4

/** How much of each pixel a disc covers, 0 to 256, for each part of a pixel that its middle may be at. */
export interface Disc {
  readonly side: number
  /** `[PARTS, PARTS, side, side]`: down, across, rows, columns. */
  readonly covers: Uint16Array
}

export function discOf(diameter: number): Disc {
  const side = Math.ceil(diameter) + 2
  const covers = new Uint16Array(PARTS * PARTS * side * side)
  let i = 0
  for (let down = 0; down < PARTS; down++)
    for (let across = 0; across < PARTS; across++)
      for (let row = 0; row < side; row++)
        for (let column = 0; column < side; column++) {
          const x = column + 0.5 - side / 2 - across / PARTS
          const y = row + 0.5 - side / 2 - down / PARTS
          const cover = diameter / 2 + 0.5 - Math.hypot(x, y)
          covers[i++] = Math.round(256 * Math.min(1, Math.max(0, cover)))
        }
  return { side, covers }
}

/** Blends a disc around a pixel position over what is there. */
export function splat(
  pixels: Uint32Array,
  width: number,
  height: number,
  { side, covers }: Disc,
  x: number,
  y: number,
  colour: number,
  opacity: number,
): void {
  const left = Math.floor(PARTS * (x - side / 2) + 0.5)
  const top = Math.floor(PARTS * (y - side / 2) + 0.5)
  const [column, row] = [left >> 2, top >> 2]
  if (column < 0 || row < 0 || column + side > width || row + side > height) return
  const redBlue = colour & RED_BLUE
  const green = (colour >>> 8) & 0xff
  let from = ((top & 3) * PARTS + (left & 3)) * side * side
  for (let r = 0; r < side; r++) {
    let to = (row + r) * width + column
    for (let c = 0; c < side; c++, to++) {
      const alpha = (covers[from++]! * opacity) >> 8
      if (alpha === 0) continue
      const rest = 256 - alpha
      const under = pixels[to]!
      const pair =
        ((Math.imul(redBlue, alpha) >>> 8) & RED_BLUE) +
        ((Math.imul(under & RED_BLUE, rest) >>> 8) & RED_BLUE)
      const other =
        (((green | 0x00ff0000) * alpha) & ~RED_BLUE) +
        (Math.imul((under >>> 8) & RED_BLUE, rest) & ~RED_BLUE)
      pixels[to] = pair | other
    }
  }
}

/** A colour `#rrggbb` as a number, 0x00BBGGRR. */
export function numberOfColour(colour: string): number {
  const [red, green, blue] = bytesOfColour(colour)
  return (blue << 16) | (green << 8) | red
}

/** Divides colours by their opacity, as the pixels of a canvas are kept. */
export function divideByOpacity(pixels: Uint32Array): void {
  for (let i = 0; i < pixels.length; i++) {
    const pixel = pixels[i]!
    const alpha = pixel >>> 24
    if (alpha === 0 || alpha === 255) continue
    const times = 255 / alpha
    const red = Math.min(255, (pixel & 0xff) * times)
    const green = Math.min(255, ((pixel >>> 8) & 0xff) * times)
    const blue = Math.min(255, ((pixel >>> 16) & 0xff) * times)
    pixels[i] = (alpha << 24) | (blue << 16) | (green << 8) | red
  }
}
