import { determinant, inverse, Matrix } from 'ml-matrix'
import { z } from 'zod'
import { gaussian, standardNormal } from '../../../src/distributions/gaussian.ts'
import { scalar } from '../../../src/graph/tensor.ts'
import { defineModel } from '../../../src/models/model.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import type { Runtime } from '../../../src/runtime/session.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'
import { build } from '../../../src/train/build.ts'
import type { WithParameters } from '../../../src/train/trained.ts'

/** p(z) = N(0, I), p(x|z) = N(zW + m + m_y, σ² I), and some q(z|x) = N((x - m - m_y)A + a, diag s²). */
export interface LinearGaussian {
  /** W, `[L][D]`. */
  readonly weight: readonly (readonly number[])[]
  readonly mean: readonly number[]
  readonly sigma: number
  /** m_y for each class, where the model is conditioned on classes. */
  readonly shifts?: readonly (readonly number[])[]
  readonly q: {
    /** A, `[D][L]`. */
    readonly weight: readonly (readonly number[])[]
    readonly mean: readonly number[]
    readonly sigmas: readonly number[]
  }
}

const linearGaussian = (sigma: number, classes: number) =>
  defineModel({
    name: 'linear-gaussian',
    summary: 'Probabilistic PCA with a posterior of its own',
    paper: 'Tipping and Bishop 1999',
    config: z.object({ latent: z.number() }),
    labels: () => (classes > 0 ? 'condition' : undefined),
    networks: ({ latent }, { dimension }, to) => ({
      weight: to.create('weight', [latent, dimension], { kind: 'zeros' }),
      mean: to.create('mean', [dimension], { kind: 'zeros' }),
      shifts: classes > 0 && to.create('shifts', [classes, dimension], { kind: 'zeros' }),
      qWeight: to.create('q.weight', [dimension, latent], { kind: 'zeros' }),
      qMean: to.create('q.mean', [latent], { kind: 'zeros' }),
      qLogVar: to.create('q.logVar', [latent], { kind: 'zeros' }),
    }),
    posterior(m, x, mode) {
      const { mean, shifts, qWeight, qMean, qLogVar } = m.networks
      const centred = x.sub(mean)
      const own = shifts ? centred.sub(mode.labels!.dot(shifts)) : centred
      return gaussian(own.dot(qWeight).add(qMean), qLogVar)
    },
    likelihood(m, code, mode) {
      const { weight, mean, shifts } = m.networks
      const mu = code.dot(weight).add(mean)
      return gaussian(shifts ? mu.add(mode.labels!.dot(shifts)) : mu, scalar(2 * Math.log(sigma)))
    },
    prior: (_m, shape) => standardNormal(shape),
  })

const array = (rows: readonly (readonly number[])[]) =>
  hostTensor('float64', [rows.length, rows[0]!.length], Float64Array.from(rows.flat()))
const vector = (values: readonly number[]) =>
  hostTensor('float64', [values.length], Float64Array.from(values))

/** The model with its parameters, in float64 unless another runtime is given. */
export function built(given: LinearGaussian, runtime: Runtime = referenceRuntime): WithParameters {
  const { weight, mean, sigma, shifts, q } = given
  const classes = shifts?.length ?? 0
  const model = build(
    linearGaussian(sigma, classes),
    { latent: weight.length },
    { exampleShape: [mean.length], dimension: mean.length, ...(classes && { classes }) },
  )
  const parameters = {
    weight: array(weight),
    mean: vector(mean),
    ...(shifts && { shifts: array(shifts) }),
    'q.weight': array(q.weight),
    'q.mean': vector(q.mean),
    'q.logVar': vector(q.sigmas.map((s) => 2 * Math.log(s))),
  }
  return { model, parameters, runtime }
}

