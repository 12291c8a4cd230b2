import { type AlarmThreshold, expectedAlarms } from '../../answers/anomaly/threshold.ts'
import { counted, grouped } from '../../tensor/numbers.ts'
import type { Drift } from './score-summary.ts'

/** Four digits. */
export const scoreText = (value: number): string => grouped(String(Number(value.toPrecision(4))))

export const rateText = (value: number): string => `${Number((100 * value).toPrecision(2))}\u00a0%`

/** `22 alarms above 0.8161; of normal rows, …`: the alarms among `rows` scores beside those to be expected. */
export function alarmsSentence(threshold: AlarmThreshold, alarms: number, rows: number): string {
  const { rate, rows: calibration } = threshold
  const { low, high } = expectedAlarms(threshold, rows)
  const expected = low === high ? grouped(low) : `${grouped(low)} to ${grouped(high)}`
  return `${counted(alarms, 'alarm')} above ${scoreText(threshold.threshold)}; of normal rows, ${expected} are to be expected (${rateText(rate.estimate)} of them, between ${rateText(rate.low)} and ${rateText(rate.high)} with 95\u00a0% confidence, from ${counted(calibration, 'test row')})`
}

/** Whether the scores differ from those of the test rows by more than chance. */
export const hasDrifted = ({ distance, byChance }: Drift): boolean => distance > byChance

/** Whether so few rows can show a drift at all. */
const canTell = ({ byChance }: Drift): boolean => byChance < 1

/** A drift in a few words, for a figure. */
export function driftVerdict(drift: Drift): string {
  if (!canTell(drift)) return 'Too few rows to see a drift.'
  return hasDrifted(drift)
    ? 'The scores have drifted: they differ by more than chance.'
    : 'No drift beyond chance.'
}

export function driftSentence(drift: Drift): string {
  const { distance, byChance, medianPercentile } = drift
  if (hasDrifted(drift))
    return `the scores differ from those of the test rows: the middle one is at percentile ${medianPercentile.toFixed(0)} of theirs (50 without drift)`
  if (!canTell(drift)) return 'too few rows to see whether the scores have drifted'
  return `no drift beyond chance: the scores differ from those of the test rows by ${distance.toFixed(3)} (the largest difference of the two distribution functions), and chance exceeds ${byChance.toFixed(3)} in one file of 100`
}
