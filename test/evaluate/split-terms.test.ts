import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { resolveConfig } from '../../src/app/config.ts'
import { validation } from '../../src/app/validation.ts'
import type { DataSet } from '../../src/data/dataset.ts'
import { exampleNumbers } from '../../src/data/evaluated.ts'
import { splitValues } from '../../src/data/rows.ts'
import { MMD_SCALES } from '../../src/distributions/divergences.ts'
import { exampleNoise, rowKeys } from '../../src/evaluate/loss/row-noise.ts'
import { evaluator, type TermMeans } from '../../src/evaluate/loss/terms.ts'
import { Tensor } from '../../src/graph/tensor.ts'
import { corruptedBy } from '../../src/models/corruptions.ts'
import { defineModel, type ModelDefinition } from '../../src/models/model.ts'
import { modelNamed } from '../../src/models/registry.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { UserError } from '../../src/tensor/errors.ts'
import type { HostTensor } from '../../src/tensor/host.ts'
import { mix64 } from '../../src/tensor/random.ts'
import { option, worded } from '../../src/tensor/wording.ts'
import { build } from '../../src/train/build.ts'
import { inferenceMode } from '../../src/train/trained.ts'
import { someParameters } from '../app/same-figures.ts'
import { tinyData } from '../app/tiny-run.ts'
import { type Subject, subject } from '../models/contract/subjects.ts'
import { onnx } from '../train/onnx.ts'

const SIZES = [40, 60, 499, 501]
const SEED = 3
const D = 6

const table = (test: number): DataSet =>
  tinyData({ shape: [D], classes: 3, sizes: { train: 20, validation: 10, test } })

const member = (data: DataSet, name: string, options: Readonly<Record<string, unknown>> = {}) =>
  subject(
    modelNamed(name),
    { name: 'a table', data, batch: 10, options: { likelihood: 'gaussian' } },
    options,
  )

async function evaluated({ model, ...given }: Subject, seed = SEED): Promise<TermMeans> {
  const { data } = given.setting
  const parameters = someParameters({ model, ...given })
  const measuring = await evaluator(onnx(), model, data, seed)
  return measuring.evaluate(parameters, 'test').finally(() => measuring.close())
}

/** Expressions over all rows of the test split at once, in float64. */
async function exactly(
  given: Subject,
  expressions: (x: Tensor) => Readonly<Record<string, Tensor>>,
): Promise<Record<string, HostTensor>> {
  const { data } = given.setting
  const values = splitValues(data, 'test', [...data.splits.test.rows.keys()])
  const session = await referenceRuntime.compile(expressions(Tensor.input('x', values.shape)))
  return session.run({ ...someParameters(given), x: values })
}

/** Normal or uniform numbers that evaluation draws for each example of the test split. */
async function draws(data: DataSet, stream: string, kind: 'normal' | 'uniform', width: number) {
  const numbers = [...exampleNumbers(data, 'test')]
  const keys = Tensor.input('keys', [numbers.length, 1], 'int64')
  const noise = exampleNoise(SEED, keys)(`evaluation ${stream}`)[kind]([numbers.length, width])
  const session = await referenceRuntime.compile({ noise })
  const fed = rowKeys(numbers.map((number) => ({ number, k: 0 })))
  return (await session.run({ keys: fed })).noise!.data as Float64Array
}

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length

const near = (found: number, expected: number) =>
  expect(Math.abs(found - expected) / Math.abs(expected)).toBeLessThan(3e-6)

