import { describe, expect, it } from 'vitest'
import {
  fittedPlane,
  largestStep,
  PATH,
  positionOnPath,
  randomPaths,
} from '../../../src/reproduce/manifold-learning/code-plane.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'

describe('a fitted plane', () => {
  const { normal } = stream(0, 'points')
  const points = hostTensor('float32', [200, 2], Float32Array.from({ length: 400 }, normal))
  const values = (of: (x: number, y: number) => number) =>
    Float64Array.from({ length: 200 }, (_, i) => of(points.data[2 * i]!, points.data[2 * i + 1]!))

  it('finds a straight change, and explains it wholly', () => {
    const { slope, explained } = fittedPlane(
      points,
      values((x, y) => 5 + 2 * x - y),
    )
    expect(slope[0]).toBeCloseTo(2, 9)
    expect(slope[1]).toBeCloseTo(-1, 9)
    expect(explained).toBeCloseTo(1, 9)
  })

  it('explains half of a change with as much noise, and nothing of a bowl', () => {
    const noisy = fittedPlane(
      points,
      values((x) => x + normal()),
    )
    expect(Math.abs(noisy.explained - 0.5)).toBeLessThan(0.12)
    const bowl = fittedPlane(
      points,
      values((x, y) => x * x + y * y),
    )
    expect(bowl.explained).toBeLessThan(0.1)
  })
})

describe('paths through the plane', () => {
  it('are straight, of equal steps and of one length', () => {
    const { data } = randomPaths(3, 0)
    for (let path = 0; path < 3; path++) {
      const at = (step: number) => {
        const i = 2 * (path * (PATH.steps + 1) + step)
        return [data[i]!, data[i + 1]!] as const
      }
      const lengths = Array.from({ length: PATH.steps }, (_, step) =>
        Math.hypot(at(step + 1)[0] - at(step)[0], at(step + 1)[1] - at(step)[1]),
      )
      for (const length of lengths) expect(length).toBeCloseTo((2 * PATH.reach) / PATH.steps, 5)
      const [from, to] = [at(0), at(PATH.steps)]
      expect(Math.hypot(to[0] - from[0], to[1] - from[1])).toBeCloseTo(2 * PATH.reach, 4)
    }
    expect([positionOnPath(0), positionOnPath(PATH.steps)]).toEqual([-PATH.reach, PATH.reach])
  })

  it('distinguish an even change from a jump, and ignore the step from one path to the next', () => {
    const steps = PATH.steps + 1
    const even = Float64Array.from({ length: 2 * steps }, (_, i) => i % steps)
    expect(largestStep({ thickness: even, slant: even })).toBeCloseTo(1 / PATH.steps, 12)
    const jump = even.map((value) => (value < 20 ? 0 : 1))
    expect(largestStep({ thickness: even, slant: jump })).toBeCloseTo((1 / PATH.steps + 1) / 2, 12)
  })
})
