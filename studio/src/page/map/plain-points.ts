import { type PointLayer, STEPPED_BACK } from './point-layer.ts'
import { pixelOf } from './view.ts'

/** Points on a plain canvas: squares, for browsers without WebGL. */
export function plainPoints(canvas: HTMLCanvasElement): PointLayer {
  const context = canvas.getContext('2d')!
  let positions = new Float32Array()
  let shades = new Uint8Array()
  let marks = new Uint8Array()
  let palette: readonly string[] = []
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
      palette = given
    },
    draw(view, size, ratio, style) {
      context.setTransform(ratio, 0, 0, ratio, 0, 0)
      context.clearRect(0, 0, size.width, size.height)
      if (!style) return
      const { diameter, opacity, hasSelection } = style
      const count = Math.min(positions.length / 2, shades.length, marks.length)
      for (let i = 0; i < count; i++) {
        if (marks[i] === 0) continue
        const [x, y] = pixelOf(view, size, [positions[2 * i]!, positions[2 * i + 1]!])
        if (x < 0 || y < 0 || x > size.width || y > size.height) continue
        context.globalAlpha = marks[i] === 2 ? 1 : hasSelection ? opacity * STEPPED_BACK : opacity
        context.fillStyle = palette[shades[i]!]!
        context.fillRect(x - diameter / 2, y - diameter / 2, diameter, diameter)
      }
      context.globalAlpha = 1
    },
    close() {},
  }
}
