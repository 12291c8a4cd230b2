import { describe, expect, it } from 'vitest'
import { minimise } from '../../../src/evaluate/representation/l-bfgs.ts'

describe('L-BFGS', () => {
  it('finds the minimum of a quadratic function of condition 10⁴', async () => {
    const scales = Array.from({ length: 12 }, (_, d) => 10 ** ((4 * d) / 11))
    const centre = scales.map((_, d) => Math.cos(d))
    const found = await minimise(
      async (point) => ({
        value: scales.reduce((sum, s, d) => sum + (s / 2) * (point[d]! - centre[d]!) ** 2, 0),
        gradient: point.map((value, d) => scales[d]! * (value - centre[d]!)),
      }),
      new Float64Array(12),
      { tolerance: 1e-10, mostIterations: 200 },
    )
    expect(found.converged).toBe(true)
    for (const [d, value] of found.point.entries()) expect(value).toBeCloseTo(centre[d]!, 9)
  })

  it("finds the minimum of Rosenbrock's valley from (-1.2, 1) in under 60 iterations", async () => {
    const found = await minimise(
      async ([x, y]) => ({
        value: 100 * (y! - x! ** 2) ** 2 + (1 - x!) ** 2,
        gradient: Float64Array.of(-400 * x! * (y! - x! ** 2) - 2 * (1 - x!), 200 * (y! - x! ** 2)),
      }),
      Float64Array.of(-1.2, 1),
      { tolerance: 1e-9, mostIterations: 60 },
    )
    expect(found.converged).toBe(true)
    expect(found.point[0]).toBeCloseTo(1, 8)
    expect(found.point[1]).toBeCloseTo(1, 8)
  })

  it('stays where it starts at a minimum, and ends where nothing can be lowered', async () => {
    const still = await minimise(
      async () => ({ value: 3, gradient: new Float64Array(2) }),
      Float64Array.of(5, 6),
      { tolerance: 0, mostIterations: 10 },
    )
    expect(still).toMatchObject({ iterations: 0, converged: true, value: 3 })
    expect([...still.point]).toEqual([5, 6])
    const misled = await minimise(
      async (point) => ({ value: point[0]!, gradient: Float64Array.of(-1) }),
      Float64Array.of(0),
      { tolerance: 1e-3, mostIterations: 10 },
    )
    expect(misled).toMatchObject({ iterations: 0, converged: false })
  })

  it('goes by slopes where values err: 1000 + Σ d x_d² / 2, give or take 1e-4', async () => {
    const erring = (precision: number) =>
      minimise(
        async (point) => {
          const exact = 1000 + point.reduce((sum, x, d) => sum + (d * x * x) / 2, 0)
          return {
            value: exact + 1e-4 * Math.cos(1e9 * point[1]!),
            gradient: point.map((x, d) => d * x),
          }
        },
        Float64Array.from({ length: 8 }, (_, d) => Math.sin(d)),
        { tolerance: 1e-8, mostIterations: 100, precision },
      )
    expect((await erring(1e-6)).converged).toBe(true)
    expect((await erring(0)).converged).toBe(false)
  })
})
