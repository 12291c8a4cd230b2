import { describe, expect, it } from 'vitest'
import { comparisonPictures } from '../../src/app/report/comparison-page.ts'
import type { DataSet } from '../../src/data/dataset.ts'
import { splitValues } from '../../src/data/rows.ts'
import { averagePrecisionOf } from '../../src/evaluate/anomaly/average-precision.ts'
import { logitBootstrap } from '../../src/evaluate/statistics/bootstrap.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { evenClasses } from '../../src/train/classes.ts'
import { tinyData, tinyRun } from './tiny-run.ts'

const D = 6
const places = tinyData({ shape: [D], classes: 3, sizes: { train: 40, validation: 0, test: 60 } })
/** The same classes by other names. */
const named: DataSet = { ...places, classLabels: [10, 20, 30] }
const { rows, labels } = places.splits.test

describe('classes with names of their own', () => {
  const measured = async (data: DataSet, normal: number[]) => {
    const run = tinyRun({ data, options: { model: 'ae', likelihood: 'gaussian', latent: 2 } })
    const measure = ['representation', 'anomaly'] as const
    return { run, ledger: (await run.evaluate('test', { measure, normal })).ledger }
  }

  it('are what anomalies are told by', async () => {
    const { run, ledger } = await measured(named, [10])
    const all = Array.from(rows.keys())
    const x = splitValues(named, 'test', all)
    const restored = await run.reconstruct(x)
    const scores = all.map((i) =>
      x.data
        .subarray(i * D, (i + 1) * D)
        .reduce((sum, value, d) => sum + (value - restored.data[i * D + d]!) ** 2, 0),
    )
    const anomalous = all.map((i) => labels![rows[i]!] !== 0)
    const of = (kind: boolean) => scores.filter((_, i) => anomalous[i] === kind)
    const pairs = of(true).flatMap((a) => of(false).map((b) => (a > b ? 1 : a === b ? 0.5 : 0)))
    const area = pairs.reduce((sum: number, pair) => sum + pair, 0) / pairs.length
    expect(Math.abs(area - 0.5)).toBeGreaterThan(0.01)
    expect(ledger.find(({ figure }) => figure === 'AUROC')!.value).toBeCloseTo(area, 8)
    const told = ledger.find(({ figure }) => figure === 'average precision')!
    expect(told.note).toContain('40 of 60 examples are of other classes; chance level 0.667')
    const { low, high } = logitBootstrap(60, averagePrecisionOf(scores, anomalous), { seed: 0 })
    expect(told.interval![0]).toBeCloseTo(low, 8)
    expect(told.interval![1]).toBeCloseTo(high, 8)
  })

  it('are read from codes as well as numbered ones', async () => {
    const read = ({ ledger }: Awaited<ReturnType<typeof measured>>) =>
      ledger.filter(({ figure }) => figure.includes('accuracy')).map(({ value }) => value)
    const found = read(await measured(named, [10]))
    expect(found).toHaveLength(6)
    expect(found).toEqual(read(await measured(places, [0])))
  })

  it('are what a conditional model decodes by', async () => {
    const weight = Array.from({ length: 5 * 5 }, (_, i) => [0, 0, 1, 2, 4][Math.floor(i / 5)]!)
    const run = tinyRun({
      data: named,
      zeros: true,
      options: { model: 'cvae', likelihood: 'gaussian', latent: 2, activation: 'relu' },
      // Each of five hidden units is 1, 2 or 4 by the class, and each value their sum.
      parameters: { 'decoder.0.weight': weight, 'decoder.1.weight': new Array(5 * D).fill(1) },
    })
    const codes = hostTensor('float32', [3, 2], new Float32Array(6))
    const { data } = await run.decode(codes, [30, 10, 20])
    expect([data[0], data[D], data[2 * D]]).toEqual([20, 5, 10])
    await expect(run.decode(codes, [0, 1, 2])).rejects.toThrow('(10, 20, 30)')
  })

  it('are what the samples of a comparison are drawn under', async () => {
    const shape = [1, 2, 3]
    const pictures = tinyData({ shape, classes: 3, sizes: { train: 40, validation: 0, test: 60 } })
    const data: DataSet = { ...pictures, classLabels: [10, 20, 30] }
    const run = tinyRun({ data, options: { model: 'cvae', latent: 2 } })
    const under: number[][] = []
    const watched: typeof run = {
      ...run,
      decode: (codes, given) => {
        under.push(Array.from(given!))
        return run.decode(codes, given)
      },
    }
    const sections = await comparisonPictures([{ name: 'cvae', run: watched }])
    expect(sections.map(({ id }) => id)).toContain('samples')
    expect(under.at(-1)!.slice(0, 6)).toEqual([10, 20, 30, 10, 20, 30])
  })

  it('are spread evenly over samples by their names', () => {
    expect([...evenClasses(6, [10, 20, 30])]).toEqual([10, 10, 20, 20, 30, 30])
  })
})
