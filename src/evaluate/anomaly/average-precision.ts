import { byKind } from './auroc.ts'

/**
 * Average precision of scores `[n]` that are higher for what is more likely an anomaly:
 * Σ (R_t - R_t₋₁) P_t over the thresholds t at which an example scores, from the highest down, with the
 * precision P_t and recall R_t of what scores t or more. Equal scores are one threshold; nothing is
 * interpolated. As scikit-learn's `average_precision_score` has it. Its chance level is the share of
 * anomalies.
 *
 * @param anomalous truthy for anomalies, `[n]`
 * @throws RangeError where scores are NaN, lengths differ or one of the kinds is missing
 */
export function averagePrecision(
  scores: ArrayLike<number>,
  anomalous: ArrayLike<number | boolean>,
): number {
  const precisionOf = averagePrecisionOf(scores, anomalous)
  return precisionOf(Int32Array.from({ length: scores.length }, (_, i) => i))
}

/**
 * The average precision of any selection of the examples, by their indices, of which some may be repeated:
 * what a bootstrap asks for often, so that the scores are sorted once. NaN where no anomaly is selected.
 */
export function averagePrecisionOf(
  scores: ArrayLike<number>,
  anomalous: ArrayLike<number | boolean>,
): (selected: Int32Array) => number {
  byKind(scores, anomalous)
  const thresholds = [...new Set(Float64Array.from(scores))].sort((a, b) => (a < b ? 1 : -1))
  const places = new Map(thresholds.map((score, place) => [score, place]))
  const place = Int32Array.from(scores, (score) => places.get(score)!)
  const isAnomaly = Uint8Array.from({ length: scores.length }, (_, i) =>
    Number(Boolean(anomalous[i])),
  )
  return (selected) => {
    const all = new Int32Array(thresholds.length)
    const anomalies = new Int32Array(thresholds.length)
    for (const i of selected) {
      all[place[i]!]!++
      anomalies[place[i]!]! += isAnomaly[i]!
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
