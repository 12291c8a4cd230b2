import { type Floats, hostTensor } from '../../tensor/host.ts'
import { stream } from '../../tensor/random.ts'
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
