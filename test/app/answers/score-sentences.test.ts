import { describe, expect, it } from 'vitest'
import { driftSentence, driftVerdict } from '../../../src/app/answers/score-sentences.ts'

describe('what is said of a drift', () => {
  it('is where the middle score lies, if chance does not explain it', () => {
    const drift = { medianPercentile: 71.6, distance: 0.3, byChance: 0.29 }
    expect(driftSentence(drift)).toContain('the middle one is at percentile 72 of theirs')
    expect(driftVerdict(drift)).toContain('differ by more than chance')
  })

  it('is that there is none beyond chance, with both figures', () => {
    const drift = { medianPercentile: 71.6, distance: 0.28, byChance: 0.29 }
    expect(driftSentence(drift)).toBe(
      'no drift beyond chance: the scores differ from those of the test rows by 0.280 (the largest difference of the two distribution functions), and chance exceeds 0.290 in one file of 100',
    )
    expect(driftVerdict(drift)).toBe('No drift beyond chance.')
  })

  it('is nothing where there are too few rows', () => {
    const drift = { medianPercentile: 100, distance: 1, byChance: 1.6 }
    expect(driftSentence(drift)).toContain('too few rows')
    expect(driftVerdict(drift)).toBe('Too few rows to see a drift.')
  })
})
