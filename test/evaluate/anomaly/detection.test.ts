import { describe, expect, it } from 'vitest'
import { auroc, aurocDifference } from '../../../src/evaluate/anomaly/auroc.ts'
import {
  averagePrecision,
  averagePrecisionOf,
} from '../../../src/evaluate/anomaly/average-precision.ts'
import { floats, golden } from '../scikit-learn.ts'

describe.each(golden.detection)('detection, $name', (given) => {
  const scores = floats(given.scores).data

  it("has scikit-learn's AUROC, and DeLong's error from all pairs", () => {
    const { area, standardError } = auroc(scores, given.anomalous)
    expect(area).toBeCloseTo(given.area, 13)
    expect(standardError).toBeCloseTo(given.standardError, 13)
  })

  it("has scikit-learn's average precision", () => {
    expect(averagePrecision(scores, given.anomalous)).toBeCloseTo(given.averagePrecision, 13)
  })
})

describe('detection', () => {
  it('takes infinite scores as the highest and the lowest', () => {
    const infinite = [
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      0,
      Number.NEGATIVE_INFINITY,
    ]
    expect(auroc(infinite, [true, false, true, false]).area).toBe((0.5 + 1 + 0 + 1) / 4)
    expect(averagePrecision(infinite, [1, 0, 1, 0])).toBeCloseTo((1 / 2 + 2 / 3) / 2, 14)
  })

  it('has the difference of two areas with the error of DeLong, from the covariances of both', () => {
    const scores = [0.9, 0.8, 0.3, 0.7, 0.2, 0.4, 0.1]
    const others = [0.6, 0.9, 0.5, 0.5, 0.7, 0.1, 0.2]
    const labels = [1, 1, 1, 0, 0, 0, 0]
    const wins = (of: number[], i: number, j: number) =>
      of[i]! > of[j]! ? 1 : of[i]! === of[j]! ? 0.5 : 0
    const [faults, normals] = [
      [0, 1, 2],
      [3, 4, 5, 6],
    ] as const
    const average = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length
    const above = (of: number[]) => faults.map((i) => average(normals.map((j) => wins(of, i, j))))
    const below = (of: number[]) => normals.map((j) => average(faults.map((i) => wins(of, i, j))))
    const covariance = (a: number[], b: number[]) =>
      a.reduce((sum, value, i) => sum + (value - average(a)) * (b[i]! - average(b)), 0) /
      (a.length - 1)
    const spread = (components: (of: number[]) => number[]) => {
      const [a, b] = [components(scores), components(others)]
      return (covariance(a, a) + covariance(b, b) - 2 * covariance(a, b)) / a.length
    }
    const found = aurocDifference(scores, others, labels)
    expect(found).toMatchObject({ anomalies: 3, normals: 4 })
    // 10 of 12 pairs are in order, and 9½.
    expect(found.difference).toBeCloseTo((10 - 9.5) / 12, 14)
    expect(found.standardError).toBeCloseTo(Math.sqrt(spread(above) + spread(below)), 14)
    expect(aurocDifference(others, scores, labels).difference).toBeCloseTo(-0.5 / 12, 14)
  })

  it('has no error of the area where there is one of a kind', () => {
    expect(auroc([1, 2, 3], [0, 0, 1])).toMatchObject({ area: 1, anomalies: 1, normals: 2 })
    expect(auroc([1, 2, 3], [0, 0, 1]).standardError).toBeNaN()
  })

  it('has the average precision of a selection as of the examples written out', () => {
    const scores = [3, 1, 4, 1, 5, 9, 2, 6]
    const labels = [0, 1, 1, 0, 0, 1, 0, 1]
    const selected = Int32Array.of(5, 5, 0, 1, 3, 7, 0, 4)
    const written = averagePrecision(
      Array.from(selected, (i) => scores[i]!),
      Array.from(selected, (i) => labels[i]!),
    )
    expect(averagePrecisionOf(scores, labels)(selected)).toBeCloseTo(written, 14)
    expect(averagePrecisionOf(scores, labels)(Int32Array.of(0, 3))).toBeNaN()
  })

  it('refuses a NaN, one kind alone and labels of another number', () => {
    expect(() => auroc([1, Number.NaN], [0, 1])).toThrow('NaN')
    expect(() => auroc([1, 2], [0, 0])).toThrow('got 0 and 2')
    expect(() => averagePrecision([1, 2], [1, 1])).toThrow(RangeError)
    expect(() => averagePrecision([1, 2], [1, 0, 1])).toThrow('2 scores for 3 labels')
  })
})
