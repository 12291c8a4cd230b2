import { afterAll, describe, expect, it } from 'vitest'
import { publicModel } from '../../../src/app/library/public-model.ts'
import { splitValues } from '../../../src/data/rows.ts'
import { latentDimensions } from '../../../src/evaluate/representation/latent-dimensions.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { trainedModel } from '../../../src/train/trained.ts'
import { tinyData, tinyRun } from '../../app/tiny-run.ts'
import { built } from '../likelihood/linear-gaussian.ts'

/** q(z|x) = N((0.05 x_0, 2 x_1 + 1, 0.5 x_0), diag s²), of 3 dimensions. */
const sigmas = [0.3, 0.5, 0.9]
const slopes = [0.05, 2, 0.5]
const source = [0, 1, 0]
const shift = [0, 1, 0]
const { model, parameters } = built({
  weight: [
    [1, 0],
    [0, 1],
    [1, 1],
  ],
  mean: [0, 0],
  sigma: 1,
  q: {
    weight: [
      [0.05, 0, 0.5],
      [0, 2, 0],
    ],
    mean: shift,
    sigmas,
  },
})
const linear = trainedModel(referenceRuntime, model, parameters)
const rows = [
  [1, 0.5],
  [-1, 1.5],
  [0.5, -1],
  [-0.5, 0],
]
const x = hostTensor('float32', [4, 2], Float32Array.from(rows.flat()))
const average = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length

describe('the dimensions of a code', () => {
  it('have means, deviations and KL in closed form, the active ones first by KL', async () => {
    const found = await latentDimensions(linear, x)
    const expected = slopes.map((slope, l) => {
      const codes = rows.map((row) => slope * row[source[l]!]! + shift[l]!)
      const mean = average(codes)
      const variance = codes.reduce((sum, code) => sum + (code - mean) ** 2, 0) / 3
      const s = sigmas[l]!
      const kl = average(codes.map((code) => 0.5 * (code ** 2 + s ** 2 - 2 * Math.log(s) - 1)))
      return { mean, deviation: Math.sqrt(variance), kl }
    })
    // The first has more KL than the last, as its σ is far from 1, and tells nothing apart: 0.05² · 5/6 < 0.01.
    expect(expected[0]!.kl).toBeGreaterThan(expected[2]!.kl)
    expect(found.dimensions.map(({ index, active }) => [index, active])).toEqual([
      [1, true],
      [2, true],
      [0, false],
    ])
    for (const { index, mean, deviation, kl } of found.dimensions) {
      expect(mean).toBeCloseTo(expected[index]!.mean, 6)
      expect(deviation).toBeCloseTo(expected[index]!.deviation, 6)
      expect(kl!.value).toBeCloseTo(expected[index]!.kl, 6)
    }
    expect(found).toMatchObject({ examples: 4, activeAbove: 0.01 })
  })

  it('are refused for one example', async () => {
    const one = hostTensor('float32', [1, 2], Float32Array.of(1, 2))
    await expect(latentDimensions(linear, one)).rejects.toThrow(
      /^examples: their spread needs 2 or more, got 1$/,
    )
  })
})

describe('model.latents', () => {
  const data = tinyData({ shape: [6], sizes: { train: 12, validation: 4, test: 40 } })
  const vae = tinyRun({ data, options: { latent: 4, batch: 4 } })
  const ae = tinyRun({ data, options: { model: 'ae', latent: 3, batch: 4 } })
  const publicOf = (run: typeof vae) =>
    publicModel({ ...run, trained: run, scoring: () => Promise.reject(new Error('no scores')) })
  const test = splitValues(
    data,
    'test',
    Array.from({ length: 40 }, (_, i) => i),
  )
  afterAll(() => Promise.all([vae.close(), ae.close()]))

  it('has the KL that an evaluation prints by dimension, and counts its active units', async () => {
    const { dimensions } = await publicOf(vae).latents(test)
    const { ledger } = await vae.evaluate('test', { measure: ['representation'] })
    const figure = (start: string) => ledger.find((one) => one.figure.startsWith(start))!
    const kl = dimensions.map((one) => one.kl!.value)
    const sorted = kl.toSorted((a, b) => b - a).map((value) => value.toFixed(2))
    expect(figure('KL(q(z|x) ‖ p(z))').note).toBe(
      `by dimension, largest first: ${sorted.join(' ')}`,
    )
    expect(kl.reduce((a, b) => a + b)).toBeCloseTo(figure('KL(q(z|x) ‖ p(z))').value, 5)
    expect(dimensions.filter(({ active }) => active)).toHaveLength(figure('active units').value)
  })

  it('orders codes without a distribution by their spread', async () => {
    const { dimensions } = await publicOf(ae).latents(test)
    const { data: codes } = await ae.encode(test)
    const deviation = (l: number) => {
      const own = Array.from(codes).filter((_, at) => at % 3 === l)
      return Math.sqrt(own.reduce((sum, one) => sum + (one - average(own)) ** 2, 0) / 39)
    }
    const expected = [0, 1, 2].toSorted((a, b) => deviation(b) - deviation(a))
    expect(dimensions.map(({ index }) => index)).toEqual(expected)
    for (const { index, deviation: found, kl, active } of dimensions) {
      expect(found).toBeCloseTo(deviation(index), 6)
      expect([kl, active]).toEqual([undefined, true])
    }
  })
})
