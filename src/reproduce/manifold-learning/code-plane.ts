import { type Floats, hostTensor } from '../../tensor/host.ts'
import { stream } from '../../tensor/random.ts'
import { meanOf } from '../measures/statistics.ts'
import type { Strokes } from './strokes.ts'

type Point = readonly [x: number, y: number]

/** Steps of a straight path through the plane of codes, and how far it reaches from its midpoint. */
export const PATH = { steps: 40, reach: 2 } as const

/** Codes of a straight path, `[steps + 1, 2]`. */
export function pathThrough(middle: Point, towards: Point): Floats {
  const length = Math.hypot(...towards)
  const codes = Float32Array.from({ length: 2 * (PATH.steps + 1) }, (_, at) => {
    const axis = at % 2
    return middle[axis]! + (positionOnPath(Math.floor(at / 2)) * towards[axis]!) / length
  })
  return hostTensor('float32', [PATH.steps + 1, 2], codes)
}

/** Signed distance of a step from the midpoint of its path. */
export const positionOnPath = (step: number): number => ((2 * step) / PATH.steps - 1) * PATH.reach

/** Codes of straight paths in random directions, through points near the origin, `[count · (steps + 1), 2]`. */
export function randomPaths(count: number, seed: number): Floats {
  const { normal, uniform } = stream(seed, 'ways through the plane')
  const paths = Array.from({ length: count }, () => {
    const angle = 2 * Math.PI * uniform()
    return pathThrough([normal() / 2, normal() / 2], [Math.cos(angle), Math.sin(angle)])
  })
  const codes = Float32Array.from(paths.flatMap(({ data }) => Array.from(data)))
  return hostTensor('float32', [codes.length / 2, 2], codes)
}

/** The largest step of a property on any path, as a share of its range; the mean of thickness and slant. */
export function largestStep({ thickness, slant }: Strokes): number {
  return (largest(thickness) + largest(slant)) / 2
}

function largest(values: Float64Array): number {
  const range = values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b))
  const steps = values.map((value, i) =>
    i % (PATH.steps + 1) === 0 ? 0 : Math.abs(value - values[i - 1]!),
  )
  return steps.reduce((a, b) => Math.max(a, b)) / range
}

/** A linear fit of a value over the plane. */
export interface FittedPlane {
  /** Change of the value along each coordinate. */
  readonly slope: readonly [number, number]
  /** Share of the value's variance that the fit explains, R². */
  readonly explained: number
}

/** The least-squares plane through values `[n]` over points `[n, 2]`. */
export function fittedPlane({ data }: Floats, values: Float64Array): FittedPlane {
  const column = (axis: 0 | 1) => Float64Array.from(values, (_, i) => data[2 * i + axis]!)
  const [x, y, v] = [centred(column(0)), centred(column(1)), centred(values)]
  const [xx, xy, yy] = [product(x, x), product(x, y), product(y, y)]
  const [xv, yv] = [product(x, v), product(y, v)]
  const determinant = xx * yy - xy * xy
  const slope = [(yy * xv - xy * yv) / determinant, (xx * yv - xy * xv) / determinant] as const
  return { slope, explained: (slope[0] * xv + slope[1] * yv) / product(v, v) }
}

const centred = (values: Float64Array) => {
  const mean = meanOf(values)
  return values.map((value) => value - mean)
}

const product = (a: Float64Array, b: Float64Array) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0)
