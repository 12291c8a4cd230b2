import { Matrix, solve } from 'ml-matrix'
import { z } from 'zod'
import type { TableColumn } from '../../../src/distributions/columns/column.ts'
import { columnsLikelihood } from '../../../src/distributions/columns/likelihood.ts'
import { gaussian, standardNormal } from '../../../src/distributions/gaussian.ts'
import { constant, type Tensor } from '../../../src/graph/tensor.ts'
import { defineModel } from '../../../src/models/model.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'
import { build } from '../../../src/train/build.ts'
import { type TrainedModel, trainedModel } from '../../../src/train/trained.ts'
import { onnx } from '../../train/onnx.ts'

/** Factors x = W z + noise with noise N(0, σ²), and the posterior of z, which is Gaussian: no training is needed. */
export interface Factors {
  /** `[L, D]`. */
  readonly weights: Matrix
  readonly sigma: number
  /** Σ = W'W + σ² I, `[D, D]`. */
  readonly covariance: Matrix
  readonly trained: TrainedModel
  /** Rows of the model, `[n, D]`. */
  sample(count: number, seed: number): Float32Array
}

export function linearFactors(factors: number, width: number, sigma: number): Factors {
  const { normal } = stream(1, 'weights')
  const weights = new Matrix(
    Array.from({ length: factors }, () => Array.from({ length: width }, () => normal())),
  )
  const precision = weights.mmul(weights.transpose()).add(Matrix.eye(factors).mul(sigma ** 2))
  const encoder = solve(precision, weights) // z̄ = (W W' + σ² I)⁻¹ W x
  const spread = solve(precision, Matrix.eye(factors)).mul(sigma ** 2)
  const columns: TableColumn[] = Array.from({ length: width }, (_, c) => ({
    name: `column ${c + 1}`,
    kind: 'numeric',
    distribution: 'gaussian',
    gaps: false,
    centre: 0,
    scale: 1,
  }))
  const numbers = (matrix: Matrix) => constant(matrix.to1DArray(), [matrix.rows, matrix.columns])
  const model = defineModel({
    name: 'linear-factors',
    summary: 'Linear factors with their exact posterior mean',
    paper: 'none',
    config: z.object({ latent: z.number() }),
    networks: (_config, _info, to) => ({ unused: to.create('unused', [1], { kind: 'zeros' }) }),
    posterior(_m, x) {
      const mu = x.dot(numbers(encoder.transpose())) as Tensor
      const logVar = constant(
        spread.diagonal().map((value) => Math.log(value)),
        [1, factors],
      )
      return gaussian(mu, mu.mul(0).add(logVar))
    },
    likelihood: (_m, code) => columnsLikelihood(columns, code.dot(numbers(weights)), {}, { sigma }),
    prior: (_m, shape) => standardNormal(shape),
  })
  const unused = hostTensor('float32', [1], new Float32Array(1))
  const info = { exampleShape: [width], dimension: width, columns }
  return {
    weights,
    sigma,
    covariance: weights
      .transpose()
      .mmul(weights)
      .add(Matrix.eye(width).mul(sigma ** 2)),
    trained: trainedModel(onnx(), build(model, { latent: factors }, info), { unused }),
    sample(count, seed) {
      const draws = stream(seed, 'rows')
      const rows = new Float32Array(count * width)
      for (let i = 0; i < count; i++) {
        const code = Array.from({ length: factors }, () => draws.normal())
        for (let c = 0; c < width; c++)
          rows[i * width + c] = code.reduce(
            (sum, value, k) => sum + value * weights.get(k, c),
            sigma * draws.normal(),
          )
      }
      return rows
    },
  }
}
