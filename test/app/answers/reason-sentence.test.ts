import { describe, expect, it } from 'vitest'
import { reasonSentence } from '../../../src/app/answers/reason-sentence.ts'
import type { TableColumn } from '../../../src/distributions/columns/column.ts'

const column = (given: Partial<TableColumn>): TableColumn => ({
  name: 'pressure',
  kind: 'numeric',
  distribution: 'gaussian',
  gaps: false,
  centre: 2,
  scale: 0.5,
  ...given,
})
const level = 0.9
const nats = { excess: 14.23, unit: 'nats' }

describe('a reason in words', () => {
  it('states the value, the range in units of the file, and what it adds', () => {
    const interval = { low: 1.2345, high: 3.4321, level }
    expect(reasonSentence(column({}), 14.2, { value: 2.1, interval }, nats)).toBe(
      'pressure 9.1: usually 1.2 to 3.4 for such rows, +14.2 nats',
    )
  })

  it('has as many decimals as the range needs', () => {
    const text = (low: number, high: number) =>
      reasonSentence(column({}), 14.2, { value: 0, interval: { low, high, level } }, nats)
    expect(text(1.23456, 1.25678)).toContain('usually 1.235 to 1.257 for')
    expect(text(-1234.4, 2567.8)).toContain('within -1,234 to 2,568, as')
  })

  it('says so where a value lies within its range', () => {
    const interval = { low: 1.2, high: 9.4, level }
    expect(
      reasonSentence(column({}), 14.2, { value: 2, interval }, { excess: 0.0123, unit: '' }),
    ).toBe('pressure 9.1: within 1.2 to 9.4, as usual for such rows, +0.012')
  })

  it('states a mean where there is no range', () => {
    expect(reasonSentence(column({}), 14.2, { value: 2.345 }, nats)).toBe(
      'pressure 9.1: expected about 2.35, +14.2 nats',
    )
  })

  it('states a category with its probability, and never 100 %', () => {
    const state = column({ name: 'state', kind: 'categorical', categories: ['idle', 'run', 'off'] })
    const text = (cell: number, probability: number) =>
      reasonSentence(state, cell, { value: 0, probability }, nats)
    expect(text(1, 0.97)).toBe('state run: usually idle (97\u00a0%) for such rows, +14.2 nats')
    expect(text(2, 0.4)).toContain('state off: most often idle (40\u00a0%) for')
    expect(text(0, 0.9999)).toContain('state idle: as expected for such rows (above 99\u00a0%),')
    expect(text(3, 0.97)).toContain('a category not seen in training: usually idle (97')
  })

  it('keeps counts whole, dates dates, and small positive numbers above 0', () => {
    const text = (given: Partial<TableColumn>, cell: number, low: number, high: number) =>
      reasonSentence(column(given), cell, { value: low, interval: { low, high, level } }, nats)
    expect(text({ kind: 'count' }, 30, 2, 5)).toContain('pressure 30: usually 2 to 5 for')
    const range = [19_000, 20_000] as const
    const day = { kind: 'datetime', centre: 0, scale: 1, range } as const
    expect(text(day, 19_000, 19_723, 19_783.2)).toContain(
      'pressure 2022-01-08: usually 2024-01-01 to 2024-03-01 for',
    )
    const positive = { kind: 'positive', centre: 0, scale: 1 } as const
    expect(text(positive, Math.log(99), 0.0234, 35.6)).toContain('99: usually 0.023 to 36 for')
  })
})
