import { describe, expect, it } from 'vitest'
import { strokesOf } from '../../../src/reproduce/manifold-learning/strokes.ts'
import { hostTensor } from '../../../src/tensor/host.ts'

/** A straight stroke of a width in pixels, leaning to the right by an angle, its edges blurred. */
function stroke(width: number, degrees: number, height = 18): Float32Array {
  const tangent = Math.tan((degrees * Math.PI) / 180)
  return Float32Array.from({ length: 784 }, (_, pixel) => {
    const [y, x] = [Math.floor(pixel / 28), pixel % 28]
    if (Math.abs(y - 13.5) > height / 2) return 0
    const across = Math.abs(x - 13.5 - (13.5 - y) * tangent) * Math.cos(Math.atan(tangent))
    return Math.min(1, Math.max(0, width / 2 + 0.5 - across))
  })
}

const images = (...digits: Float32Array[]) =>
  hostTensor('float32', [digits.length, 784], Float32Array.from(digits.flatMap((d) => [...d])))

describe('strokes', () => {
  it('have their width, whatever the contrast, within a tenth', () => {
    for (const width of [2, 3, 4]) {
      const faint = stroke(width, 10).map((value) => value / 2)
      const { thickness } = strokesOf(images(stroke(width, 10), faint))
      // The ends of a stroke belong to its outline too: w l over l + w.
      const expected = width / (1 + width / (18 / Math.cos(Math.PI / 18)))
      expect(thickness[0]! / expected).toBeGreaterThan(0.9)
      expect(thickness[0]! / expected).toBeLessThan(1.1)
      expect(thickness[1]).toBeCloseTo(thickness[0]!, 5)
    }
  })

  it('have their slant, to the right above 0', () => {
    for (const degrees of [-20, 0, 10, 30]) {
      const { slant } = strokesOf(images(stroke(3, degrees)))
      expect(Math.abs(slant[0]! - degrees)).toBeLessThan(1.5)
    }
  })
})
