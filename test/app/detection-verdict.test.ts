import { describe, expect, it } from 'vitest'
import { detectionVerdict } from '../../src/app/report/detection-section.ts'

const interval = (low: number, high: number) => ({
  estimate: (low + high) / 2,
  low,
  high,
  level: 0.95,
})
type Lead = readonly [low: number, high: number]
const [ahead, behind, open]: Lead[] = [
  [0.01, 0.1],
  [-0.1, -0.01],
  [-0.01, 0.1],
]

/** What the report says of the leads over three baselines. */
function verdict([nearest, forest, components]: readonly Lead[], anomalies = 12): string {
  const score = (name: 'distance' | 'k-NN' | 'isolation forest' | 'PCA', lead?: Lead) => ({
    name,
    auroc: interval(0.5, 0.9),
    averagePrecision: interval(0.2, 0.4),
    lead: lead && interval(...lead),
  })
  return detectionVerdict({
    split: 'test',
    scored: { anomalies, normals: 30 },
    scores: [
      score('distance'),
      score('k-NN', nearest),
      score('isolation forest', forest),
      score('PCA', components),
    ],
  })
}

const rule =
  ' A lead is the AUROC of distance minus that of the baseline, on the test split; it counts only if its 95 % interval excludes 0.'

describe('the verdict on anomalies', () => {
  it('is that the model beats the baselines only where each interval of a lead says so', () => {
    expect(verdict([ahead!, ahead!, ahead!])).toBe(`The model beats all baselines.${rule}`)
    expect(verdict([open!, ahead!, ahead!])).toBe(
      `The model beats isolation forest and PCA; 12 anomalies show no difference from k-NN.${rule}`,
    )
  })

  it('is that it does not, and which are better, or that so few anomalies show no difference', () => {
    expect(verdict([behind!, open!, open!])).toBe(
      `The model does not beat the baselines: k-NN is better, and 12 anomalies show no difference from isolation forest and PCA.${rule}`,
    )
    expect(verdict([behind!, ahead!, behind!])).toBe(
      `The model beats isolation forest; k-NN and PCA are better.${rule}`,
    )
    expect(verdict([open!, open!, open!], 1)).toBe(
      `The model does not beat the baselines: 1 anomaly shows no difference.${rule}`,
    )
    expect(verdict([[0, 0], open!, [-1, 1]])).toBe(
      `The model does not beat the baselines: 12 anomalies show no difference.${rule}`,
    )
  })
})
