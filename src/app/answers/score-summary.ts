import { type BaselineName, baselineNames } from '../../answers/anomaly/baseline-scorers.ts'
import { percentiles } from '../../answers/anomaly/percentiles.ts'
import type { ModelScoreName, Scoring } from '../../answers/anomaly/scoring.ts'
import { type AlarmThreshold, alarmThreshold } from '../../answers/anomaly/threshold.ts'
import { auroc } from '../../evaluate/anomaly/auroc.ts'
import { averagePrecision } from '../../evaluate/anomaly/average-precision.ts'
import type { Floats } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'

/** The rate of false alarms where nobody chose one. */
export const FALSE_ALARMS = 0.01

/**
 * The threshold for a rate of false alarms. Where nobody chose one, it is 1 %, or the lowest that so few calibration rows
 * support.
 *
 * @throws UserError for a rate that was chosen and that the calibration rows cannot support
 */
export function thresholdFor(
  calibration: Float64Array,
  falseAlarms: number | undefined,
): AlarmThreshold {
  const lowest = 1 / (calibration.length + 1)
  return alarmThreshold(calibration, falseAlarms ?? Math.max(FALSE_ALARMS, lowest))
}

/** How well a score tells anomalies apart, where labels say which examples are anomalies. */
export interface Detection {
  readonly auroc: number
  readonly averagePrecision: number
}

/** What a score says of some examples: the model's, or a baseline's. */
export interface ScoreComparison {
  readonly name: ModelScoreName | BaselineName
  /** Examples above its threshold, for the same rate of false alarms. */
  readonly alarms: number
  /** How many of these the model's score raises an alarm for, too. */
  readonly shared: number
  readonly detection?: Detection | undefined
}

/** Some of the examples, for comparing scores. */
export interface ComparedExamples {
  readonly values: Floats
  /** The model's score of each. */
  readonly scores: Float64Array
  /** Whether each is an anomaly; undefined where that is not known. */
  readonly anomalous?: readonly (boolean | undefined)[] | undefined
}

/** The model's score beside those of the baselines, with the same rate of false alarms. */
export async function comparedScores(
  scoring: Scoring,
  name: ModelScoreName,
  { values, scores, anomalous }: ComparedExamples,
  { threshold, falseAlarms }: AlarmThreshold,
  options: ReadOptions = {},
): Promise<ScoreComparison[]> {
  const raised = Array.from(scores, (score) => score > threshold)
  const compared = (other: ScoreComparison['name'], own: Float64Array, limit: number) => {
    const alarms = Array.from(own, (score) => score > limit)
    return {
      name: other,
      alarms: alarms.filter(Boolean).length,
      shared: alarms.filter((alarm, i) => alarm && raised[i]).length,
      detection: anomalous && detectionOf(own, anomalous),
    }
  }
  const all = [compared(name, scores, threshold)]
  // A package holds none of the examples that baselines compare with.
  for (const baseline of baselineNames.filter((one) => scoring.material.calibration[one])) {
    const own = await (await scoring.scorer(baseline)).scores({ values }, options)
    const limit = alarmThreshold(scoring.material.calibration[baseline]!, falseAlarms).threshold
    all.push(compared(baseline, own, limit))
  }
  return all
}

/** AUROC and average precision over the examples of which it is known what they are; undefined if all are of one kind. */
export function detectionOf(
  scores: Float64Array,
  anomalous: readonly (boolean | undefined)[],
): Detection | undefined {
  const known = anomalous.flatMap((one, i) => (one === undefined ? [] : [i]))
  const truth = known.map((i) => anomalous[i]!)
  if (!truth.includes(true) || !truth.includes(false)) return undefined
  const own = known.map((i) => scores[i]!)
  return { auroc: auroc(own, truth).area, averagePrecision: averagePrecision(own, truth) }
}

/** How the scores of new examples differ from those of the calibration examples. */
export interface Drift {
  /** The percentile of the median new score among the calibration scores: about 50 without drift. */
  readonly medianPercentile: number
  /** The largest difference between the two distribution functions, from 0 to 1 (Kolmogorov and Smirnov). */
  readonly distance: number
  /** What chance alone exceeds in one of a hundred files, approximately (Smirnov 1948). */
  readonly byChance: number
}

/**
 * @param scores of new examples, in any order
 * @param calibration ascending
 */
export function driftOf(scores: Float64Array, calibration: Float64Array): Drift {
  const sorted = scores.slice().sort()
  const [n, m] = [sorted.length, calibration.length]
  let [i, j, distance] = [0, 0, 0]
  while (i < n && j < m) {
    const at = Math.min(sorted[i]!, calibration[j]!)
    while (i < n && sorted[i]! <= at) i++
    while (j < m && calibration[j]! <= at) j++
    distance = Math.max(distance, Math.abs(i / n - j / m))
  }
  const [medianPercentile] = percentiles([sorted[Math.floor((n - 1) / 2)]!], calibration)
  return {
    medianPercentile: medianPercentile!,
    distance,
    byChance: SMIRNOV_1_PERCENT * Math.sqrt((n + m) / (n * m)),
  }
}

/** √(-log(0.01 / 2) / 2). */
const SMIRNOV_1_PERCENT = 1.6276
