import type { Figure } from '../ledger/entry.ts'
import { logitBootstrap } from '../statistics/bootstrap.ts'
import { aurocInterval, type Interval } from '../statistics/intervals.ts'
import { auroc } from './auroc.ts'
import { averagePrecisionOf } from './average-precision.ts'
import type { ToldApart } from './told-apart.ts'

/** The figures of a score that is higher for what is more likely an anomaly. */
export interface DetectionFigures {
  /** What the score is, for the notes. */
  readonly by: string
  /** Of the bootstrap. */
  readonly seed: number
}

/** AUROC and average precision of scores `[n]`, with 95 % intervals. The seed is that of the bootstrap. */
export function detectionOfScores(
  scores: ArrayLike<number>,
  anomalous: readonly boolean[],
  seed: number,
): { readonly auroc: Interval; readonly averagePrecision: Interval } {
  const precisionOf = averagePrecisionOf(scores, anomalous)
  return {
    auroc: aurocInterval(auroc(scores, anomalous)),
    averagePrecision: logitBootstrap(scores.length, precisionOf, { seed }),
  }
}

/** The same as figures, of examples that are told apart. */
export function detectionFigures(
  scores: ArrayLike<number>,
  { anomalous, normal, hash, labelsHash }: ToldApart,
  { by, seed }: DetectionFigures,
): Figure[] {
  const count = anomalous.filter(Boolean).length
  const { auroc: area, averagePrecision: precision } = detectionOfScores(scores, anomalous, seed)
  const note = `${by}; normal classes: ${normal.join(', ')}; ${count} of ${anomalous.length} examples are of other classes`
  const shared = {
    unit: 'share',
    kind: 'metric',
    samples: 0,
    examples: anomalous.length,
    examplesHash: hash,
    ...(labelsHash && { labelsHash }),
  } as const
  return [
    {
      ...shared,
      figure: 'AUROC',
      value: area.estimate,
      interval: [area.low, area.high],
      note: `${note}; interval by DeLong et al. 1988`,
    },
    {
      ...shared,
      figure: 'average precision',
      value: precision.estimate,
      interval: [precision.low, precision.high],
      note: `${note}; chance level ${(count / anomalous.length).toFixed(3)}; interval by bootstrap`,
    },
  ]
}
