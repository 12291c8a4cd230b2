import { describe, expect, it } from 'vitest'
import { evaluatedValues } from '../../src/data/evaluated.ts'
import { evenly } from '../../src/data/indices.ts'
import type { Evaluation } from '../../src/evaluate/evaluate.ts'
import { sampleKind } from '../../src/evaluate/generation/sample-kind.ts'
import type { HostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import { symmetricEigen } from '../../src/tensor/symmetric-eigen.ts'
import { tinyData, tinyRun } from './tiny-run.ts'

const [D, N] = [24, 120]
const shape = [1, 4, 6]
const sizes = { train: N, validation: 0, test: N }
const PROBABILITIES = Array.from({ length: D }, (_, d) => 0.2 + (0.6 * ((5 * d) % D)) / D)

/** Examples that are exactly what the model below says: independent values, 1 with these probabilities. */
function bits() {
  const { uniform } = stream(3, 'bits')
  return Uint8Array.from({ length: 2 * N * D }, (_, i) =>
    uniform() < PROBABILITIES[i % D]! ? 1 : 0,
  )
}

const binary = tinyData({ shape, values: bits(), scale: 1, sizes })

/** Every row the probabilities themselves, as grey levels, which are drawn at every step. */
const dynamic = tinyData({
  shape,
  values: Float32Array.from({ length: 2 * N * D }, (_, i) => PROBABILITIES[i % D]!),
  binarize: 'dynamic',
  sizes,
})

/** A VAE whose decoder gives the same probabilities for every code. */
const constantVae = (data = binary, options: Readonly<Record<string, unknown>> = {}) =>
  tinyRun({
    data,
    zeros: true,
    options: { latent: 2, ...options },
    parameters: { 'decoder.1.bias': PROBABILITIES.map((p) => Math.log(p / (1 - p))) },
  })

type Rows = number[][]
const rowsOf = ({ shape, data }: HostTensor<'float32'>): Rows =>
  Array.from({ length: shape[0]! }, (_, i) => [...data.subarray(i * D, (i + 1) * D)])
const squared = (a: number[], b: number[]) => a.reduce((sum, x, d) => sum + (x - b[d]!) ** 2, 0)
const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length

/** Share of points within the distance of some centre's third nearest other centre. */
const covered = (points: Rows, centres: Rows) => {
  const radii = centres.map(
    (c, i) =>
      centres
        .filter((_, j) => j !== i)
        .map((other) => squared(c, other))
        .sort((a, b) => a - b)[2]!,
  )
  return mean(points.map((p) => Number(centres.some((c, j) => squared(p, c) <= radii[j]! + 1e-9))))
}

/** |μ₁ − μ₂|² + tr(C₁ + C₂ − 2 (C₁^½ C₂ C₁^½)^½), by two eigendecompositions. */
function frechet(a: Rows, b: Rows): number {
  const moments = (rows: Rows) => {
    const centre = PROBABILITIES.map((_, d) => mean(rows.map((row) => row[d]!)))
    const covariance = PROBABILITIES.map((_, i) =>
      PROBABILITIES.map(
        (_, j) =>
          rows.reduce((sum, r) => sum + (r[i]! - centre[i]!) * (r[j]! - centre[j]!), 0) /
          (rows.length - 1),
      ),
    )
    return { centre, covariance }
  }
  const product = (x: Rows, y: Rows) =>
    x.map((row) => y[0]!.map((_, j) => row.reduce((sum, v, k) => sum + v * y[k]![j]!, 0)))
  const root = (matrix: Rows) => {
    const { values, vectors } = symmetricEigen(Float64Array.from(matrix.flat()), D)
    return PROBABILITIES.map((_, i) =>
      PROBABILITIES.map((_, j) =>
        Array.from(values).reduce(
          (sum, value, k) =>
            sum + Math.sqrt(Math.max(0, value)) * vectors[k]![i]! * vectors[k]![j]!,
          0,
        ),
      ),
    )
  }
  const trace = (matrix: Rows) => matrix.reduce((sum, row, i) => sum + row[i]!, 0)
  const [p, q] = [moments(a), moments(b)]
  const half = root(p.covariance)
  const between = root(product(product(half, q.covariance), half))
  return (
    squared(p.centre, q.centre) + trace(p.covariance) + trace(q.covariance) - 2 * trace(between)
  )
}

/** Share of pairs in which the sample is nearer to the training data than the test example, ties half. */
function nearer(samples: Rows, test: Rows, training: Rows): number {
  const toTraining = (rows: Rows) =>
    rows.map((r) => Math.min(...training.map((t) => squared(r, t))))
  const [ofSamples, ofTest] = [toTraining(samples), toTraining(test)]
  return mean(
    ofSamples.flatMap((s) => ofTest.map((t) => (s < t - 1e-9 ? 1 : s <= t + 1e-9 ? 0.5 : 0))),
  )
}

function figuresOf({ ledger }: Evaluation) {
  const value = (name: string) => ledger.find(({ figure }) => figure === name)!.value
  return {
    frechet: value('Fréchet distance (values)'),
    precision: value('precision (values)'),
    recall: value('recall (values)'),
    nearer: value('samples nearer than examples'),
  }
}

const expected = (samples: Rows, test: Rows, training: Rows) => ({
  frechet: frechet(test, samples),
  precision: covered(samples, test),
  recall: covered(test, samples),
  nearer: nearer(samples, test, training),
})

type Figures = ReturnType<typeof figuresOf>
function expectClose(found: Figures, right: Figures) {
  for (const name of Object.keys(right) as (keyof Figures)[])
    expect(found[name], name).toBeCloseTo(right[name], 4)
}

describe.each([
  ['stored as 0 and 1', binary],
  ['binarised once', { ...binary, binarize: 'static' as const }],
  ['binarised at every step', dynamic],
])('figures of samples beside examples %s', (_, data) => {
  const run = constantVae(data)
  const examples = (split: 'train' | 'test') =>
    rowsOf(evaluatedValues(data, split, evenly(N, N), 0))
  const [test, training] = [examples('test'), examples('train')]

  it('are those of draws from p(x|z), by brute force', async () => {
    const evaluation = await run.evaluate('test', { measure: ['generation'] })
    const draws = rowsOf(await run.draw(await run.samplePrior(N, 0), 0))
    expect(new Set(draws.flat())).toEqual(new Set([0, 1]))
    const right = expected(draws, test, training)
    expectClose(figuresOf(evaluation), right)
    // The model is the truth: samples are as good as training examples, and no nearer than test examples.
    expect(right.frechet).toBeLessThan(1.3 * frechet(test, training))
    expect(right.precision).toBeGreaterThan(0.9)
    expect(right.recall).toBeGreaterThan(0.9)
    expect(Math.abs(right.nearer - 0.5)).toBeLessThan(0.12)
  })

  it('are not those of means, which would look precise, cover nothing and be called copies', async () => {
    const means = rowsOf(await run.decode(await run.samplePrior(N, 0)))
    const wrong = expected(means, test, training)
    expect(wrong.precision).toBe(1)
    expect(wrong.recall).toBe(0)
    const variance = PROBABILITIES.reduce((sum, p) => sum + p * (1 - p), 0)
    expect(wrong.frechet).toBeGreaterThan(0.9 * variance)
    const found = figuresOf(await run.evaluate('test', { measure: ['generation'] }))
    expect(found.recall - wrong.recall).toBeGreaterThan(0.9)
    expect(wrong.frechet / found.frechet).toBeGreaterThan(4)
    expect(Math.abs(found.nearer - wrong.nearer)).toBeGreaterThan(0.1)
  })

  it('say that they are', async () => {
    const { ledger } = await run.evaluate('test', { measure: ['generation'] })
    for (const { samplesAre, note } of ledger) {
      expect(samplesAre).toBe('draws')
      expect(note).toContain('samples are draws x ~ p(x|z), compared with examples of 0 and 1')
    }
  })
})

describe('samples that are compared', () => {
  const grey = tinyData({ shape, sizes })
  const quarters = tinyData({
    shape: [D],
    values: Float32Array.from({ length: 2 * N * D }, (_, i) => (i % 4) / 3),
    sizes,
  })
  const kinds: [string, Readonly<Record<string, unknown>>, typeof grey, string, string][] = [
    ['Bernoulli on grey levels', {}, grey, 'means', 'grey levels, which are not outcomes'],
    ['Bernoulli on 0 and 1', {}, binary, 'draws', 'examples of 0 and 1'],
    ['Bernoulli on draws', {}, dynamic, 'draws', 'each drawn once from its grey levels'],
    [
      'categorical:16 on bytes',
      { likelihood: 'categorical:16' },
      grey,
      'means',
      'not among its 16',
    ],
    ['categorical:256 on bytes', { likelihood: 'categorical:256' }, grey, 'draws', '256 levels'],
    ['categorical:4 on thirds', { likelihood: 'categorical:4' }, quarters, 'draws', '4 levels'],
    ['categorical:3 on thirds', { likelihood: 'categorical:3' }, quarters, 'means', 'its 3 levels'],
    ['Gaussian on grey levels', { likelihood: 'gaussian' }, grey, 'means', 'without the noise σ'],
    ['Gaussian on 0 and 1', { likelihood: 'gaussian' }, binary, 'means', 'examples of 0 and 1'],
    ['aae on 0 and 1', { model: 'aae' }, binary, 'draws', 'examples of 0 and 1'],
    ['gan on 0 and 1', { model: 'gan' }, binary, 'means', "the generator's outputs"],
    ['vae-gan on 0 and 1', { model: 'vae-gan' }, binary, 'means', "the generator's outputs"],
  ]
  it.each(kinds)('%s', (_, options, data, kind, words) => {
    const { model } = tinyRun({ data, options: { latent: 2, ...options } })
    const found = sampleKind(model, data, 'test')
    expect(found.kind).toBe(kind)
    expect(found.words).toContain(words)
  })

  it('of grey levels are means, and every figure says so', async () => {
    const run = tinyRun({ data: grey, options: { latent: 2 } })
    const evaluation = await run.evaluate('test', { measure: ['generation'] })
    const read = (split: 'train' | 'test') => rowsOf(evaluatedValues(grey, split, evenly(N, N), 0))
    const means = rowsOf(await run.decode(await run.samplePrior(N, 0)))
    expectClose(figuresOf(evaluation), expected(means, read('test'), read('train')))
    for (const { samplesAre, note } of evaluation.ledger) {
      expect(samplesAre).toBe('means')
      expect(note).toContain('samples are means of p(x|z), compared with grey levels')
    }
  })
})
