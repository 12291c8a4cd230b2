// Mattei and Frellsen 2019, "MIWAE: deep generative modelling and imputation of incomplete data sets", ICML.

import { hasCategories, valueOfCell } from '../../data/table/model-cells.ts'
import type { TableColumn } from '../../distributions/columns/column.ts'
import { categoriesOf, perColumn } from '../../distributions/columns/layout.ts'
import type { ColumnsDistribution } from '../../distributions/columns/likelihood.ts'
import { importanceWeights, rowsAtOnce } from '../../evaluate/likelihood/importance-weights.ts'
import { generatorOf, repeatedMode, repeatedRows } from '../../evaluate/likelihood/latent-model.ts'
import { rowKeys, rowNoise } from '../../evaluate/loss/row-noise.ts'
import { constant, iota, Tensor } from '../../graph/tensor.ts'
import type { Arrays } from '../../runtime/session.ts'
import { hostTensor } from '../../tensor/host.ts'
import type { BuiltModel } from '../../train/build.ts'
import type { WithParameters } from '../../train/trained.ts'
import { effectiveSamples, resampled } from './multiple.ts'
import type { GapPredictor, GivenRows, Predictions, PredictorOptions } from './predictions.ts'

/** Rows that a call decodes at most, whatever the width of the network. */
const MOST_DECODED = 2 ** 13

/**
 * Predicts gaps by importance resampling: K codes z_k of q(z|x_o) with weights w_k ∝ p(x_o|z_k) p(z_k) / q(z_k|x_o).
 * Means and probabilities are Σ w_k E[x|z_k] and Σ w_k p(category|z_k); a draw is one of p(x|z_k), with k drawn by weight.
 * Codes of a row without any value come from the prior, and all count the same.
 *
 * Code k and draw m of the row with number j are functions of (seed, k or m, j).
 *
 * @param codes K
 */
export async function importanceResampling(
  { model, parameters, runtime }: WithParameters,
  { codes, draws, seed }: PredictorOptions & { readonly codes: number },
): Promise<GapPredictor> {
  const most = Math.min(MOST_DECODED, rowsAtOnce(model))
  const rows = Math.max(1, Math.floor(most / Math.max(codes, draws)))
  const columns = model.info.columns!
  const weighing = await runtime.compile(weighingGraph(model, columns, seed, rows, codes))
  const drawing = await runtime.compile(drawingGraph(model, seed, rows, draws))
  const close = async () => {
    await weighing.close()
    await drawing.close()
  }
  try {
    await weighing.bind(parameters)
    await drawing.bind(parameters)
  } catch (error) {
    await close()
    throw error
  }
  return {
    rows,
    close,
    async predict({ numbers, feeds }): Promise<Predictions> {
      const { x, ...labels } = feeds
      const keys = rowKeys(numbers.map((number) => ({ number, k: 0 })))
      const first = hostTensor('int64', [], BigInt64Array.of(0n))
      const found = await weighing.run({ ...labels, x: x!, keys, first })
      const logWeights = found.logWeights!.data as Float32Array
      const own = (row: number) => logWeights.subarray(row * codes, (row + 1) * codes)
      const chosen = numbers.map((firstRow, row) =>
        resampled(own(row), codes, { seed, draws, firstRow }),
      )
      const z = codesAt(found.z!.data as Float32Array, chosen, codes, model.latent)
      const drawn = await drawing.run({ ...labels, z, keys })
      return {
        means: Float64Array.from(found.expected!.data as Float32Array, (cell, at) =>
          valueOfCell(columns[at % columns.length]!, cell),
        ),
        probabilities: probabilitiesIn(found),
        draws: drawn.x!.data as Float32Array,
        effectiveSamples: Float64Array.from(numbers, (_, row) => effectiveSamples(own(row))),
      }
    },
  }
}

/** The chosen codes of each row, `[rows · draws, L]`. */
function codesAt(
  z: Float32Array,
  chosen: readonly Int32Array[],
  codes: number,
  latent: number,
): GivenRows['feeds'][string] {
  const draws = chosen[0]!.length
  const data = new Float32Array(chosen.length * draws * latent)
  chosen.forEach((indices, row) => {
    indices.forEach((index, m) => {
      const from = (row * codes + index) * latent
      data.set(z.subarray(from, from + latent), (row * draws + m) * latent)
    })
  })
  return hostTensor('float32', [chosen.length * draws, latent], data)
}