describe('free bits over a split', () => {
  it.each(SIZES)('of %d rows bound the mean divergence of each dimension', async (rows) => {
    const data = table(rows)
    const plain = member(data, 'vae')
    const { mu, logVar } = await exactly(plain, (x) => {
      const q = plain.model.posterior!(x, inferenceMode(plain.model, rows))
      return { mu: q.mean(), logVar: (q as unknown as { logVar: Tensor }).logVar }
    })
    const latent = mu!.shape[1]!
    const divergences = new Float64Array(latent)
    for (let at = 0; at < mu!.data.length; at++) {
      const [m, v] = [Number(mu!.data[at]), Number(logVar!.data[at])]
      divergences[at % latent]! += (m * m + Math.exp(v) - v - 1) / 2 / rows
    }
    // Some dimensions are below it and some above.
    const free = (Math.min(...divergences) + Math.max(...divergences)) / 2
    const bounded = divergences.reduce((sum, kl) => sum + Math.max(kl, free), 0)
    const means = await evaluated(member(data, 'vae', { freeBits: free }))
    near(means.objective - means.terms.reconstruction!, bounded)
    near(
      means.terms.kl!,
      divergences.reduce((sum, kl) => sum + kl, 0),
    )
    expect(means.values.kl).toHaveLength(rows)
  })
})

/** The unbiased estimate by its double sums, of a list of rows on either side. */
function discrepancy(a: number[][], b: number[][]): number {
  const kernel = (x: number[], y: number[]) => {
    const squared = x.reduce((sum, value, l) => sum + (value - y[l]!) ** 2, 0)
    return MMD_SCALES.reduce((sum, s) => sum + 1 / (1 + squared / (2 * s * x.length)), 0)
  }
  const between = (xs: number[][], ys: number[][]) =>
    xs.reduce((sum, x) => sum + ys.reduce((row, y) => row + (x === y ? 0 : kernel(x, y)), 0), 0)
  const pairs = (n: number) => n * (n - 1)
  return (
    between(a, a) / pairs(a.length) +
    between(b, b) / pairs(b.length) -
    (2 * between(a, b)) / (a.length * b.length)
  )
}

const rowsOf = (data: ArrayLike<number>, width: number): number[][] =>
  Array.from({ length: data.length / width }, (_, i) =>
    Array.from({ length: width }, (_, l) => data[i * width + l]!),
  )

describe('a discrepancy over a split', () => {
  const codesAndDraws = async (rows: number) => {
    const given = member(table(rows), 'wae')
    const { codes } = await exactly(given, (x) => ({
      codes: given.model.posterior!(x, inferenceMode(given.model, rows)).mean(),
    }))
    const latent = codes!.shape[1]!
    const drawn = await draws(given.setting.data, 'prior', 'normal', latent)
    return {
      given,
      codes: rowsOf(codes!.data as Float64Array, latent),
      drawn: rowsOf(drawn, latent),
    }
  }

  it.each(SIZES)('of %d rows is that of all of them', async (rows) => {
    const { given, codes, drawn } = await codesAndDraws(rows)
    const { terms, counts, errors, values } = await evaluated(given)
    near(terms.discrepancy!, discrepancy(codes, drawn))
    expect(counts).toEqual({ reconstruction: rows, discrepancy: rows })
    expect([errors.discrepancy, values.discrepancy]).toEqual([undefined, undefined])
  })

  it('of more than 1000 rows is that of the 1000 with the smallest keys', async () => {
    const { given, codes, drawn } = await codesAndDraws(1100)
    const keys = Array.from(exampleNumbers(given.setting.data, 'test'), (number) =>
      BigInt.asIntN(64, mix64(mix64(BigInt(number)))),
    )
    const kept = [...keys.keys()].sort((a, b) => (keys[a]! < keys[b]! ? -1 : 1)).slice(0, 1000)
    const { terms, counts } = await evaluated(given)
    expect(counts).toEqual({ reconstruction: 1100, discrepancy: 1000 })
    near(
      terms.discrepancy!,
      discrepancy(
        kept.map((i) => codes[i]!),
        kept.map((i) => drawn[i]!),
      ),
    )
  })

  it('refuses a split of a single row, which has none', async () => {
    await expect(evaluated(member(table(1), 'wae'))).rejects.toThrow(
      new UserError(
        worded`test: discrepancy needs 2 examples or more, and the test split has 1; choose a larger ${option('test')}`,
      ),
    )
  })
})

describe('validation', () => {
  it('is refused before training where it has too few examples for a term', async () => {
    const sizes = { train: 20, validation: 1, test: 10 }
    const data = tinyData({ shape: [D], classes: 3, sizes })
    const { train } = resolveConfig({ data: 'tiny.npy', model: 'wae' })
    await expect(validation(onnx(), member(data, 'wae').model, data, train)).rejects.toThrow(
      /^validation: discrepancy needs 2 examples or more, and the validation split has 1/,
    )
  })
})

