import { describe, expect, it } from 'vitest'
import { alarmThreshold, expectedAlarms } from '../../../src/answers/anomaly/threshold.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { stream } from '../../../src/tensor/random.ts'

/** 0 to n - 1. */
const upTo = (n: number) => Float64Array.from({ length: n }, (_, i) => i)

const refusal = (n: number, rate: number): UserError => {
  try {
    alarmThreshold(upTo(n), rate)
  } catch (error) {
    if (error instanceof UserError) return error
  }
  throw new Error('expected a UserError')
}

/** The share of 2000 repetitions whose interval holds the true rate. */
function held(
  n: number,
  rate: number,
  rateAbove: (threshold: number) => number,
  round = (u: number) => u,
) {
  const { uniform } = stream(n, `calibration ${rate}`)
  let count = 0
  for (let repetition = 0; repetition < 2000; repetition++) {
    const scores = Float64Array.from({ length: n }, () => round(uniform())).sort()
    const { threshold, rate: interval } = alarmThreshold(scores, rate)
    const truth = rateAbove(threshold)
    if (interval.low <= truth && truth <= interval.high) count++
  }
  return count / 2000
}

describe('a threshold for a false-alarm rate', () => {
  it('is the score of rank ⌊α (n + 1)⌋ from the highest', () => {
    const ranks = [
      [40, 0.05, 2],
      [499, 0.05, 25],
      [499, 0.01, 5],
      [501, 0.05, 25],
      [1001, 0.01, 10],
      [99, 0.01, 1],
      [99, 0.29, 29], // 0.29 · 100 is 28.999999999999996
      [99, 0.07, 7], // 0.07 · 100 is 7.000000000000001
      [3, 0.999, 3],
    ] as const
    for (const [n, rate, rank] of ranks) {
      const found = alarmThreshold(upTo(n), rate)
      expect(found).toMatchObject({ rank, threshold: n - rank, above: rank - 1, rows: n })
      expect(found.falseAlarms).toBe(rate)
      expect(found.rate.estimate).toBe(rank / (n + 1))
    }
  })

  it('has the quantiles of Beta(k, n + 1 - k) as its interval', () => {
    // SciPy 1.17.1: beta.ppf([0.025, 0.975], 25, 475) and beta.ppf([0.05, 0.95], 2, 39)
    const { rate } = alarmThreshold(upTo(499), 0.05)
    expect(rate.low).toBeCloseTo(0.03268106872669446, 10)
    expect(rate.high).toBeCloseTo(0.07072054878408499, 10)
    expect(rate.level).toBe(0.95)
    const { rate: other } = alarmThreshold(upTo(40), 0.05, 0.9)
    expect([other.low, other.high]).toEqual([
      expect.closeTo(0.008956945592975591, 10),
      expect.closeTo(0.11318836094473754, 10),
    ])
    expect(other.level).toBe(0.9)
  })

  it.each([
    [40, 0.05],
    [499, 0.05],
    [499, 0.01],
    [501, 0.05],
    [501, 0.01],
    [1001, 0.05],
    [1001, 0.01],
  ])(
    'has an interval that holds the true rate in 95 of 100 repetitions: %i rows, rate %f',
    (n, rate) => {
      const share = held(n, rate, (threshold) => 1 - threshold)
      expect(share).toBeGreaterThanOrEqual(0.935)
      expect(share).toBeLessThanOrEqual(0.965)
    },
  )

  it.each([7, 20, 100])(
    'has a wider interval where scores are equal, such as whole numbers up to %i',
    (steps) => {
      const share = held(
        200,
        0.05,
        (threshold) => 1 - threshold / steps,
        (u) => Math.ceil(u * steps),
      )
      expect(share).toBeGreaterThanOrEqual(0.945)
    },
  )

  it('counts the scores above it where others equal it, and lowers the lower bound', () => {
    const scores = upTo(99)
    const without = alarmThreshold(scores, 0.05)
    const tied = alarmThreshold(
      scores.map((score) => Math.min(score, 94)),
      0.05,
    )
    expect(without).toMatchObject({ threshold: 94, rank: 5, above: 4, tied: 0 })
    expect(tied).toMatchObject({ threshold: 94, rank: 5, above: 0, tied: 4 })
    expect(tied.rate).toEqual({ ...without.rate, low: 0 })
    // Two of the four above it are equal to it.
    const some = alarmThreshold(
      scores.map((score) => (score === 95 || score === 96 ? 94 : score)),
      0.05,
    )
    expect(some).toMatchObject({ above: 2, tied: 2 })
    expect(some.rate.low).toBeCloseTo(0.0024559907935277274, 10)
    // Only a score below is equal to it: the four above are as they were.
    const below = alarmThreshold(
      scores.map((score) => (score === 93 ? 94 : score)),
      0.05,
    )
    expect(below).toMatchObject({ above: 4, tied: 1 })
    expect(below.rate.low).toBeCloseTo(0.01111674879857596, 10)
  })

  it('raises no alarm where all scores are equal, infinite ones too', () => {
    for (const value of [3, Infinity])
      expect(alarmThreshold(new Float64Array(50).fill(value), 0.1)).toMatchObject({
        threshold: value,
        above: 0,
        rate: { low: 0 },
      })
  })

  it('refuses a rate that the rows cannot support, with how many could', () => {
    const { message, commandLine } = refusal(40, 0.01)
    expect(message).toBe(
      'falseAlarms 0.01: 40 calibration rows cannot support this rate: expected 99 rows or more; the lowest rate for that many is 0.0244',
    )
    expect(commandLine).toMatch(/^--false-alarms 0.01: 40 calibration rows/)
    expect(alarmThreshold(upTo(99), 0.01).rank).toBe(1)
    expect(alarmThreshold(upTo(40), 0.0244).rank).toBe(1)
    expect(refusal(98, 0.01).message).toContain('expected 99 rows')
    expect(refusal(1, 0.3).message).toContain('1 calibration row cannot')
    expect(refusal(0, 0.5).message).toBe(
      'falseAlarms 0.5: 0 calibration rows cannot support this rate: expected 1 row or more',
    )
    for (const rate of [0.001, 0.003, 0.07, 0.29]) {
      const needed = Number(/expected (\S+) row/.exec(refusal(1, rate).message)![1])
      expect(alarmThreshold(upTo(needed), rate).rank).toBe(1)
      expect(() => alarmThreshold(upTo(needed - 1), rate)).toThrow(UserError)
    }
  })

  it('refuses scores that are not in order or NaN, and rates that are none', () => {
    expect(() => alarmThreshold([1, 3, 2], 0.5)).toThrow(
      'calibration: expected scores in ascending order, got 2 after 3',
    )
    expect(() => alarmThreshold([1, Number.NaN], 0.5)).toThrow('calibration: value 1')
    for (const rate of [0, 1, Number.NaN])
      expect(() => alarmThreshold(upTo(9), rate)).toThrow(
        `falseAlarms: expected a number between 0 and 1, got ${rate}`,
      )
    expect(() => alarmThreshold(upTo(9), 0.5, 95)).toThrow('level: expected a number between')
  })
})

