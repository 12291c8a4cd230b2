import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evaluatedValues } from '../../src/data/evaluated.ts'
import { splitValues } from '../../src/data/rows.ts'
import { intervalOf } from '../../src/evaluate/ledger/entry.ts'
import { GROUPS, type Group } from '../../src/evaluate/ledger/groups.ts'
import { neighbourhoodPreservation } from '../../src/evaluate/manifold/neighbourhoods.ts'
import type { EvaluationOptions } from '../../src/evaluate/options.ts'
import { peakSignalToNoise } from '../../src/evaluate/reconstruction/psnr.ts'
import { structuralSimilarity } from '../../src/evaluate/reconstruction/structural-similarity.ts'
import { effectiveRank } from '../../src/evaluate/representation/effective-rank.ts'
import { tinyData, tinyRun } from './tiny-run.ts'

const sizes = { train: 60, validation: 20, test: 60 }
const grey = tinyData({ shape: [1, 8, 8], classes: 3, sizes })
const bits = Uint8Array.from({ length: 140 * 64 }, (_, i) => (i * i + Math.floor(i / 7)) % 2)
const binary = tinyData({ shape: [1, 8, 8], values: bits, scale: 1, classes: 3, sizes })
const table = tinyData({ shape: [5], sizes })

const everything: EvaluationOptions = {
  measure: Object.keys(GROUPS) as Group[],
  examples: 40,
  importanceSamples: 20,
  normal: [0],
}

const cache = mkdtempSync(join(tmpdir(), 'latentlab-cache-'))
const former = process.env.XDG_CACHE_HOME
beforeAll(() => {
  process.env.XDG_CACHE_HOME = cache
})
afterAll(() => {
  if (former === undefined) delete process.env.XDG_CACHE_HOME
  else process.env.XDG_CACHE_HOME = former
  rmSync(cache, { recursive: true, force: true })
})

const measured = async (
  options: Readonly<Record<string, unknown>>,
  data = grey,
  asked = everything,
) => (await tinyRun({ data, options: { latent: 2, ...options } }).evaluate('test', asked)).ledger

describe('what is measured follows from what a model has', () => {
  const expected: readonly [string, Readonly<Record<string, unknown>>, readonly Group[]][] = [
    [
      'a code without a prior',
      { model: 'ae' },
      ['reconstruction', 'representation', 'manifold', 'anomaly'],
    ],
    [
      'a variational code',
      { model: 'vae' },
      ['reconstruction', 'likelihood', 'representation', 'manifold', 'generation', 'anomaly'],
    ],
    [
      'a point code with a prior',
      { model: 'aae' },
      ['reconstruction', 'representation', 'manifold', 'generation', 'anomaly'],
    ],
    ['no encoder', { model: 'gan' }, ['generation']],
    [
      'labels as a condition',
      { model: 'cvae' },
      ['reconstruction', 'likelihood', 'representation', 'manifold', 'generation'],
    ],
    [
      'no code',
      { model: 'dae', network: 'unet', channels: [4], latent: undefined },
      ['reconstruction', 'anomaly'],
    ],
  ]
  it.each(expected)('%s', async (_, options, groups) => {
    const ledger = await measured(options)
    expect(new Set(ledger.map(({ group }) => group))).toEqual(new Set(['loss', ...groups]))
    for (const entry of ledger) {
      expect(Number.isFinite(entry.value), entry.figure).toBe(true)
      const [low, high] = intervalOf(entry) ?? [entry.value, entry.value]
      expect(low).toBeLessThanOrEqual(entry.value)
      expect(high).toBeGreaterThanOrEqual(entry.value)
    }
  })

  it('a table has neither pictures nor classes', async () => {
    const ledger = await measured({ model: 'vae', likelihood: 'gaussian' }, table)
    const figures = ledger.map(({ figure }) => figure).join(' ')
    expect(figures).toContain('Fréchet distance (values)')
    expect(figures).not.toMatch(/features|SSIM|probe|AUROC/)
  })
})

