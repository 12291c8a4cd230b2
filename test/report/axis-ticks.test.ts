import { describe, expect, it } from 'vitest'
import { axisTicks } from '../../src/report/axis-ticks.ts'

const labels = (low: number, high: number, count = 4) => {
  const { ticks, tickFormat, factor } = axisTicks([low, high], count)
  return { ticks, labels: ticks.map(tickFormat), factor }
}

describe('axisTicks', () => {
  it('tells values apart that agree in their first digits, by a factor and enough decimals', () => {
    expect(labels(2.388e8, 2.392e8)).toEqual({
      ticks: [2.388e8, 2.389e8, 2.39e8, 2.391e8, 2.392e8],
      labels: ['2.388', '2.389', '2.390', '2.391', '2.392'],
      factor: 1e8,
    })
    expect(labels(239_000_000, 239_000_004).labels).toEqual([
      '2.39000000',
      '2.39000001',
      '2.39000002',
      '2.39000003',
      '2.39000004',
    ])
  })

  it('writes numbers of a usual size as they are, with thousands in groups', () => {
    expect(labels(0, 20_000)).toEqual({
      ticks: [0, 5000, 10_000, 15_000, 20_000],
      labels: ['0', '5,000', '10,000', '15,000', '20,000'],
      factor: 1,
    })
    expect(labels(-0.21, 0.2).labels).toEqual(['−0.2', '−0.1', '0.0', '0.1', '0.2'])
    expect(labels(0.30001, 0.30005).labels).toEqual([
      '0.30001',
      '0.30002',
      '0.30003',
      '0.30004',
      '0.30005',
    ])
  })

  it('takes a factor for very small values too', () => {
    expect(labels(0, 4e-7)).toEqual({
      ticks: [0, 1e-7, 2e-7, 3e-7, 4e-7],
      labels: ['0', '1', '2', '3', '4'],
      factor: 1e-7,
    })
  })

  it('gives different ticks different labels over every size and offset', () => {
    for (let offset = -12; offset <= 12; offset++)
      for (let span = offset - 9; span <= 12; span++)
        for (const sign of [1, -1]) {
          const low = sign * 3.7 * 10 ** offset
          const found = labels(low, low + 1.3 * 10 ** span)
          expect(found.ticks.length, `${low} ${span}`).toBeGreaterThanOrEqual(2)
          expect(new Set(found.labels).size, found.labels.join(' ')).toBe(found.ticks.length)
        }
  })
})
