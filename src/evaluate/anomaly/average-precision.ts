import { byKind } from './auroc.ts'

/**
 * Average precision of scores `[n]` that are higher for what is more likely an anomaly: Σ (R_t - R_t₋₁) P_t over
 * the thresholds t at which an example scores, from the highest down, with the precision P_t and recall R_t of the
 * examples that score t or more. Equal scores are one threshold; nothing is interpolated. The same as
 * scikit-learn's `average_precision_score`. Its chance level is the share of anomalies.
 *
 * @param anomalous truthy for anomalies, `[n]`
 * @throws RangeError if scores are NaN, lengths differ or one of the kinds is missing
 */
export function averagePrecision(
  scores: ArrayLike<number>,
  anomalous: ArrayLike<number | boolean>,
): number {
  const precisionOf = averagePrecisionOf(scores, anomalous)
  return precisionOf(Int32Array.from({ length: scores.length }, (_, i) => i))
}

/**
 * The average precision of any selection of the examples, by their indices, some of which may repeat. A bootstrap
 * evaluates many selections, so the scores are sorted only once. NaN if no anomaly is selected.
 */
export function averagePrecisionOf(
  scores: ArrayLike<number>,
  anomalous: ArrayLike<number | boolean>,
): (selected: Int32Array) => number {
  byKind(scores, anomalous)
  const thresholds = [...new Set(Float64Array.from(scores))].sort((a, b) => (a < b ? 1 : -1))
  const indices = new Map(thresholds.map((score, index) => [score, index]))
  const thresholdOf = Int32Array.from(scores, (score) => indices.get(score)!)
  const isAnomaly = Uint8Array.from({ length: scores.length }, (_, i) =>
    Number(Boolean(anomalous[i])),
  )
  return (selected) => {
    const all = new Int32Array(thresholds.length)
    const anomalies = new Int32Array(thresholds.length)
    for (const i of selected) {
      all[thresholdOf[i]!]!++
      anomalies[thresholdOf[i]!]! += isAnomaly[i]!
    }
    let [taken, found, sum] = [0, 0, 0]
    for (let t = 0; t < all.length; t++) {
      taken += all[t]!
      found += anomalies[t]!
      if (anomalies[t]! > 0) sum += (anomalies[t]! * found) / taken
    }
    return sum / found
  }
}
