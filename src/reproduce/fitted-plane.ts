import type { Floats } from '../tensor/host.ts'
import { meanOf } from './measures/statistics.ts'

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
