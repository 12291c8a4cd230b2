import { describe, expect, it } from 'vitest'
import type { DataSet } from '../../src/data/dataset.ts'
import { exampleNumbers } from '../../src/data/evaluated.ts'
import { arrayStore } from '../../src/data/row-store.ts'
import { splitLabels, splitValues } from '../../src/data/rows.ts'
import { exampleHashes } from '../../src/evaluate/example-hashes.ts'
import { featureSpace, likeliestClasses } from '../../src/evaluate/generation/feature-space.ts'
import { importanceBound } from '../../src/evaluate/likelihood/importance-bound.ts'
import { hasOnlyLevels } from '../../src/evaluate/loss/value-levels.ts'
import { peakSignalToNoise } from '../../src/evaluate/reconstruction/psnr.ts'
import { structuralSimilarity } from '../../src/evaluate/reconstruction/structural-similarity.ts'
import { nearestExamples } from '../../src/explore/nearest.ts'
import { type HostTensor, hostTensor, rowsBetween } from '../../src/tensor/host.ts'
import { tinyData, tinyRun } from './tiny-run.ts'

const [COUNT, FROM, D] = [1203, 1000, 121]
const shape = [1, 11, 11]
const data = tinyData({ shape, classes: 3, sizes: { train: 10, validation: 10, test: COUNT } })
const run = tinyRun({ data, options: { model: 'cvae', latent: 2 } })

/** The test split without its first thousand examples. */
const { test } = data.splits
const tail: DataSet = {
  ...data,
  splits: { ...data.splits, test: { ...test, rows: test.rows.slice(FROM) } },
}
const beyond = tinyRun({ data: tail, options: { model: 'cvae', latent: 2 } })

const places = Array.from({ length: COUNT }, (_, i) => i)
const x = splitValues(data, 'test', places)
const labels = splitLabels(data, 'test')!

function expectSame(found: ArrayLike<number>, expected: ArrayLike<number>) {
  expect(found.length).toBe(expected.length)
  for (let i = 0; i < expected.length; i++) expect(found[i]).toBeCloseTo(expected[i]!, 5)
}

const end = (all: HostTensor<'float32'>) => rowsBetween(all, FROM, COUNT)

describe('rows beyond a thousand', () => {
  it('are of other labels than the first, which the codes show', async () => {
    expect(labels.slice(FROM, FROM + 3)).not.toEqual(labels.slice(0, 3))
    const mine = await run.encode(end(x), labels.slice(FROM))
    const others = await run.encode(end(x), labels.slice(0, COUNT - FROM))
    expect(Math.max(...mine.data.map((z, i) => Math.abs(z - others.data[i]!)))).toBeGreaterThan(
      0.01,
    )
  })

  it('are encoded, decoded and restored as they are alone', async () => {
    const codes = await run.encode(x, labels)
    expectSame(end(codes).data, (await run.encode(end(x), labels.slice(FROM))).data)
    const decoded = await run.decode(codes, labels)
    expectSame(end(decoded).data, (await run.decode(end(codes), labels.slice(FROM))).data)
    const restored = await run.reconstruct(x, labels)
    expectSame(end(restored).data, end(decoded).data)
  })

  it('have their own errors, in the place of each', async () => {
    const { ledger } = await run.evaluate('test', { measure: ['reconstruction'] })
    const entry = (name: string) => ledger.find(({ figure }) => figure.startsWith(name))!
    const restored = await run.reconstruct(end(x), labels.slice(FROM))
    const [mine, theirs] = [end(x).data, restored.data]
    const errors = Array.from({ length: COUNT - FROM }, (_, i) =>
      mine
        .subarray(i * D, (i + 1) * D)
        .reduce((sum, value, d) => sum + (value - theirs[i * D + d]!) ** 2, 0),
    )
    expectSame(entry('squared').values!.slice(FROM), errors)
    expectSame(entry('peak').values!.slice(FROM), peakSignalToNoise(end(x), restored))
    expectSame(
      entry('structural').values!.slice(FROM),
      structuralSimilarity(end(x), restored, { shape }),
    )
  })

  it('have their own loss terms, in the place of each', async () => {
    const loss = async (of: typeof run) => (await of.evaluate('test', { measure: ['loss'] })).ledger
    const [all, alone] = [await loss(run), await loss(beyond)]
    expect(alone.map(({ figure }) => figure)).toEqual(all.map(({ figure }) => figure))
    for (const [i, { values }] of alone.entries()) {
      const found = all[i]!
      expectSame(found.values!.slice(FROM), values!)
      expect(found.value).toBeCloseTo(found.values!.reduce((a, b) => a + b, 0) / COUNT, 8)
    }
  })

  it('have their own importance weights, by their labels and numbers', async () => {
    const bounds = async (of: DataSet, { model, parameters, runtime } = run) => {
      const all = [...of.splits.test.rows.keys()]
      const [given, classes] = [splitValues(of, 'test', all), splitLabels(of, 'test')!]
      const drawing = { seed: 0, labels: classes, numbers: exampleNumbers(of, 'test'), samples: 2 }
      return importanceBound({ model, parameters, runtime }, given, {
        ...drawing,
        rowsPerCall: 500,
      })
    }
    const [all, alone] = [await bounds(data), await bounds(tail)]
    expectSame(all.bound.slice(FROM), alone.bound)
  })

  it('are found as the nearest examples', () => {
    const nearest = nearestExamples(data, 'test', rowsBetween(x, 1150, 1153))
    expect([...nearest.indices]).toEqual([1150, 1151, 1152])
    expect([...nearest.distances]).toEqual([0, 0, 0])
  })

  it('are classified by what they are', async () => {
    const sizes = { train: 40, validation: 0, test: COUNT }
    const given = tinyData({ shape: [3], classes: 2, sizes })
    const space = await featureSpace(run.runtime, given)
    const all = [...given.splits.test.rows.keys()]
    const found = likeliestClasses(await space.classify(splitValues(given, 'test', all)))
    const right = splitLabels(given, 'test')!.filter((label, i) => label === found[i]).length
    expect(space.test).toEqual({ count: COUNT, accuracy: right / COUNT })
    await space.close()
  })

  it('enter the hash', async () => {
    const hash = async (of: DataSet) => (await exampleHashes(of, 'test', 0)).examples
    const { array } = test.store
    const values = array!.data.slice() as Uint8Array
    values[test.rows[1100]! * D]! ^= 1
    const store = arrayStore(hostTensor('uint8', array!.shape, values))
    const changed = { ...data, splits: { ...data.splits, test: { ...test, store } } }
    expect(await hash(changed)).not.toBe(await hash(data))
  })

  it('are looked at for grey levels', () => {
    const values = new Uint8Array((COUNT + 20) * D)
    const binary = tinyData({
      shape,
      values,
      scale: 1 / 255,
      sizes: { train: 10, validation: 10, test: COUNT },
    })
    expect(hasOnlyLevels(binary, 'test', 2)).toBe(true)
    values[(20 + 1100) * D] = 7
    expect(hasOnlyLevels(binary, 'test', 2)).toBe(false)
  })
})