describe('the expected number of alarms', () => {
  it('is the rate times the rows, with bounds for the number itself', () => {
    // SciPy 1.17.1: betabinom.ppf([0.025, 0.975], 3000, 25, 475) and betabinom.ppf([0.05, 0.95], 100, 1, 99)
    const threshold = alarmThreshold(upTo(499), 0.05)
    const bounds = { low: 94, high: 217, level: 0.95 }
    expect(expectedAlarms(threshold, 3000)).toEqual({ estimate: 150, ...bounds })
    const other = alarmThreshold(upTo(99), 0.01, 0.9)
    expect(expectedAlarms(other, 100)).toEqual({ estimate: 1, low: 0, high: 4, level: 0.9 })
    expect(expectedAlarms(threshold, 0)).toMatchObject({ estimate: 0, low: 0, high: 0 })
    expect(() => expectedAlarms(threshold, 1.5)).toThrow('rows: expected a whole number')
  })

  it('has a lower bound by the scores above the threshold where others equal it', () => {
    const tied = (most: number) => {
      const scores = upTo(499).map((score) => (score > 474 && score < most ? 474 : score))
      return expectedAlarms(alarmThreshold(scores, 0.05), 3000)
    }
    expect(tied(480)).toEqual({ estimate: 150, low: 66, high: 217, level: 0.95 }) // Beta(19, 481)
    expect(tied(500)).toEqual({ estimate: 150, low: 0, high: 217, level: 0.95 })
  })

  it('holds the number of alarms among new rows in 95 of 100 repetitions', () => {
    const { uniform } = stream(1, 'alarms')
    const [n, m] = [99, 60]
    let held = 0
    for (let repetition = 0; repetition < 2000; repetition++) {
      const threshold = alarmThreshold(Float64Array.from({ length: n }, uniform).sort(), 0.1)
      let alarms = 0
      for (let i = 0; i < m; i++) if (uniform() > threshold.threshold) alarms++
      const { low, high } = expectedAlarms(threshold, m)
      if (low <= alarms && alarms <= high) held++
    }
    // Counts are whole numbers, so that the probability is above 0.95: 0.968.
    expect(Math.abs(held / 2000 - 0.968)).toBeLessThan(0.017) // 4 σ
  })
})
