import { describe, expect, it } from 'vitest'
import { comparisonSentence, comparisonTable } from '../../../src/app/answers/score-comparison.ts'
import type { ScoreComparison } from '../../../src/app/answers/score-summary.ts'

const detection = (auroc: number, averagePrecision: number) => ({ auroc, averagePrecision })
const compared = (...of: ScoreComparison[]) => ({ of, count: 10 })
const model = { name: 'bound', alarms: 4, shared: 4 } as const
const nearest = { name: 'k-NN', alarms: 5, shared: 3 } as const
const forest = { name: 'isolation forest', alarms: 2, shared: 1 } as const

describe('what a comparison with baselines says', () => {
  it('names the figure by which a baseline is better, and that by which the model is', () => {
    const sentence = comparisonSentence(
      compared(
        { ...model, detection: detection(0.9, 0.7) },
        { ...nearest, detection: detection(0.95, 0.4) },
        { ...forest, detection: detection(0.8, 0.5) },
      ),
    )
    expect(sentence).toBe(
      'By AUROC, k-NN is better than the model: 0.950 against 0.900. By average precision, the model is better than the best baseline, isolation forest: 0.700 against 0.500. Where a baseline finds more, use its alarms, or train the model longer or on more rows.',
    )
  })

  it('makes nothing of differences below 0.01', () => {
    const sentence = comparisonSentence(
      compared(
        { ...model, detection: detection(0.9, 0.7) },
        { ...nearest, detection: detection(0.909, 0.691) },
      ),
    )
    expect(sentence).toBe(
      'By AUROC, the model and k-NN are about as good: 0.900 and 0.909. By average precision, the model and k-NN are about as good: 0.700 and 0.691.',
    )
  })

  it('is about agreement where nothing is known', () => {
    expect(comparisonSentence(compared(model, nearest, forest))).toContain(
      "not who is right. Of the model's 4 alarms, k-NN raises 3 too, isolation forest 1.",
    )
    expect(comparisonSentence(compared({ ...model, alarms: 0, shared: 0 }, nearest))).toContain(
      'The model raises no alarm; the baselines raise: k-NN 5.',
    )
  })

  it('comes with a table of alarms, and of how well anomalies are found', () => {
    const of = compared(
      { ...model, detection: detection(0.9, 0.7) },
      { ...nearest, detection: detection(0.8, 0.6) },
    )
    const { columns, rows } = comparisonTable(of, 20)
    expect(columns.map(({ title }) => title)).toEqual([
      'score',
      'alarms (of 10)',
      'also by the model',
      'AUROC',
      'average precision',
    ])
    expect(rows).toEqual([
      ['bound (model)', '4', '', '0.900', '0.700'],
      ['k-NN', '5', '3', '0.800', '0.600'],
    ])
  })
})
