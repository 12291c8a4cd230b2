// Rezende, Mohamed and Wierstra 2014, "Stochastic backpropagation and approximate inference in deep generative
// models", ICML, section 6.

import { valueOfCell } from '../../data/table/model-cells.ts'
import type { ColumnsDistribution } from '../../distributions/columns/likelihood.ts'
import { rowsAtOnce } from '../../evaluate/likelihood/importance-weights.ts'
import { generatorOf, repeatedMode, repeatedRows } from '../../evaluate/likelihood/latent-model.ts'
import { mapped, posteriorParts } from '../../evaluate/likelihood/posterior-rows.ts'
import { rowKeys, rowNoise } from '../../evaluate/loss/row-noise.ts'
import { iota, Tensor } from '../../graph/tensor.ts'
import { hostTensor } from '../../tensor/host.ts'
import type { BuiltModel } from '../../train/build.ts'
import type { WithParameters } from '../../train/trained.ts'
import { probabilitiesIn, probabilitiesOf } from './importance-resampling.ts'
import type { GapPredictor, Predictions, PredictorOptions } from './predictions.ts'

/** Steps of a chain, and after how many of them, and how often, its state is kept. */
export const GIBBS = { steps: 100, burnIn: 50, every: 5 } as const

const KEPT = (GIBBS.steps - GIBBS.burnIn) / GIBBS.every

/**
 * Predicts gaps by pseudo-Gibbs sampling: in turn z ~ q(z|x_o, x_m) and x_m ~ p(x_m|z), in chains that start with
 * z ~ q(z|x_o). It would draw from p(x_m|x_o) if q were the true posterior, and needs no weights.
 *
 * A step of a chain of the row with number j is a function of (seed, step, chain, j).
 *
 * @param chains for each row; their last states are the first of the draws
 */
export async function pseudoGibbs(
  { model, parameters, runtime }: WithParameters,
  { chains, seed }: Omit<PredictorOptions, 'draws'> & { readonly chains: number },
): Promise<GapPredictor> {
  const rows = Math.max(1, Math.floor(Math.min(1000, rowsAtOnce(model)) / chains))
  const columns = model.info.columns!
  const width = columns.length
  const session = await runtime.compile(stepGraph(model, seed, rows, chains))
  try {
    await session.bind(parameters)
  } catch (error) {
    await session.close()
    throw error
  }
  const total = rows * chains
  return {
    rows,
    close: () => session.close(),
    async predict({ numbers, feeds }): Promise<Predictions> {
      const { x: given, ...labels } = feeds
      const keys = rowKeys(numbers.map((number) => ({ number, k: 0 })))
      const means = new Float64Array(rows * width)
      const probabilities = new Map<number, Float64Array>()
      const draws = new Float32Array(rows * chains * KEPT * width)
      let x = repeatedOnHost(given!.data as Float32Array, width, chains)
      for (let step = 1; step <= GIBBS.steps; step++) {
        const found = await session.run({
          ...labels,
          keys,
          given: given!,
          x: hostTensor('float32', [total, width], x),
          first: hostTensor('int64', [], BigInt64Array.of(BigInt((step - 1) * chains))),
        })
        x = found.next!.data as Float32Array
        const left = GIBBS.steps - step
        if (step <= GIBBS.burnIn || left % GIBBS.every !== 0) continue
        const expected = found.expected!.data as Float32Array
        expected.forEach((cell, at) => {
          const to = Math.floor(at / (chains * width)) * width + (at % width)
          means[to]! += valueOfCell(columns[at % width]!, cell) / (chains * KEPT)
        })
        for (const [column, each] of probabilitiesIn(found)) {
          const sum = probabilities.get(column) ?? new Float64Array(each.length)
          each.forEach((share, at) => {
            sum[at]! += share / KEPT
          })
          probabilities.set(column, sum)
        }
        const kept = left / GIBBS.every // the last state first
        for (let row = 0; row < rows; row++)
          draws.set(
            x.subarray(row * chains * width, (row + 1) * chains * width),
            (row * KEPT + kept) * chains * width,
          )
      }
      return { means, probabilities, draws }
    },
  }
}

/** One step of all chains: the cells `x` `[rows · chains, C]` with others in the gaps of `given` `[rows, C]`. */
function stepGraph(model: BuiltModel, seed: number, rows: number, chains: number) {
  const { likelihood: likelihoodOf } = generatorOf(model)
  const columns = model.info.columns!
  const total = rows * chains
  const { repeated } = repeatedMode(model, rows, chains)
  const keys = repeatedRows(Tensor.input('keys', [rows, 1], 'int64'), chains)
  const first = Tensor.input('first', [], 'int64')
  const steps = first.add(iota(chains)).expand([rows, chains]).reshape([total, 1])
  const noise = rowNoise(seed, keys, steps)
  const given = repeatedRows(Tensor.input('given', [rows, columns.length]), chains)
  const x = Tensor.input('x', [total, columns.length])
  const q = mapped(posteriorParts(model, x, repeated), (parameter) => parameter)
  const z = q.sample(noise('pseudo-Gibbs codes'))
  const likelihood = likelihoodOf(z, repeated) as ColumnsDistribution
  return {
    next: given.equal(given).select(given, likelihood.sample(noise('pseudo-Gibbs draws'))),
    expected: likelihood.expected(),
    ...probabilitiesOf(columns, likelihood, (each) =>
      each.reshape([rows, chains, each.shape[1]!]).mean([1]),
    ),
  }
}

/** Every row of `[n, width]` some times, one after the other. */
function repeatedOnHost(data: Float32Array, width: number, times: number): Float32Array {
  const repeated = new Float32Array(data.length * times)
  for (let at = 0, to = 0; at < data.length; at += width)
    for (let i = 0; i < times; i++, to += width) repeated.set(data.subarray(at, at + width), to)
  return repeated
}
