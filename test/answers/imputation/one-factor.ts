import { z } from 'zod'
import type { TableSchema } from '../../../src/data/table/schema.ts'
import type { TableColumn } from '../../../src/distributions/columns/column.ts'
import { outputsOf } from '../../../src/distributions/columns/layout.ts'
import { columnsLikelihood } from '../../../src/distributions/columns/likelihood.ts'
import { columnParameters } from '../../../src/distributions/columns/parameters.ts'
import { gaussian, standardNormal } from '../../../src/distributions/gaussian.ts'
import { constant, fill, scalar } from '../../../src/graph/tensor.ts'
import { defineModel } from '../../../src/models/model.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { build } from '../../../src/train/build.ts'
import { type TrainedModel, trainedModel } from '../../../src/train/trained.ts'
import { onnx } from '../../train/onnx.ts'

const common = { gaps: true, centre: 0, scale: 1 }

/** Columns in the order of their groups, so that output j belongs to column j, up to the two of the last column. */
export const columns: readonly TableColumn[] = [
  { ...common, name: 'a', kind: 'numeric', distribution: 'gaussian', centre: 10, scale: 2 },
  { ...common, name: 'b', kind: 'positive', distribution: 'log-normal', centre: 1, scale: 0.5 },
  { ...common, name: 'c', kind: 'numeric', distribution: 'gaussian' },
  {
    ...common,
    name: 'n',
    kind: 'count',
    distribution: 'poisson',
    centre: 1,
    initial: { mean: 4, dispersion: 1 },
  },
  { ...common, name: 'yes', kind: 'binary', distribution: 'bernoulli', categories: ['no', 'yes'] },
  {
    ...common,
    name: 'rank',
    kind: 'ordinal',
    distribution: 'ordinal',
    categories: ['1', '2', '3', '4'],
  },
  {
    ...common,
    name: 'kind',
    kind: 'categorical',
    distribution: 'categorical',
    categories: ['x', 'y'],
  },
]

export const SIGMA = 0.6

/** Outputs are weight · z + bias. */
export const weight = [1.2, -1, 0.8, 0.7, 2, 1.5, 1, -1]
export const bias = [0.1, 0.2, 0, -0.1, 0.4, 0.3, 0.5, 0]

/** A latent variable with outputs linear in it, and a q(z|x) that is not its posterior: N(x_a / 2 + 0.3, 0.9²). */
const oneFactor = defineModel({
  name: 'one-factor',
  summary: 'One factor behind columns of all kinds',
  paper: 'none',
  config: z.object({ latent: z.number() }),
  networks: (_config, _info, to) => ({
    unused: to.create('unused', [1], { kind: 'zeros' }),
  }),
  posterior(_m, x) {
    const a = x.slice(1, 0, 1)
    const known = a.equal(a)
    const mu = known.select(a, 0).mul(0.5).add(0.3)
    return gaussian(mu, mu.mul(0).add(2 * Math.log(0.9)))
  },
  likelihood(_m, code) {
    const outputs = code
      .mul(constant(weight, [1, weight.length]))
      .add(constant(bias, [bias.length]))
    const zeros = Object.fromEntries(
      columnParameters(columns, { sigma: SIGMA }).map(({ name, shape }) => [
        name,
        shape.length === 0 ? scalar(0) : fill(shape, 0),
      ]),
    )
    return columnsLikelihood(columns, outputs, zeros, { sigma: SIGMA })
  },
  prior: (_m, shape) => standardNormal(shape),
})

/** @param range of what training has seen in the first column */
export function oneFactorModel(range?: TableColumn['range']): TrainedModel {
  const ranged = columns.map((column, c) => (c === 0 ? { ...column, range } : column))
  const info = { exampleShape: [columns.length], dimension: columns.length, columns: ranged }
  if (outputsOf(columns) !== weight.length) throw new Error('a weight for each output')
  const unused = hostTensor('float32', [1], new Float32Array(1))
  return trainedModel(onnx(), build(oneFactor, { latent: 1 }, info), { unused })
}

/** The schema of its table. */
export const schema: TableSchema = {
  format: 1,
  missing: [''],
  columns: columns.map(({ name, kind, categories }) => ({
    name,
    kind,
    ...(categories && { categories: [...categories] }),
  })),
}

/** p(cell of column c | z), up to a constant. */
function density(c: number, cell: number, code: number): number {
  const o = weight[c]! * code + bias[c]!
  const sigmoid = (t: number) => 1 / (1 + Math.exp(-t))
  switch (columns[c]!.kind) {
    case 'count': {
      const rate = Math.exp(o + Math.log(4)) // scale 1, mean 4 at output 0
      let p = Math.exp(-rate)
      for (let k = 1; k <= cell; k++) p *= rate / k
      return p
    }
    case 'binary':
      return cell === 1 ? sigmoid(o) : sigmoid(-o)
    case 'ordinal': {
      const below = (k: number) => (k <= 0 ? 0 : k >= 4 ? 1 : sigmoid(Math.log(k / (4 - k)) - o))
      return below(cell + 1) - below(cell)
    }
    case 'categorical': {
      const other = weight[c + 1]! * code + bias[c + 1]!
      return cell === 0 ? sigmoid(o - other) : sigmoid(other - o)
    }
    default:
      return Math.exp(-0.5 * ((cell - o) / SIGMA) ** 2)
  }
}

/** E[f(z)|cells] by quadrature; NaN in a gap. */
export function posteriorMean(cells: readonly number[], f: (code: number) => number): number {
  let [sum, total] = [0, 0]
  for (let code = -6; code <= 6; code += 0.002) {
    let weightOf = Math.exp(-0.5 * code * code)
    cells.forEach((cell, c) => {
      if (!Number.isNaN(cell)) weightOf *= density(c, cell, code)
    })
    total += weightOf
    sum += weightOf * f(code)
  }
  return sum / total
}

/** p(category of column c | cells). */
export const probability = (cells: readonly number[], c: number, category: number): number =>
  posteriorMean(cells, (code) => density(c, category, code))
