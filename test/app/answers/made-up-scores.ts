import { alarmThreshold } from '../../../src/answers/anomaly/threshold.ts'
import type { ScorePageSource } from '../../../src/app/answers/score-page/source.ts'
import { driftOf } from '../../../src/app/answers/score-summary.ts'
import { columns, oneFactorModel } from '../../answers/imputation/one-factor.ts'

/** Scores of 99 normal rows, 0.01 to 0.99: the threshold for 10 % is 0.9. */
export const calibration = Float64Array.from({ length: 99 }, (_, i) => (i + 1) / 100)

const width = columns.length
const nan = Number.NaN
const example = (row: number, score: number, values: number[], shares: number[]) => ({
  row,
  score,
  values: Float32Array.from(values),
  shares: Float64Array.from(shares),
})

/** Four scored rows, of which two are above the threshold, with names and shares that are easy to follow. */
export function madeUpScores(changes: Partial<ScorePageSource> = {}): ScorePageSource {
  const scores = Float64Array.of(0.3, 95.5, 0.9, 1.5)
  return {
    trained: oneFactorModel(),
    names: { data: '<today>.csv', run: 'runs/a & b', out: 'scored.csv' },
    columns: columns.map((column, i) => (i === 6 ? { ...column, name: '<i>kind</i>' } : column)),
    keyNames: ['id'],
    material: {
      training: { values: { dtype: 'float32', shape: [0, width], data: new Float32Array() } },
      calibration: { distance: calibration, bound: calibration },
      typical: { distance: new Float64Array(width).fill(0.1), bound: new Float64Array(width) },
      seed: 0,
    },
    score: 'distance',
    scores,
    threshold: alarmThreshold(calibration, 0.1),
    alarms: 2,
    drift: driftOf(scores, calibration),
    comparisons: {
      count: 4,
      of: [
        { name: 'distance', alarms: 2, shared: 2 },
        { name: 'k-NN', alarms: 3, shared: 1 },
      ],
    },
    worst: [
      // The cell of n, a count, adds 90 more than usual; that of a, 5 more; no other more than usual.
      example(1, 95.5, [1, nan, 0.5, 40, 1, 2, 2], [5.1, 0, 0.1, 90.1, 0.1, 0.1, 0]),
      example(3, 1.5, [0, 0.2, 0, 4, 0, 1, 0], [0.1, 0.1, 0.1, 0.1, 1.2, 0.1, 0.1]),
      example(2, 0.9, [0, 0, 0, 4, 1, 1, 0], [0, 0, 0, 0, 0, 0, 0]),
    ],
    namesOf: (row) => ({ keys: [`<b>id-${row}</b>`], label: `fault ${row % 2}` }),
    ...changes,
  }
}

/** Scores of millions, in columns and texts of great length without a space. */
export function longScores(): ScorePageSource {
  const long = (text: string) => `${text}_`.repeat(40)
  const { columns: short, worst } = madeUpScores()
  const scores = Float64Array.of(0.3, 1_234_567.8, 0.9, 1.5)
  return madeUpScores({
    names: { data: long('today'), run: long('run'), out: long('scored') },
    columns: short!.map((column) => ({ ...column, name: long(column.name) })),
    keyNames: [long('id')],
    scores,
    worst: [{ ...worst[0]!, score: 1_234_567.8 }, ...worst.slice(1)],
    namesOf: (row) => ({ keys: [long(`id${row}`)], label: long('fault') }),
  })
}
