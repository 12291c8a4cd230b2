import { Matrix, solve } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import { bestCodes, priorRadius, squaredErrorOf } from '../../../src/reproduce/codes/best-codes.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'
import { trainedModel } from '../../../src/train/trained.ts'
import { built } from '../../evaluate/likelihood/linear-gaussian.ts'
import { onnx } from '../../train/onnx.ts'

const { normal } = stream(0, 'linear decoder')
const [LATENT, DIMENSION, EXAMPLES] = [2, 5, 6]
const weight = Array.from({ length: LATENT }, () => Array.from({ length: DIMENSION }, normal))
const mean = Array.from({ length: DIMENSION }, normal)
const model = built(
  {
    weight,
    mean,
    sigma: 0.5,
    q: { weight: mean.map(() => [0, 0]), mean: [0, 0], sigmas: [1, 1] },
  },
  onnx(),
)
const floats = Object.fromEntries(
  Object.entries(model.parameters).map(([name, { shape, data }]) => [
    name,
    hostTensor('float32', shape, Float32Array.from(data as Float64Array)),
  ]),
)
const run = { ...trainedModel(model.runtime, model.model, floats), runtime: model.runtime }
const x = hostTensor(
  'float32',
  [EXAMPLES, DIMENSION],
  Float32Array.from({ length: EXAMPLES * DIMENSION }, normal),
)

/** Least-squares codes of the examples, and what is left of them. */
const leastSquares = Array.from({ length: EXAMPLES }, (_, i) => {
  const target = mean.map((m, d) => [x.data[i * DIMENSION + d]! - m])
  const codes = solve(new Matrix(weight).transpose(), new Matrix(target))
  const rest = new Matrix(target).sub(new Matrix(weight).transpose().mmul(codes))
  return { codes: codes.to1DArray(), squared: rest.to1DArray().reduce((sum, r) => sum + r * r, 0) }
})

describe('the search for the best code', () => {
  it('finds the least squares of a linear decoder', async () => {
    const { codes, costs } = await bestCodes(run, x, squaredErrorOf, { seed: 0, starts: 3 })
    leastSquares.forEach((exact, i) => {
      expect(costs[i]).toBeCloseTo(exact.squared, 3)
      exact.codes.forEach((value, l) => {
        expect(codes.data[i * LATENT + l]).toBeCloseTo(value, 1)
      })
    })
  })

  it('finds the greatest likelihood, which is a squared error too', async () => {
    const { costs } = await bestCodes(run, x, (p, rows) => p.logProb(rows).neg(), { seed: 0 })
    // -log N: ‖r‖² / 2σ² + D log σ + D/2 log 2π.
    const constant = DIMENSION * (Math.log(0.5) + Math.log(2 * Math.PI) / 2)
    leastSquares.forEach(({ squared }, i) => {
      expect(costs[i]).toBeCloseTo(squared / 0.5 + constant, 3)
    })
  })

  it('stays within a radius, at its edge where the best code lies outside', async () => {
    const radius = 0.3
    const { codes, costs } = await bestCodes(run, x, squaredErrorOf, { seed: 0, radius })
    leastSquares.forEach((exact, i) => {
      const norm = Math.hypot(codes.data[2 * i]!, codes.data[2 * i + 1]!)
      const outside = Math.hypot(...exact.codes) > radius
      expect(norm).toBeLessThan(radius + 1e-5)
      if (outside) expect(norm).toBeCloseTo(radius, 3)
      expect(costs[i]).toBeGreaterThan(exact.squared - 1e-5)
    })
    expect(leastSquares.some(({ codes }) => Math.hypot(...codes) > radius)).toBe(true)
  })

  it('has a radius that hardly any draw of the prior is beyond', () => {
    const { normal } = stream(1, 'prior')
    for (const latent of [2, 20, 64]) {
      const norms = Array.from({ length: 5000 }, () =>
        Math.hypot(...Array.from({ length: latent }, normal)),
      )
      const beyond = norms.filter((norm) => norm > priorRadius(latent))
      expect(beyond.length).toBeLessThan(5)
    }
  })
})