/** Examples drawn from p(x), `[n][D]`; of the class that is given for each, in a conditional model. */
export function drawn(of: LinearGaussian, n: number, seed: number, labels?: readonly number[]) {
  const { normal } = stream(seed, 'linear Gaussian examples')
  return Array.from({ length: n }, (_, i) => {
    const code = of.weight.map(() => normal())
    return of.mean.map(
      (m, d) =>
        m +
        (labels ? of.shifts![labels[i]!]![d]! : 0) +
        code.reduce((sum, value, l) => sum + value * of.weight[l]![d]!, 0) +
        of.sigma * normal(),
    )
  })
}

export const rows = (x: readonly (readonly number[])[]) => array(x)

const centred = (of: LinearGaussian, x: readonly number[], label: number | undefined) =>
  x.map((value, d) => value - of.mean[d]! - (label === undefined ? 0 : of.shifts![label]![d]!))

/** log N(x; m + m_y, WᵀW + σ² I). */
export function logEvidence(of: LinearGaussian, x: readonly number[], label?: number): number {
  const w = new Matrix(of.weight.map((row) => [...row])) // [L, D]
  const covariance = w
    .transpose()
    .mmul(w)
    .add(Matrix.eye(x.length).mul(of.sigma ** 2))
  const r = Matrix.columnVector(centred(of, x, label))
  const distance = r.transpose().mmul(inverse(covariance)).mmul(r).get(0, 0)
  return -0.5 * (distance + Math.log(determinant(covariance)) + x.length * Math.log(2 * Math.PI))
}

/** Precision and mean of p(z|x): P = I + WWᵀ / σ², P⁻¹ W (x - m - m_y) / σ². */
function truePosterior(of: LinearGaussian, x: readonly number[], label?: number) {
  const w = new Matrix(of.weight.map((row) => [...row])) // [L, D]
  const scaled = w.mmul(w.transpose()).mul(of.sigma ** -2)
  const precision = Matrix.eye(w.rows).add(scaled)
  const mean = inverse(precision)
    .mmul(w)
    .mmul(Matrix.columnVector(centred(of, x, label)))
    .mul(of.sigma ** -2)
  return { precision, mean }
}

/** KL(q(z|x) ‖ p(z|x)), between two Gaussians. */
export function gap(of: LinearGaussian, x: readonly number[], label?: number): number {
  const { precision, mean } = truePosterior(of, x, label)
  const r = centred(of, x, label)
  const { q } = of
  const difference = Matrix.columnVector(
    q.mean.map(
      (m, l) => m + r.reduce((sum, value, d) => sum + value * q.weight[d]![l]!, 0) - mean.get(l, 0),
    ),
  )
  const trace = q.sigmas.reduce((sum, s, l) => sum + s * s * precision.get(l, l), 0)
  const distance = difference.transpose().mmul(precision).mmul(difference).get(0, 0)
  const logDeterminant = q.sigmas.reduce((sum, s) => sum + 2 * Math.log(s), 0)
  const dimensions = q.sigmas.length
  return 0.5 * (trace + distance - dimensions - logDeterminant - Math.log(determinant(precision)))
}

/** The same model with q(z|x) = p(z|x), which has to be diagonal: the rows of W at right angles. */
export function withTruePosterior(of: LinearGaussian): LinearGaussian {
  const { precision } = truePosterior(of, of.mean)
  const covariance = inverse(precision)
  const w = new Matrix(of.weight.map((row) => [...row]))
  const map = covariance.mmul(w).mul(of.sigma ** -2) // [L, D]
  return {
    ...of,
    q: {
      weight: map.transpose().to2DArray(),
      mean: of.weight.map(() => 0),
      sigmas: covariance.diagonal().map(Math.sqrt),
    },
  }
}

/** Two factors of four values, with a posterior that is off in its mean, its width and its directions. */
export const misspecified: LinearGaussian = {
  weight: [
    [1.2, -0.4, 0.3, 0.8],
    [0.2, 0.9, -0.7, 0.5],
  ],
  mean: [0.5, -1, 0, 2],
  sigma: 0.6,
  q: {
    weight: [
      [0.45, 0.05],
      [-0.1, 0.4],
      [0.1, -0.25],
      [0.2, 0.2],
    ],
    mean: [0.1, -0.15],
    sigmas: [0.5, 0.6],
  },
}
