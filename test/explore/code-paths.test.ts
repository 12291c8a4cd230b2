import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { line, sphere } from '../../src/explore/code-paths.ts'
import { interpolate } from '../../src/explore/interpolation.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { linearModel } from './linear-model.ts'

const code = (...values: number[]) => Float32Array.from(values)
const rows = (path: ReturnType<typeof line>) => {
  const [steps, width] = path.shape as [number, number]
  return Array.from({ length: steps }, (_, i) => [
    ...path.data.subarray(i * width, (i + 1) * width),
  ])
}
const length = (row: readonly number[]) => Math.hypot(...row)
const angle = (a: readonly number[], b: readonly number[]) =>
  Math.acos(Math.min(1, a.reduce((sum, x, i) => sum + x * b[i]!, 0) / length(a) / length(b)))
const close = (found: readonly number[], expected: readonly number[], digits = 5) => {
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i]!, digits)
}

describe('the arc between two codes', () => {
  it('is a quarter of a circle between two axes, in equal angles', () => {
    const [c, s] = [Math.cos, Math.sin]
    const path = rows(sphere(code(2, 0), code(0, 2), 4))
    const at = [0, 30, 60, 90].map((degrees) => (degrees * Math.PI) / 180)
    for (const [i, row] of path.entries()) close(row, [2 * c(at[i]!), 2 * s(at[i]!)])
  })

  it('is White’s formula where both codes have one length', () => {
    const [a, b] = [code(1, 2, -2, 4), code(4, -2, 1, 2)] // both of length 5
    const omega = angle([...a], [...b])
    const white = (t: number) =>
      [...a].map(
        (x, i) => (Math.sin((1 - t) * omega) * x + Math.sin(t * omega) * b[i]!) / Math.sin(omega),
      )
    for (const [i, row] of rows(sphere(a, b, 6)).entries()) close(row, white(i / 5))
  })

  it('has even lengths and even angles between any two codes, and exact ends', () => {
    const numbers = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
      minLength: 3,
      maxLength: 3,
    })
    fc.assert(
      fc.property(numbers, numbers, (x, y) => {
        const [a, b] = [Float32Array.from(x), Float32Array.from(y)]
        fc.pre(length([...a]) > 0.1 && length([...b]) > 0.1)
        const omega = angle([...a], [...b])
        fc.pre(omega > 0.01 && omega < Math.PI - 0.01)
        const path = rows(sphere(a, b, 5))
        expect(path[0]).toEqual([...a])
        expect(path[4]).toEqual([...b])
        path.forEach((row, i) => {
          expect(length(row)).toBeCloseTo(
            (1 - i / 4) * length([...a]) + (i / 4) * length([...b]),
            4,
          )
          if (i > 0) expect(angle(path[i - 1]!, row)).toBeCloseTo(omega / 4, 2)
        })
      }),
      { numRuns: 60 },
    )
  })

  it('is the line where codes are parallel, or one of them is zero', () => {
    for (const [a, b] of [
      [code(1, 2, 3), code(2, 4, 6)],
      [code(0, 0, 0), code(2, 4, 6)],
      [code(2, 4, 6), code(0, 0, 0)],
      [code(0, 0, 0), code(0, 0, 0)],
    ] as const)
      expect(rows(sphere(a, b, 5))).toEqual(rows(line(a, b, 5)))
  })

  it('comes near the line as codes become parallel', () => {
    const [a, b] = [code(1, 0, 0), code(3, 3e-4, 0)]
    const straight = rows(line(a, b, 5))
    for (const [i, row] of rows(sphere(a, b, 5)).entries()) close(row, straight[i]!, 3)
  })

  it('is half a circle between opposite codes, through no zero', () => {
    const path = rows(sphere(code(0, 3, 4), code(0, -3, -4), 5))
    for (const row of path) expect(length(row)).toBeCloseTo(5, 5)
    close(path[2]!, [5, 0, 0])
    for (const i of [1, 2, 3, 4]) expect(angle(path[i - 1]!, path[i]!)).toBeCloseTo(Math.PI / 4, 3)
  })

  it('keeps lengths between those of nearly opposite codes, where White’s formula has none', () => {
    const path = rows(sphere(code(1, 0), code(-3, 3e-4), 5))
    for (const [i, row] of path.entries()) expect(length(row)).toBeCloseTo(1 + i / 2, 4)
  })

  it('is the line in one dimension', () => {
    expect(rows(sphere(code(2), code(-2), 3))).toEqual([[2], [0], [-2]])
  })
})

describe('an interpolation along a sphere', () => {
  const example = (...values: number[]) => hostTensor('float32', [values.length], code(...values))

  it('decodes the arc, and mixes the values as before', async () => {
    // Codes (0, 4) and (4, 0), decoded by halving and repeating.
    const [a, b] = [example(0, 4, 0, 4), example(4, 0, 4, 0)]
    const model = linearModel({ latent: 2 })
    const arc = await interpolate(model, a, b, 3, undefined, 'sphere')
    const straight = await interpolate(model, a, b, 3)
    close(
      rows(arc.codes)[1]!,
      rows(arc.codes)[0]!.map(() => length(rows(arc.codes)[0]!) / Math.SQRT2),
    )
    expect(arc.latent.data).toEqual((await model.decode(arc.codes)).data)
    expect(arc.pixel).toEqual(straight.pixel)
    expect(arc.codes.data).not.toEqual(straight.codes.data)
  })
})
