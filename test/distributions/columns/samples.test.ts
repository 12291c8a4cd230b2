import { describe, expect, it } from 'vitest'
import type { TableColumn } from '../../../src/distributions/columns/column.ts'
import { columnsLikelihood } from '../../../src/distributions/columns/likelihood.ts'
import { studentT } from '../../../src/distributions/student-t.ts'
import { gradients } from '../../../src/graph/autodiff.ts'
import { constant, scalar } from '../../../src/graph/tensor.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import { correlation, numbersOf, onnx } from '../../train/onnx.ts'
import { expectMoments, expectShare, noiseOf } from '../draws.ts'
import { columns, constants, matrix, tables } from './table.ts'

const ROWS = 10_000

describe('drawn rows', () => {
  const { outputs, parameters, options } = tables[0]!
  const out = outputs[0]!
  const repeated = matrix([out]).expand([ROWS, out.length])
  const likelihood = columnsLikelihood(columns, repeated, constants(parameters), options)
  const all = numbersOf(onnx(), likelihood.sample(noiseOf(21)))
  const drawn = async (column: number) =>
    (await all).filter((_, i) => i % columns.length === column)
  const sigma = parameters.logSigma!.data.map(Math.exp)

  it('have the means and variances of Gaussian columns and of the logarithm of positive ones', async () => {
    for (const [at, column] of [0, 4, 8, 9].entries()) {
      const variance = sigma[at]! ** 2
      expectMoments(await drawn(column), out[at]!, variance, 3 * variance ** 2)
    }
  })

  it('have the distribution function of Student-t columns at their quartiles', async () => {
    // Of ν = 1 and 2: tan(π (p - ½)) and (2p - 1) / √(2 p (1 - p)).
    const quartiles = { 1: 1, 2: Math.sqrt(2 / 3) } as const
    for (const nu of [1, 2] as const) {
      const t = studentT(constant([0.5], [1, 1]).expand([ROWS, 1]), scalar(2), scalar(nu))
      const found = await numbersOf(onnx(), t.sample(noiseOf(nu)))
      for (const [x, p] of [
        [0.5 - 2 * quartiles[nu], 0.25],
        [0.5, 0.5],
        [0.5 + 2 * quartiles[nu], 0.75],
      ] as const)
        expectShare(found.filter((value) => value < x).length, ROWS, p)
    }
    const t = studentT(constant([1], [1, 1]).expand([ROWS, 1]), scalar(0.5), scalar(12))
    const variance = (0.25 * 12) / 10
    const fourth = variance ** 2 * (3 + 6 / 8)
    expectMoments(await numbersOf(onnx(), t.sample(noiseOf(5))), 1, variance, fourth)
    for (const [i, column] of [2, 11].entries())
      expectShare((await drawn(column)).filter((x) => x < out[4 + i]!).length, ROWS, 0.5)
  })

  it('pass gradients to location, scale and degrees of freedom of a Student-t', async () => {
    const [mu, sigma, nu] = [constant([0.2], [1, 1]), scalar(1.5), scalar(3)]
    const at = (m = 0.2, s = 1.5, n = 3) => {
      const t = studentT(constant([m], [1, 1]), scalar(s), scalar(n))
      return numbersOf(referenceRuntime, t.sample(noiseOf(2)))
    }
    const slopes = gradients(studentT(mu, sigma, nu).sample(noiseOf(2)).sum(), [mu, sigma, nu])
    const h = 1e-5
    const numeric = [
      ((await at(0.2 + h))[0]! - (await at(0.2 - h))[0]!) / (2 * h),
      ((await at(0.2, 1.5 + h))[0]! - (await at(0.2, 1.5 - h))[0]!) / (2 * h),
      ((await at(0.2, 1.5, 3 + h))[0]! - (await at(0.2, 1.5, 3 - h))[0]!) / (2 * h),
    ]
    for (const [i, slope] of slopes.entries())
      expect((await numbersOf(referenceRuntime, slope))[0]).toBeCloseTo(numeric[i]!, 7)
  })

  it('have the probabilities of binary, categorical and ordinal columns', async () => {
    for (const column of [6, 1, 7, 10, 12]) {
      const found = await drawn(column)
      const k = columns[column]!.categories!.length
      const probabilities = (await numbersOf(onnx(), likelihood.probabilities(column))).slice(0, k)
      for (const [category, p] of probabilities.entries())
        expectShare(found.filter((x) => x === category).length, ROWS, p)
    }
  })

  it('have the mean and the variance of counts', async () => {
    for (const [column, at, r] of [
      [3, 6, Math.exp(parameters.logDispersion!.data[0]!)],
      [13, 7, Math.exp(parameters.logDispersion!.data[1]!)],
      [5, 8, Infinity],
    ] as const) {
      const { centre, scale } = columns[column]!
      const rate = Math.exp(centre + scale * out[at]!)
      const p = 1 / (1 + rate / r)
      const variance = rate / p
      const excess = r === Infinity ? 1 / rate : 6 / r + p ** 2 / (r * (1 - p))
      expectMoments(await drawn(column), rate, variance, variance ** 2 * (3 + excess))
    }
  })

  it('have columns that are independent of each other', async () => {
    // Equal requests to a stream of noise give equal numbers: no two columns may make them.
    const chosen = [0, 4, 2, 3, 5, 6, 7, 1, 10, 12, 13]
    const ranks = await Promise.all(
      chosen.map(async (column) => {
        const found = await drawn(column)
        // Bounded, so that heavy tails do not decide.
        return found.map((x) =>
          Math.tanh(x / (1 + Math.abs(columns[column]!.kind === 'count' ? 9 : 1))),
        )
      }),
    )
    for (const [i, a] of ranks.entries())
      for (const b of ranks.slice(i + 1))
        expect(Math.abs(correlation(a, b))).toBeLessThan(4.5 / Math.sqrt(ROWS))
  })

  it('have columns that are independent where two distributions ask for equally many numbers', async () => {
    const pair = [columns[6]!, columns[12]!]
    const p = columnsLikelihood(pair, matrix([[0.2, -0.1]]).expand([ROWS, 2]), {
      cutPoints: constant([0], [1]),
    })
    const found = await numbersOf(onnx(), p.sample(noiseOf(4)))
    const [a, b] = [0, 1].map((d) => found.filter((_, i) => i % 2 === d))
    expect(Math.abs(correlation(a!, b!))).toBeLessThan(4 / Math.sqrt(ROWS))
  })

  it('are reparametrised where all columns are real', () => {
    const real: TableColumn[] = [columns[0]!, columns[2]!, columns[4]!]
    const p = columnsLikelihood(
      real,
      matrix([[0, 0, 0]]),
      constants({
        logSigma: { shape: [3], data: [0, 0, 0] },
        logDegrees: { shape: [1], data: [1] },
      }),
    )
    expect(p.reparametrised).toBe(true)
    expect(likelihood.reparametrised).toBe(false)
  })
})
