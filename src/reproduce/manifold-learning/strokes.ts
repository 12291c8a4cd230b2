import type { Floats } from '../../tensor/host.ts'

/** How digits are written, `[n]` each, by moments of their ink. */
export interface Strokes {
  /** Width of the stroke in pixels: twice the ink over the length of its outline. */
  readonly thickness: Float64Array
  /** Angle by which upright strokes lean to the right, in degrees. */
  readonly slant: Float64Array
}

/** Height and width of a digit of MNIST. */
const SIDE = 28

/**
 * Thickness and slant of digits `[n, 784]`. A stroke of width w and length l has w l of ink, and an outline
 * of 2 l, over which grey levels rise and fall: the total variation Σ |∇x|. Blur and contrast change neither
 * the quotient. The slant is that of the shear that takes the correlation between columns and rows of the ink
 * away: its tangent is the covariance of both over the variance of the rows.
 */
export function strokesOf({ shape, data }: Floats): Strokes {
  const count = shape[0]!
  const thickness = new Float64Array(count)
  const slant = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const digit = data.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE)
    const { ink, covariance, variance } = momentsOf(digit)
    thickness[i] = (2 * ink) / outlineOf(digit)
    // Rows are counted downwards, so that a stroke leaning to the right has a negative covariance.
    slant[i] = (-180 / Math.PI) * Math.atan(covariance / variance)
  }
  return { thickness, slant }
}

/** Ink, covariance of its columns and rows, and variance of its rows. */
function momentsOf(digit: Float32Array) {
  const sums = { ink: 0, x: 0, y: 0, xy: 0, yy: 0 }
  digit.forEach((value, pixel) => {
    const [y, x] = [Math.floor(pixel / SIDE), pixel % SIDE]
    sums.ink += value
    sums.x += value * x
    sums.y += value * y
    sums.xy += value * x * y
    sums.yy += value * y * y
  })
  const { ink } = sums
  return {
    ink,
    covariance: sums.xy / ink - (sums.x / ink) * (sums.y / ink),
    variance: sums.yy / ink - (sums.y / ink) ** 2,
  }
}

/** Σ |∇x|, by differences of neighbouring pixels; what lies outside is empty. */
function outlineOf(digit: Float32Array): number {
  const at = (y: number, x: number) =>
    y < 0 || x < 0 || y >= SIDE || x >= SIDE ? 0 : digit[y * SIDE + x]!
  let sum = 0
  for (let y = -1; y < SIDE; y++)
    for (let x = -1; x < SIDE; x++)
      sum += Math.hypot(at(y, x + 1) - at(y, x), at(y + 1, x) - at(y, x))
  return sum
}
