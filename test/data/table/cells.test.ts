import { describe, expect, it } from 'vitest'
import {
  isMissing,
  marksOf,
  missingMarks,
  numberIn,
  textOf,
} from '../../../src/data/table/cells.ts'
import { daysOf, orderIn } from '../../../src/data/table/dates.ts'
import type { Cell } from '../../../src/data/table/records.ts'

describe('the number in a text', () => {
  it.each([
    ['3.0', 3],
    ['-1.5e3', -1500],
    [' 7 ', 7],
    ['+.5', 0.5],
    ['007', 7],
    ['inf', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
  ])('of %j is %d', (text, value) => {
    expect(numberIn(text)).toBe(value)
  })

  it.each(['', ' ', '1,000', '1,5', '0x10', ' 0b1', '0o7', '12 kg', 'true', '1_000', 'nan'])(
    'of %j is none',
    (text) => {
      expect(numberIn(text)).toBeUndefined()
    },
  )

  it('is 0 for -0, so that equal values are equal bytes', () => {
    expect(Object.is(numberIn('-0'), 0)).toBe(true)
  })
})

describe('the text of a cell', () => {
  it.each<[Cell, Cell, string]>([
    ['3.0', 3n, '3'],
    ['3', 3, '3'],
    ['0.10', 0.1, '0.1'],
    [' True', true, 'true'],
    ['FALSE', false, 'false'],
    ['12345678901234567890', 12345678901234567890n, '12345678901234567890'],
    ['-0', -0, '0'],
    ['2024-03-01', new Date('2024-03-01'), '2024-03-01'],
  ])('%j and %s are the same category', (one, other, text) => {
    expect([textOf(one), textOf(other)]).toEqual([text, text])
  })

  it.each(['007', '1e5', 'a b', '1,000', 'Truely'])('%j stays as it is', (text) => {
    expect(textOf(text)).toBe(text)
  })
})

describe('missing cells', () => {
  const marks = marksOf(missingMarks)

  it('are null, NaN, empty texts and the marks, with spaces around them', () => {
    const cells: Cell[] = [null, undefined, Number.NaN, '', '  ', ...missingMarks, ' NA ']
    expect(cells.map((cell) => isMissing(cell, marks))).toEqual(cells.map(() => true))
  })

  it('are not 0, false, nor words that are no marks', () => {
    const cells: Cell[] = [0, 0n, false, '0', 'none', 'unknown', '-1', 'NaNa']
    expect(cells.map((cell) => isMissing(cell, marks))).toEqual(cells.map(() => false))
  })

  it('are equal to a stated number in any form', () => {
    const stated = marksOf(['-999'])
    const cells: Cell[] = [-999, -999n, '-999', '-999.0', '-9.99e2', '-998', 'NA', -9990]
    expect(cells.map((cell) => isMissing(cell, stated))).toEqual([
      ...[true, true, true, true, true],
      ...[false, false, false],
    ])
  })
})

describe('the days of a date', () => {
  it.each<[Cell, number]>([
    ['1970-01-02', 1],
    ['1969-12-31', -1],
    ['2024-02-29', 19782],
    ['2024/3/1', 19783],
    ['2024-03', 19783],
    ['2024-03-01T12:00:00Z', 19783.5],
    ['2024-03-01 06:00', 19783.25],
    ['2024-03-01T12:00:00+12:00', 19783],
    ['2024-03-01T00:00:00.250999Z', 19783 + 250 / 86_400_000],
    ['1.3.2024', 19783],
    ['1 Mar 2024', 19783],
    ['01-Mar-2024', 19783],
    ['March 1, 2024 6:00 PM', 19783.75],
    ['Mar 1 2024 12:00 am', 19783],
    [new Date('2024-03-01T18:00:00Z'), 19783.75],
  ])('%s are %d', (cell, days) => {
    expect(daysOf(cell)).toBe(days)
  })

  it.each<Cell>([
    '2023-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-01-00',
    '2024-01-01 24:00',
    '2024.03',
    '1/3/24',
    '1 Foo 2024',
    '20240301',
    20240301,
    '2024',
    true,
    new Date(Number.NaN),
    '2024-01-01 13:00 pm',
  ])('%s has none', (cell) => {
    expect(daysOf(cell)).toBeUndefined()
  })

  it('of 3/4/2024 depend on the order, and there are none without it', () => {
    expect(daysOf('3/4/2024')).toBeUndefined()
    expect(daysOf('3/4/2024', 'day-first')).toBe(daysOf('2024-04-03'))
    expect(daysOf('3/4/2024', 'month-first')).toBe(daysOf('2024-03-04'))
    expect(daysOf('13/4/2024', 'month-first')).toBeUndefined()
  })

  it('are in an order that a number from 13 shows', () => {
    const texts = ['13/4/2024', '4-13-2024', '12/12/2024', '2024-01-01', '1.2.2024', '13/13/2024']
    expect(texts.map(orderIn)).toEqual([
      'day-first',
      'month-first',
      'open',
      'fixed',
      'fixed',
      undefined,
    ])
  })
})
