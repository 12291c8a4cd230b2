import { describe, expect, it } from 'vitest'
import { boundExpression } from '../../../src/answers/anomaly/bound-expression.ts'
import { boundScorer } from '../../../src/answers/anomaly/bound-scorer.ts'
import { distanceExpression } from '../../../src/answers/anomaly/distance-expression.ts'
import { distanceScorer, positionsOf } from '../../../src/answers/anomaly/distance-scorer.ts'
import type { ExampleScorer } from '../../../src/answers/anomaly/example-scorer.ts'
import { reconstructionExpression } from '../../../src/answers/anomaly/reconstruction-expression.ts'
import { reconstructionScorer } from '../../../src/answers/anomaly/reconstruction-scorer.ts'
import type { ScoreExpression } from '../../../src/answers/anomaly/score-expression.ts'
import { Tensor } from '../../../src/graph/tensor.ts'
import { writeModel } from '../../../src/graph/write-model.ts'
import { type Floats, hostTensor, rowsBetween } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'
import { inferenceMode, type TrainedModel } from '../../../src/train/trained.ts'
import { oneFactorModel } from '../imputation/one-factor.ts'
import { linearFactors } from './linear-factors.ts'

/** Rows of all kinds of columns, with gaps, a category that training has not seen, and a value far outside. */
function mixedRows(count: number): Floats {
  const { normal, uniform } = stream(4, 'rows')
  const cells = Array.from({ length: count }, (_, row) => {
    const index = (n: number) => Math.floor(uniform() * n)
    const own = [normal(), normal(), normal(), index(9), index(2), index(4), index(3)]
    own[row % 7] = row % 3 === 0 ? Number.NaN : own[row % 7]!
    if (row === 4) own[0] = 1e20
    return own
  })
  return hostTensor('float32', [count, 7], Float32Array.from(cells.flat()))
}

/** The largest difference between a scorer and the same score as an ONNX file, for batches of several sizes. */
async function difference(
  { model, parameters, runtime }: TrainedModel,
  expression: ScoreExpression,
  scorer: ExampleScorer,
  values: Floats,
) {
  const x = Tensor.input('x', ['batch', model.info.dimension])
  const { score, shares } = expression(x, inferenceMode(model))
  const session = await runtime.open(writeModel({ score, shares }))
  await session.bind(parameters)
  let largest = 0
  for (const [start, end] of [
    [0, 1],
    [1, 4],
    [0, values.shape[0]!],
  ] as const) {
    const part = rowsBetween(values, start, end)
    const found = await session.run({ x: part })
    const expected = await scorer.explained({ values: part })
    for (const [a, b] of [
      [found.score!.data, expected.scores],
      [found.shares!.data, expected.shares.data],
    ] as const) {
      expect(a.length).toBe(b.length)
      b.forEach((value, at) => {
        largest = Math.max(largest, Math.abs(Number(a[at]) - value) / (1 + Math.abs(value)))
      })
    }
  }
  return largest
}

describe('a score as an ONNX graph', () => {
  const trained = oneFactorModel([4, 16])
  const rows = mixedRows(40)
  const training = { values: mixedRows(60) }

  it('is that of the scorer: the distance, also of rows that training has', async () => {
    const references = await positionsOf(trained, training)
    const scorer = await distanceScorer(trained, training)
    const expression = distanceExpression(trained.model, references)
    expect(await difference(trained, expression, scorer, rows)).toBeLessThan(1e-5)
    const few = { values: rowsBetween(training.values, 0, 3) }
    const nearFew = distanceExpression(trained.model, await positionsOf(trained, few))
    const fewScorer = await distanceScorer(trained, few)
    expect(await difference(trained, nearFew, fewScorer, rows)).toBeLessThan(1e-5)
  })

  it('is that of the scorer: the squared error', async () => {
    const expression = reconstructionExpression(trained.model)
    const scorer = reconstructionScorer(trained)
    expect(await difference(trained, expression, scorer, rows)).toBeLessThan(1e-5)
  })

  it('is that of the scorer: minus the bound', async () => {
    const expression = boundExpression(trained.model, { seed: 3 })
    const scorer = boundScorer(trained, { seed: 3 })
    expect(await difference(trained, expression, scorer, rows)).toBeLessThan(1e-5)
  })

  it('has the share of the code that makes the shares of the bound add up, in float64', async () => {
    const { model, parameters, runtime } = trained
    const x = Tensor.input('x', ['batch', model.info.dimension])
    const near = { values: rowsBetween(rows, 5, 40) }
    const { code } = boundExpression(model, { seed: 3 })(x, inferenceMode(model))
    const session = await runtime.compile({ code: code! })
    await session.bind(parameters)
    const found = (await session.run({ x: near.values })).code!.data
    const { scores, code: expected } = await boundScorer(trained, { seed: 3 }).explained(near)
    expected!.forEach((value, i) => {
      expect(Math.abs(Number(found[i]) - value) / (1 + Math.abs(scores[i]!))).toBeLessThan(1e-5)
    })
    await session.close()
  })

  it('finds the neighbours of rows that lie close together, far from zero', async () => {
    const { trained: factors, sample } = linearFactors(2, 5, 0.5)
    const near = (seed: number, count: number) =>
      hostTensor(
        'float32',
        [count, 5],
        sample(count, seed).map((value) => 1000 + value / 10),
      )
    const references = { values: near(1, 200) }
    const scorer = await distanceScorer(factors, references)
    const expression = distanceExpression(factors.model, await positionsOf(factors, references))
    expect(await difference(factors, expression, scorer, near(2, 20))).toBeLessThan(1e-3)
  })
})
