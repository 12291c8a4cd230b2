import { type Floats, hostTensor } from '../../tensor/host.ts'
import { stream } from '../../tensor/random.ts'
import { meanOf } from '../measures/statistics.ts'
import type { Strokes } from './strokes.ts'

type Point = readonly [x: number, y: number]

/** Steps of a straight way through the plane of codes, and how far from its middle it reaches. */
export const WAY = { steps: 40, reach: 2 } as const

/** Codes of a straight way, `[steps + 1, 2]`. */
export function wayThrough(middle: Point, towards: Point): Floats {
  const length = Math.hypot(...towards)
  const codes = Float32Array.from({ length: 2 * (WAY.steps + 1) }, (_, at) => {
    const axis = at % 2
    return middle[axis]! + (placeOnWay(Math.floor(at / 2)) * towards[axis]!) / length
  })
  return hostTensor('float32', [WAY.steps + 1, 2], codes)
}

/** How far a step is from the middle of its way. */
export const placeOnWay = (step: number): number => ((2 * step) / WAY.steps - 1) * WAY.reach

/** Codes of straight ways in any direction, through points near the middle, `[count · (steps + 1), 2]`. */
export function randomWays(count: number, seed: number): Floats {
  const { normal, uniform } = stream(seed, 'ways through the plane')
  const ways = Array.from({ length: count }, () => {
    const angle = 2 * Math.PI * uniform()
    return wayThrough([normal() / 2, normal() / 2], [Math.cos(angle), Math.sin(angle)])
  })
  const codes = Float32Array.from(ways.flatMap(({ data }) => Array.from(data)))
  return hostTensor('float32', [codes.length / 2, 2], codes)
}

/** The largest step of a property on any of the ways, as a share of its range; mean of thickness and slant. */
export function largestStep({ thickness, slant }: Strokes): number {
  return (largest(thickness) + largest(slant)) / 2
}

function largest(values: Float64Array): number {
  const range = values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b))
  const steps = values.map((value, i) =>
    i % (WAY.steps + 1) === 0 ? 0 : Math.abs(value - values[i - 1]!),
  )
  return steps.reduce((a, b) => Math.max(a, b)) / range
}

/** A value over points of the plane, taken for a straight change in one direction. */
export interface FittedPlane {
  /** Change of the value for each coordinate. */
  readonly slope: readonly [number, number]
  /** Share of the value's variance that it explains, R². */
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
