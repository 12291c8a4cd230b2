import { afterAll, describe, expect, it } from 'vitest'
import {
  calibrated,
  chosenScore,
  materialFor,
  scoresOf,
  scoringWith,
} from '../../../src/answers/anomaly/scoring.ts'
import { detectionOf, driftOf, thresholdFor } from '../../../src/app/answers/score-summary.ts'
import { splitValues } from '../../../src/data/rows.ts'
import { tinyData, tinyRun } from '../../app/tiny-run.ts'

const data = tinyData({ shape: [3], classes: 2, sizes: { train: 12, validation: 5, test: 9 } })
const vae = tinyRun({ data, options: { latent: 2, batch: 4 } })
const ae = tinyRun({ data, options: { model: 'ae', latent: 2, batch: 4 } })
const gan = tinyRun({ data, options: { model: 'gan', latent: 2, batch: 4 } })
afterAll(() => Promise.all([vae.close(), ae.close(), gan.close()]))

const all = (split: 'train' | 'validation' | 'test') =>
  splitValues(data, split, Array.from(data.splits[split].rows.keys()))

describe('what new examples are compared with', () => {
  it('are all examples of training and then of validation, or of the splits that are named', () => {
    const { training } = materialFor(data, 0)
    expect([...training.values.data]).toEqual([...all('train').data, ...all('validation').data])
    expect(training.values.shape).toEqual([17, 3])
    expect([...materialFor(data, 0, ['train']).training.values.data]).toEqual([
      ...all('train').data,
    ])
  })
})

describe('calibration', () => {
  it('is the sorted scores of test examples, with the mean share of each column', async () => {
    const scoring = scoringWith(vae, materialFor(data, 0))
    const { calibration, typical } = await calibrated(scoring, data, ['reconstruction', 'k-NN'])
    expect(Object.keys(calibration).sort()).toEqual(['k-NN', 'reconstruction'])
    const scorer = await scoring.scorer('reconstruction')
    const { scores, shares } = await scorer.explained({ values: all('test') })
    expect([...calibration.reconstruction!]).toEqual([...scores].sort((a, b) => a - b))
    const mean = [0, 1, 2].map((c) =>
      Array.from(scores.keys()).reduce((sum, i) => sum + shares.data[3 * i + c]! / 9, 0),
    )
    mean.forEach((share, c) => {
      expect(typical.reconstruction![c]).toBeCloseTo(share, 12)
    })
  })
})

describe('the scores of a model', () => {
  it('are those that it has; auto stands for the first', () => {
    expect(scoresOf(vae)).toEqual(['distance', 'bound', 'reconstruction'])
    expect(scoresOf(ae)).toEqual(['distance', 'reconstruction'])
    expect(chosenScore(vae, 'auto')).toBe('distance')
    expect(chosenScore(ae, 'reconstruction')).toBe('reconstruction')
    expect(() => chosenScore(ae, 'bound')).toThrow(
      "score 'bound': ae has no bound on the likelihood of an example; its scores are distance and reconstruction",
    )
    expect(() => chosenScore(gan, 'auto')).toThrow('gan has no encoder')
  })
})

describe('a threshold that nobody chose', () => {
  it('is for one in a hundred, or for the lowest rate that the rows support', () => {
    const scores = (n: number) => Float64Array.from({ length: n }, (_, i) => i)
    expect(thresholdFor(scores(499), undefined)).toMatchObject({ falseAlarms: 0.01, rank: 5 })
    expect(thresholdFor(scores(40), undefined)).toMatchObject({ rank: 1, threshold: 39 })
    expect(() => thresholdFor(scores(40), 0.01)).toThrow('40 calibration rows cannot support')
  })
})

describe('drift', () => {
  it('is the percentile of the middle score, and the largest gap between the distributions', () => {
    const calibration = Float64Array.from({ length: 100 }, (_, i) => i + 0.5)
    const drift = driftOf(Float64Array.of(90, 20, 70), calibration)
    expect(drift.medianPercentile).toBe(70)
    expect(drift.distance).toBeCloseTo(0.7 - 1 / 3, 12)
    // Smirnov's critical value at 1 %: 1.628 √((n + m) / (n m))
    expect(drift.byChance).toBeCloseTo(1.628 * Math.sqrt(103 / 300), 3)
  })
})

describe('detection', () => {
  it('counts only rows of which it is known what they are', () => {
    const scores = Float64Array.of(1, 9, 5, 3)
    expect(detectionOf(scores, [false, undefined, true, true])).toEqual({
      auroc: 1,
      averagePrecision: 1,
    })
    expect(detectionOf(scores, [false, true, false, true])).toEqual({
      auroc: 0.75,
      averagePrecision: (1 + 2 / 3) / 2,
    })
    expect(detectionOf(scores, [false, false, undefined, false])).toBeUndefined()
  })
})