describe('the figures', () => {
  it('of images are those of the reconstruction with nothing sampled', async () => {
    const run = tinyRun({ data: grey, options: { model: 'ae', latent: 2 } })
    const { ledger } = await run.evaluate('test', { measure: ['reconstruction'] })
    const x = splitValues(
      grey,
      'test',
      Array.from({ length: 60 }, (_, i) => i),
    )
    const restored = await run.reconstruct(x)
    const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length
    const value = (name: string) => ledger.find(({ figure }) => figure.startsWith(name))!.value
    expect(value('peak signal')).toBeCloseTo(mean(peakSignalToNoise(x, restored)), 10)
    const shape = grey.exampleShape
    expect(value('structural')).toBeCloseTo(mean(structuralSimilarity(x, restored, { shape })), 10)
  })

  it('of likelihood are a bound where there is a likelihood, and are called none where there is not', async () => {
    const asked: EvaluationOptions = { ...everything, measure: ['likelihood'] }
    const [of, not] = [await measured({}, binary, asked), await measured({}, grey, asked)]
    expect(of[0]).toMatchObject({ figure: 'importance-weighted bound', kind: 'bound', samples: 20 })
    expect(of.map(({ unit }) => unit)).toContain('bits per dimension')
    expect(not[0]).toMatchObject({
      figure: 'importance-weighted sum (grey level; no likelihood)',
      kind: 'objective',
    })
    expect(not.map(({ kind }) => kind)).not.toContain('bound')
    expect(not.map(({ unit }) => unit)).not.toContain('bits per dimension')
  })

  it('of likelihood tell the error of drawing codes apart from that of drawing examples', async () => {
    const asked = (importanceSamples: number): EvaluationOptions => ({
      ...everything,
      measure: ['likelihood'],
      importanceSamples,
    })
    const [few, many] = [
      await measured({}, binary, asked(20)),
      await measured({}, binary, asked(2000)),
    ]
    const ratio = few[0]!.drawingError! / many[0]!.drawingError!
    expect(ratio).toBeGreaterThan(4)
    expect(few[0]!.standardError! / many[0]!.standardError!).toBeCloseTo(1, 0)
  })

  it('are the same twice', async () => {
    expect(await measured({})).toEqual(await measured({}))
  })

  it('of anomalies need some of each kind', async () => {
    const all = measured({ model: 'ae' }, grey, { measure: ['anomaly'], normal: [0, 1, 2] })
    await expect(all).rejects.toThrow('normal: 0, 1, 2: all of the test examples')
    const none = measured({ model: 'ae' }, grey, { measure: ['anomaly'], normal: [7] })
    await expect(none).rejects.toThrow('normal: 7 is not a class of tiny (its classes: 0, 1, 2)')
  })
})

describe('what examples a figure is of', () => {
  const one = async (options: Readonly<Record<string, unknown>>, data = grey) => {
    const { ledger, hashes } = await tinyRun({ data, options: { latent: 2, ...options } }).evaluate(
      'test',
      everything,
    )
    return { ledger, hashes }
  }

  it('includes their labels where these enter the figure, and nowhere else', async () => {
    const { ledger, hashes } = await one({ model: 'vae' })
    const labelled = ledger.filter(({ labelsHash }) => labelsHash !== undefined)
    expect(new Set(labelled.map(({ labelsHash }) => labelsHash))).toEqual(new Set([hashes.labels]))
    expect(labelled.map(({ figure }) => figure).sort()).toEqual(
      ledger
        .filter(({ figure }) => /probe|nearest-neighbour|AUROC|average precision/.test(figure))
        .map(({ figure }) => figure)
        .sort(),
    )
    expect(labelled).toHaveLength(8)
    const conditional = await one({ model: 'cvae' })
    for (const { figure, labelsHash } of conditional.ledger)
      expect(labelsHash, figure).toBe(conditional.hashes.labels)
    const byLabels = await one({ model: 'aae', labelInformed: true, prior: 'mixture' })
    for (const { group, figure, labelsHash } of byLabels.ledger)
      if (group === 'loss') expect(labelsHash, figure).toBe(byLabels.hashes.labels)
  })

  it('is grey levels for squared errors under dynamic binarisation, and draws for all else', async () => {
    const { ledger, hashes } = await one({ model: 'vae' }, { ...grey, binarize: 'dynamic' })
    expect(hashes.stored).not.toBe(hashes.examples)
    for (const { group, figure, examplesHash, note } of ledger) {
      const isGrey = group === 'reconstruction' || group === 'anomaly'
      expect(examplesHash, figure).toBe(isGrey ? hashes.stored : hashes.examples)
      if (isGrey) expect(note, figure).toContain('of the grey levels that are binarised')
    }
  })

  it('is draws for codes under dynamic binarisation: their rank is that of codes of draws', async () => {
    const dynamic = { ...grey, binarize: 'dynamic' as const }
    const run = tinyRun({ data: dynamic, options: { model: 'ae', latent: 4 } })
    const { ledger } = await run.evaluate('test', { measure: ['representation', 'manifold'] })
    const places = Array.from({ length: sizes.test }, (_, i) => i)
    const [x, levels] = [
      evaluatedValues(dynamic, 'test', places, 0),
      splitValues(dynamic, 'test', places),
    ]
    const rank = async (values: typeof x) =>
      (await effectiveRank(await run.encode(values))).effectiveRank
    const found = ledger.find(({ figure }) => figure === 'effective rank of codes')!.value
    expect(found).toBeCloseTo(await rank(x), 8)
    expect(Math.abs(found - (await rank(levels)))).toBeGreaterThan(1e-3)
    const { trustworthiness } = await neighbourhoodPreservation(
      run.runtime,
      x,
      await run.encode(x),
      {
        k: 12,
      },
    )
    const kept = ledger.find(({ figure }) => figure === 'trustworthiness')!.value
    expect(kept).toBeCloseTo(trustworthiness.reduce((a, b) => a + b, 0) / sizes.test, 8)
  })
})

it('the classifier of the feature space is trained once, and damaged parameters are made anew', async () => {
  const asked: EvaluationOptions = { ...everything, measure: ['generation'] }
  const first = await measured({}, grey, asked)
  const files = readdirSync(join(cache, 'latentlab'))
  expect(files.filter((name) => /^features-.*\.npz$/.test(name)).length).toBeGreaterThan(0)
  expect(files.filter((name) => name.endsWith('.tmp'))).toEqual([])
  const { writeFileSync } = await import('node:fs')
  for (const name of files) writeFileSync(join(cache, 'latentlab', name), 'no archive')
  expect(await measured({}, grey, asked)).toEqual(first)
})