const PROBABILITY = 0.3

/** How far values, or a function of them, are moved by swapping: the squared distance of each example. */
const swapping = defineModel({
  name: 'swapping',
  summary: '',
  paper: '',
  config: z.strictObject({ latent: z.number().default(1), factor: z.number().default(1) }),
  networks: () => ({}),
  terms(m, b) {
    const { factor } = m.config
    const values = factor === 1 ? b.x : b.x.mul(factor)
    const moved = corruptedBy(`swap:${PROBABILITY}`, values, b).sub(values)
    return { moved: { value: moved.square().sum([1]), bound: false } }
  },
})

function swapper(rows: number, factor: number): Subject {
  const data = table(rows)
  const config = { latent: 1, factor }
  const definition = swapping as unknown as ModelDefinition
  const model = build(swapping, config, { exampleShape: [D], dimension: D })
  const setting = { name: 'a table', data, batch: 10, options: {} }
  return { title: '', setting, definition, config, model }
}

describe('values swapped over a split', () => {
  it.each(SIZES.flatMap((rows) => [1, 2].map((factor) => ({ rows, factor }))))(
    'of $rows rows, times $factor, come from all of them alike, each by its key',
    async ({ rows, factor }) => {
      const given = swapper(rows, factor)
      const { data } = given.setting
      const x = splitValues(data, 'test', [...data.splits.test.rows.keys()]).data
      const u = await draws(data, 'corruption', 'uniform', D)
      const expected = Array.from({ length: rows }, (_, i) => {
        let moved = 0
        for (let d = 0; d < D; d++) {
          const further = 1 + Math.floor((u[i * D + d]! / PROBABILITY) * (rows - 1))
          const from = u[i * D + d]! < PROBABILITY ? (i + further) % rows : i
          moved += (factor * (x[from * D + d]! - x[i * D + d]!)) ** 2
        }
        return moved
      })
      const { values, terms } = await evaluated(given)
      expected.forEach((value, i) => {
        expect(values.moved![i]).toBeCloseTo(value, 4)
      })
      near(terms.moved!, mean(expected))
    },
  )

  it('come to p times the mean over pairs of rows, over many seeds', async () => {
    const rows = 60
    const given = swapper(rows, 1)
    const { data } = given.setting
    const x = rowsOf(splitValues(data, 'test', [...data.splits.test.rows.keys()]).data, D)
    const pairs = x.flatMap((a, i) =>
      x.flatMap((b, j) => (i === j ? [] : [a.reduce((sum, v, d) => sum + (v - b[d]!) ** 2, 0)])),
    )
    const found: number[] = []
    for (let seed = 0; seed < 60; seed++) found.push((await evaluated(given, seed)).terms.moved!)
    const spread = Math.sqrt(mean(found.map((value) => (value - mean(found)) ** 2)) / found.length)
    expect(Math.abs(mean(found) - PROBABILITY * mean(pairs))).toBeLessThan(4 * spread)
  })
})

describe('what is minimised in the place of a term', () => {
  it.each(SIZES)('is averaged over %d examples where it is one of each', async (rows) => {
    const given = member(table(rows), 'vae-gan')
    const { gamma } = given.config as { gamma: number }
    const { objective, terms } = await evaluated(given)
    const { likeness, kl } = terms
    const adversarial = terms['generator loss']! + terms['discriminator loss']!
    near(objective, (1 + gamma) * likeness! + kl! + adversarial)
  })
})

describe('a term of a whole batch', () => {
  it('is refused where it does not say what it is over a split', async () => {
    const data = table(40)
    const batchwise = defineModel({
      ...swapping,
      terms: (_m, b) => ({ spread: { value: b.x.square().mean(), bound: false } }),
    })
    const model = build(batchwise, { latent: 1, factor: 1 }, { exampleShape: [D], dimension: D })
    await expect(evaluator(onnx(), model, data, 0)).rejects.toThrow(/^the term spread has no value/)
  })
})
