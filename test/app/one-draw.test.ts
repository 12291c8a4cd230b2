import { describe, expect, it } from 'vitest'
import { evaluatedValues } from '../../src/data/evaluated.ts'
import type { Evaluation } from '../../src/evaluate/evaluate.ts'
import type { Group } from '../../src/evaluate/ledger/groups.ts'
import type { EvaluationOptions } from '../../src/evaluate/options.ts'
import { tinyData, tinyRun } from './tiny-run.ts'

const D = 12
const drawn = tinyData({ shape: [1, 3, 4], binarize: 'dynamic' })
const logits = Array.from({ length: D }, (_, d) => (d - 5) / 3)

/** Codes are all of the prior and nothing is decoded but these logits: each bound is −log p(x) itself. */
const run = tinyRun({
  data: drawn,
  zeros: true,
  options: { model: 'vae', latent: 2 },
  parameters: { 'decoder.1.bias': logits },
})

const values = ({ ledger }: Evaluation, name: RegExp): number[] => {
  const found = ledger.find(({ figure, unit }) => name.test(figure) && unit === 'nats per example')
  expect(found, `${name} in ${ledger.map((entry) => entry.figure).join(' | ')}`).toBeDefined()
  return Array.from(found!.values!)
}

/** −log p(x) of the digits that evaluation draws. */
function surprise(places: readonly number[]): number[] {
  const { data } = evaluatedValues(drawn, 'test', places, 0)
  return places.map((_, i) =>
    logits.reduce((sum, l, d) => sum + Math.log1p(Math.exp(l)) - l * data[i * D + d]!, 0),
  )
}

const all = [...drawn.splits.test.rows.keys()]
const likelihoods: EvaluationOptions = {
  measure: ['loss', 'likelihood'],
  importanceSamples: 4,
}

function expectAll(found: readonly number[], expected: readonly number[]) {
  expect(found).toHaveLength(expected.length)
  expected.forEach((value, i) => {
    expect(found[i]).toBeCloseTo(value, 4)
  })
}

describe('binary digits that training draws afresh', () => {
  it('are one draw for the loss, the importance-weighted bound and annealing', async () => {
    const evaluation = await run.evaluate('test', likelihoods)
    expectAll(values(evaluation, /^negative ELBO$/), surprise(all))
    expectAll(values(evaluation, /^importance-weighted bound/), surprise(all))
    expectAll(values(evaluation, /^negative ELBO, mean of 4 codes/), surprise(all))
    const annealed = values(evaluation, /^annealed importance sampling/)
    const every = Array.from({ length: 32 }, (_, i) => Math.floor((i * 50) / 32))
    expectAll(annealed, surprise(every))
  })

  it('stay the same where fewer examples are asked for', async () => {
    const evaluation = await run.evaluate('test', { ...likelihoods, examples: 10 })
    const places = Array.from({ length: 10 }, (_, i) => 5 * i)
    expectAll(values(evaluation, /^importance-weighted bound/), surprise(places))
    expectAll(values(evaluation, /^negative ELBO$/), surprise(all))
  })

  it('and the codes drawn for an example stay the same too', async () => {
    const encoding = tinyRun({
      data: drawn,
      options: { model: 'vae', latent: 2, prior: 'bernoulli' },
    })
    const bounds = async (examples: number) =>
      values(
        await encoding.evaluate('test', { ...likelihoods, examples }),
        /^importance-weighted bound/,
      )
    const every = await bounds(50)
    expectAll(
      await bounds(10),
      every.filter((_, i) => i % 5 === 0),
    )
    expect(new Set(every).size).toBe(50)
  })

  it('are what the divergence of codes is of, in the loss and in their own figure', async () => {
    const encoding = tinyRun({ data: drawn, options: { model: 'vae', latent: 2 } })
    const evaluation = await encoding.evaluate('test', { measure: ['loss', 'representation'] })
    const ofLoss = values(evaluation, /^KL\(q\(z\|x\) ‖ p\(z\)\)$/)
    expect(new Set(ofLoss).size).toBe(50)
    expectAll(values(evaluation, /^KL.*of these examples$/), ofLoss)
  })
})

describe('the bound of an evaluation', () => {
  const binary = tinyData({
    shape: [1, 3, 4],
    values: Uint8Array.from({ length: 100 * D }, (_, i) => (i * i) % 2),
    scale: 1,
  })
  const measures: readonly (readonly Group[])[] = [
    ['loss'],
    ['reconstruction'],
    ['likelihood'],
    ['likelihood', 'loss'],
    ['representation'],
  ]

  it.each([{}, { importanceSamples: 3 }])(
    'is that of the loss terms, whatever is measured (%o)',
    async (options) => {
      const model = tinyRun({ data: binary, options: { model: 'vae', latent: 2, ...options } })
      const bounds: (number | undefined)[] = []
      for (const measure of measures)
        bounds.push(
          (await model.evaluate('test', { measure, importanceSamples: 5, examples: 2 })).bound,
        )
      const { terms } = await model.evaluate('test')
      const expected = terms['importance-weighted bound'] ?? terms.reconstruction! + terms.kl!
      expect(bounds).toEqual(measures.map(() => expected))
    },
  )
})
