import { describe, expect, it } from 'vitest'
import { formatFigure } from '../../src/evaluate/ledger/entry.ts'
import { counted, grouped, withGroups } from '../../src/tensor/numbers.ts'

describe('numbers in words', () => {
  it('has its digits in threes before the point, and only there', () => {
    expect(
      [0, 999, 1000, 10_000, 1_048_576, -12_345.5, '1234.56789', 2 ** 40].map(grouped),
    ).toEqual([
      '0',
      '999',
      '1,000',
      '10,000',
      '1,048,576',
      '-12,345.5',
      '1,234.56789',
      '1,099,511,627,776',
    ])
    expect(['1e+21', 'Infinity', '12345 rows'].map(grouped)).toEqual([
      '1e+21',
      'Infinity',
      '12345 rows',
    ])
  })

  it('groups whole numbers within a text, but neither years, sizes of layers nor parts of others', () => {
    expect(
      withGroups('20000 draws of 1234567 (2014), 784-10000-10, 0.12345, x12345, 10000.5.'),
    ).toBe('20,000 draws of 1,234,567 (2014), 784-10000-10, 0.12345, x12345, 10000.5.')
  })

  it('counts', () => {
    expect([1, 2, 60_000].map((count) => counted(count, 'example'))).toEqual([
      '1 example',
      '2 examples',
      '60,000 examples',
    ])
  })

  it('writes figures of a ledger in the same way', () => {
    expect([9.87654, 1234.5, -8329.234, 9_999_999, 2.39e8].map(formatFigure)).toEqual([
      '9.8765',
      '1,234.50',
      '-8,329.23',
      '9,999,999.00',
      '2.390e+8',
    ])
  })
})