function weighingGraph(
  model: BuiltModel,
  columns: readonly TableColumn[],
  seed: number,
  rows: number,
  codes: number,
) {
  // A row without any value says nothing of its code: N(0, 1), or a fair coin, is then the prior.
  const priorWithoutValues = (parameter: Tensor, x: Tensor) => {
    const known = x.equal(x).cast('float').sum([1], true) // [rows, 1]
    return known.greater(0).select(parameter, 0)
  }
  const { z, p, logWeights } = importanceWeights(model, seed, rows, codes, {
    changed: priorWithoutValues,
  })
  const likelihood = p as ColumnsDistribution
  const byRow = logWeights.reshape([rows, codes])
  const logShares = byRow.sub(byRow.logSumExp(1, true)) // log of the normalised weights, [rows, K]
  return {
    z,
    logWeights,
    expected: weightedCells(columns, likelihood, logShares),
    ...probabilitiesOf(columns, likelihood, (each) => {
      const [, size] = each.shape as [number, number]
      const shares = logShares.exp().unsqueeze(2)
      return each.reshape([rows, codes, size]).mul(shares).sum([1])
    }),
  }
}

/** The cells of Σ w_k E[x|z_k], `[rows, C]`. */
function weightedCells(
  columns: readonly TableColumn[],
  likelihood: ColumnsDistribution,
  logShares: Tensor,
): Tensor {
  const [rows, codes] = logShares.shape as [number, number]
  const each = likelihood.expected().reshape([rows, codes, columns.length])
  const shares = logShares.unsqueeze(2)
  const mean = each.mul(shares.exp()).sum([1])
  if (!columns.some(({ kind }) => kind === 'positive')) return mean
  // log Σ w_k exp(c + s e_k) = c + s · (log Σ w_k exp(s e_k)) / s
  const scales = perColumn(columns, ({ kind, scale }) => (kind === 'positive' ? scale : 1))
  const logMean = each.mul(scales).add(shares).logSumExp(1).div(scales)
  const positive = columns.map(({ kind }) => Number(kind === 'positive'))
  return constant(positive, [positive.length], 'bool').select(logMean, mean)
}

/** The probabilities of the categories of each column that has some, combined, as outputs of a graph. */
export function probabilitiesOf(
  columns: readonly TableColumn[],
  likelihood: ColumnsDistribution,
  combined: (each: Tensor) => Tensor,
): Record<string, Tensor> {
  return Object.fromEntries(
    columns.flatMap((column, c) => {
      if (!hasCategories(column)) return []
      const each = likelihood.probabilities(c)
      return [
        [`${PROBABILITIES}${c}`, combined(each.reshape([each.shape[0]!, categoriesOf(column)]))],
      ]
    }),
  )
}

const PROBABILITIES = 'probabilities '

/** The same of the arrays that the graph gives, by the index of their column. */
export const probabilitiesIn = (found: Arrays): Map<number, Float64Array> =>
  new Map(
    Object.entries(found).flatMap(([name, { data }]) =>
      name.startsWith(PROBABILITIES)
        ? [[Number(name.slice(PROBABILITIES.length)), Float64Array.from(data as Float32Array)]]
        : [],
    ),
  )

/** Draws of p(x|z) for codes `z` `[rows · draws, L]`. */
function drawingGraph(model: BuiltModel, seed: number, rows: number, draws: number) {
  const { likelihood, latent } = generatorOf(model)
  const { repeated } = repeatedMode(model, rows, draws)
  const keys = repeatedRows(Tensor.input('keys', [rows, 1], 'int64'), draws)
  const steps = iota(draws)
    .expand([rows, draws])
    .reshape([rows * draws, 1])
  const z = Tensor.input('z', [rows * draws, latent])
  return { x: likelihood(z, repeated).sample(rowNoise(seed, keys, steps)('imputation draws')) }
}
