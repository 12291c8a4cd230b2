import { type PointLayer, SELECTED, STEPPED_BACK } from './point-layer.ts'
import { discOf, divideByOpacity, numberOfColour, splat } from './splat.ts'

/** Points on a plain canvas, drawn by the processor: for browsers whose WebGL would do just that, but slower. */
export function plainPoints(canvas: HTMLCanvasElement): PointLayer {
  const context = canvas.getContext('2d')!
  let positions = new Float32Array()
  let shades = new Uint8Array()
  let marks = new Uint8Array()
  let colours = new Uint32Array()
  let image = new ImageData(1, 1)
  return {
    name: 'plain',
    setPositions: (given) => {
      positions = given as typeof positions
    },
    setShades: (given) => {
      shades = given as typeof shades
    },
    setMarks: (given) => {
      marks = given as typeof marks
    },
    setPalette: (given) => {
      colours = Uint32Array.from(given, numberOfColour)
    },
    draw(view, _, ratio, style) {
      const { width, height } = canvas
      if (!style) return context.clearRect(0, 0, width, height)
      if (image.width !== width || image.height !== height) image = new ImageData(width, height)
      const pixels = new Uint32Array(image.data.buffer).fill(0)
      const disc = discOf(style.diameter * ratio)
      const selected = discOf(style.diameter * ratio * SELECTED)
      const opacity = Math.round(256 * style.opacity * (style.hasSelection ? STEPPED_BACK : 1))
      const unit = view.unit * ratio
      const count = Math.min(positions.length / 2, shades.length, marks.length)
      for (let i = 0; i < count; i++) {
        const mark = marks[i]!
        if (mark === 0) continue
        const x = width / 2 + (positions[2 * i]! - view.x) * unit
        const y = height / 2 - (positions[2 * i + 1]! - view.y) * unit
        const colour = colours[shades[i]!]!
        if (mark === 2) splat(pixels, width, height, selected, x, y, colour, 256)
        else splat(pixels, width, height, disc, x, y, colour, opacity)
      }
      divideByOpacity(pixels)
      context.putImageData(image, 0, 0)
    },
    close() {},
  }
}
