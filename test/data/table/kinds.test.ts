import { describe, expect, it } from 'vitest'
import { inferSchema } from '../../../src/data/table/infer.ts'
import type { Cell } from '../../../src/data/table/records.ts'
import { stream } from '../../../src/tensor/random.ts'
import { arraySource, rowsOf } from './source.ts'

/** What is inferred of one column. */
async function inferred(cells: readonly Cell[], name = 'x') {
  const { columns, schema } = await inferSchema(arraySource({ [name]: cells }))
  return { ...columns[0]!, schema: schema.columns[0]! }
}

const kindOf = async (cells: readonly Cell[], name?: string) => (await inferred(cells, name)).kind

const normal = (count: number, seed = 0) => {
  const random = stream(seed, 'normal')
  return rowsOf(count, () => random.normal())
}

describe('numbers', () => {
  it('are numeric as numbers, bigints and text, with the same facts', async () => {
    const values = [5, 7, -3, 12, 7, 8]
    const one = await inferred(values)
    expect(one).toMatchObject({
      kind: 'numeric',
      reason: 'whole numbers that are not counts',
      treatment: 'standardised; Gaussian',
      range: [-3, 12],
      distinct: 5,
      missing: 0,
      examples: ['5', '7', '-3'],
    })
    expect(await inferred(values.map(BigInt))).toEqual(one)
    expect(await inferred(values.map((value) => `${value}.0`))).toEqual(one)
  })

  it('with a few marks among them are numeric with missing values', async () => {
    const cells = rowsOf(3000, (i) => (i % 1000 === 7 ? 'n/a' : String(Math.sin(i))))
    expect(await inferred(cells)).toMatchObject({
      kind: 'numeric',
      missing: 3,
      marks: { 'n/a': 3 },
      remarks: [],
    })
  })

  it('stay numeric with 10 % of other texts, which are named, and not with more', async () => {
    const withTexts = (count: number) =>
      rowsOf(100, (i) => (i < count ? `word ${i % 3}` : String(Math.sin(i))))
    const { kind, remarks } = await inferred(withTexts(10))
    expect(kind).toBe('numeric')
    expect(remarks).toEqual([
      '10 values (10.0\u00a0%) cannot be read as numbers, first "word 0" in line 2: if it stands for a missing value, add it to "missing" in the schema; otherwise training refuses it',
    ])
    expect(await kindOf(withTexts(11))).toBe('text')
  })

  it('that are infinite are reported', async () => {
    const { kind, remarks } = await inferred([...rowsOf(20, (i) => Math.sin(i)), 'inf'])
    expect(kind).toBe('numeric')
    expect(remarks).toEqual([
      '1 value infinite: training refuses them unless "missing" in the schema lists them',
    ])
  })

  it('with thousands separators are no numbers', async () => {
    expect(await kindOf(['1,000', '2,000', '3,000', '1,000', '2,000', '3,000'])).toBe('categorical')
  })

  it('with a leading zero are codes', async () => {
    const codes = ['01234', '02139', '10001']
    const column = await inferred(rowsOf(30, (i) => codes[i % 3]!))
    expect(column).toMatchObject({ kind: 'categorical', examples: codes })
    expect(column.reason).toContain('leading zero')
    expect(await kindOf(rowsOf(30, (i) => ['0.5', '-0.2', '0'][i % 3]!))).toBe('numeric')
  })
})

describe('counts', () => {
  it('are whole, begin at 0 or 1, and vary about as much as their mean', async () => {
    const column = await inferred([0, 1, 1, 2, 3, 5, 9, 0])
    expect(column).toMatchObject({
      kind: 'count',
      treatment: 'standardised log(1 + x) for the encoder; negative binomial',
    })
    expect(column.reason).toBe(
      'whole numbers from 0 whose variance (8.23) is about their mean (2.63) or more',
    )
    expect(await kindOf([1, 2, 2, 3, 4, 6, 10, 1])).toBe('count')
  })

  it('are not those that begin at 2, have a negative value or half a one, or vary too little', async () => {
    expect(await kindOf([2, 3, 3, 4, 5, 7, 11, 2])).toBe('numeric')
    expect(await kindOf([-1, 1, 1, 2, 3, 5, 9, 0])).toBe('numeric')
    expect(await kindOf([0.5, 1, 1, 2, 3, 5, 9, 0])).toBe('numeric')
    // Mean 2, variance 1.5 and 1.6: the border is 0.8 of the mean.
    expect(await kindOf([1, 1, 2, 2, 1, 2, 4, 5, 0, 2])).toBe('count')
    expect(await kindOf([1, 1, 2, 2, 3, 3, 3, 0, 4, 1])).toBe('numeric')
  })
})

describe('positive numbers', () => {
  it('are above 0 with a heavy right skew', async () => {
    const values = normal(2000).map((value) => Math.exp(value))
    const column = await inferred(values)
    expect(column).toMatchObject({
      kind: 'positive',
      treatment: 'logarithm, standardised; log-normal',
    })
    expect(column.reason).toMatch(/^numbers above 0, skewed to the right \(skewness \d/)
  })

  it('are not with a 0, with a light skew, or with a skew to the left', async () => {
    const heavy = normal(2000).map((value) => Math.exp(value))
    expect(await kindOf([...heavy, 0])).toBe('numeric')
    expect(await kindOf(normal(2000).map((value) => Math.exp(value / 4)))).toBe('numeric')
    expect(await kindOf(heavy.map((value) => 100 - value))).toBe('numeric')
  })
})

describe('binary columns', () => {
  it.each<[string, Cell[], string[]]>([
    ['0 and 1', [1, 0, '1.0', 0n], ['0', '1']],
    ['booleans and their texts', [true, 'False', 'TRUE'], ['false', 'true']],
    ['yes and no', ['Yes', 'No', 'Yes'], ['No', 'Yes']],
    ['two words', ['male', 'female', 'male'], ['female', 'male']],
    ['two numbers', [10, 9, 10], ['9', '10']],
  ])('hold two different values: %s', async (_, cells, categories) => {
    expect(await inferred(cells)).toMatchObject({
      kind: 'binary',
      treatment: '0 or 1; Bernoulli',
      schema: { name: 'x', kind: 'binary', categories },
    })
  })

  it('may have gaps, but not a third value', async () => {
    expect(await kindOf(['a', 'b', '', 'a', 'b', 'a'])).toBe('binary')
    expect(await kindOf(['a', 'b', 'c', 'a', 'b', 'a'])).toBe('categorical')
  })
})

describe('dates', () => {
  it('are recognised with their range', async () => {
    const cells = ['2024-03-05', '2024-03-01 12:00', '', '2024-04-01']
    expect(await inferred(cells)).toMatchObject({
      kind: 'datetime',
      reason: 'dates or timestamps',
      range: ['2024-03-01T12:00:00.000Z', '2024-04-01'],
      missing: 1,
      schema: { name: 'x', kind: 'datetime' },
    })
  })

  it('are read by the order that a number from 13 shows', async () => {
    const dayFirst = await inferred(['3/4/2024', '25/4/2024', '5/4/2024'])
    expect(dayFirst.schema).toEqual({ name: 'x', kind: 'datetime', dates: 'day-first' })
    expect(dayFirst.range).toEqual(['2024-04-03', '2024-04-25'])
    const monthFirst = await inferred(['3/4/2024', '4/25/2024', '5/4/2024'])
    expect(monthFirst.schema.dates).toBe('month-first')
    expect(monthFirst.reason).toBe('dates, month first: values from 13 show it')
  })

  it('of an open order are left out, with what to state', async () => {
    const { kind, remarks } = await inferred(['3/4/2024', '5/4/2024', '7/4/2024'])
    expect(kind).toBe('text')
    expect(remarks[0]).toContain('"dates": "day-first" or "month-first"')
  })

  it('are 90 % of the values, others are named', async () => {
    const cells = (others: number) =>
      rowsOf(20, (i) => (i < others ? `soon ${i}` : `2024-01-${10 + i}`))
    const { kind, remarks } = await inferred(cells(2))
    expect(kind).toBe('datetime')
    expect(remarks[0]).toMatch(/^2 values cannot be read as dates, first "soon 0" in line 2/)
    expect(await kindOf(cells(3))).toBe('text')
  })
})

describe('texts', () => {
  it('are categorical with 256 different ones, each twice on average', async () => {
    expect(await kindOf(rowsOf(512, (i) => `t${i % 256}`))).toBe('categorical')
    expect(await kindOf(rowsOf(514, (i) => `t${i % 257}`))).toBe('text')
    expect(await kindOf(rowsOf(20, (i) => `t${i % 10}`))).toBe('categorical')
    expect(await inferred(rowsOf(19, (i) => `t${i % 10}`))).toMatchObject({
      kind: 'text',
      reason: 'an identifier or free text: 10 different texts in 19 values',
      treatment: 'left out; kept as key',
    })
  })

  it('that look like numbers with a decimal comma say how they are read as numbers', async () => {
    const remark =
      'the values look like numbers with a decimal comma: the option decimal, set to comma, reads them as numbers'
    const remarksOf = async (texts: (i: number) => string) =>
      (await inferred(rowsOf(30, texts))).remarks
    expect(await remarksOf((i) => `${i},5`)).toEqual([remark])
    expect(await remarksOf((i) => `-1.234,${i % 9}`)).toEqual([remark])
    expect(await remarksOf((i) => `${i + 1},000`)).toEqual([])
    expect(await remarksOf((i) => (i === 2 ? 'x' : `${i},5`))).toEqual([])
  })

  it('are never labels nor ordinal', async () => {
    expect(await kindOf(['low', 'mid', 'high', 'low', 'mid', 'high'], 'label')).toBe('categorical')
  })
})

describe('identifiers', () => {
  it('are whole numbers that rise by 1', async () => {
    expect(await kindOf([5, 6, 7, 8])).toBe('text')
    expect(await kindOf([5, 6, 7, 9])).toBe('numeric')
    expect(await kindOf([5.5, 6.5, 7.5, 8.5])).toBe('numeric')
  })

  it('are whole numbers that all differ, under a name such as id', async () => {
    for (const name of ['id', 'customer_id', 'customerId', 'KEY'])
      expect(await kindOf([70, 12, 45, 33], name), name).toBe('text')
    for (const name of ['paid', 'humid', 'monkey'])
      expect(await kindOf([70, 12, 45, 33], name), name).toBe('numeric')
    expect(await kindOf([70, 12, 45, 33, 70], 'id')).toBe('numeric')
  })
})

describe('columns without information', () => {
  it('are left out, with the reason', async () => {
    expect(await inferred(['a', 'a', 'a'])).toMatchObject({
      kind: 'ignore',
      treatment: 'left out: constant',
      reason: 'constant: every value is "a"',
    })
    expect((await inferred([1, '', '1.0'])).reason).toBe(
      'constant: every value that is not missing is "1"',
    )
    expect(await inferred(['', null, 'NA'])).toMatchObject({
      kind: 'ignore',
      treatment: 'left out: all values are missing',
      reason: 'all values are missing',
    })
  })
})

describe('remarks', () => {
  const heavy = [...normal(1998), 40, -60]

  it('point to heavy tails: more than one value in a thousand beyond 5 spreads', async () => {
    const { kind, remarks } = await inferred([...normal(1997), 40, -60, 50])
    expect(kind).toBe('numeric')
    expect(remarks).toEqual([
      'heavy tails: 3 of 2,000 values lie more than 5 spreads from the median; consider "distribution": "student-t" or "transform": "quantile"',
    ])
    expect((await inferred(heavy)).remarks).toEqual([])
  })

  it('ask whether few whole numbers are codes', async () => {
    expect((await inferred(rowsOf(50, (i) => 3 + (i % 10)))).remarks).toEqual([
      'only 10 different whole numbers: if they are codes of categories, state "kind": "categorical", and if grades, "ordinal"',
    ])
    expect((await inferred(rowsOf(55, (i) => 3 + ((7 * i) % 11)))).remarks).toEqual([])
    expect((await inferred(rowsOf(49, (i) => 3 + (i % 10)))).remarks).toEqual([])
  })
})

describe('inferSchema', () => {
  it('looks at as many rows as asked, and says whether they are all', async () => {
    const source = arraySource({ x: rowsOf(100, (i) => (i < 40 ? i % 7 : 'word')) }, { batch: 30 })
    const some = await inferSchema(source, { rows: 40 })
    expect([some.rows, some.isComplete, some.columns[0]!.kind]).toEqual([40, false, 'count'])
    const all = await inferSchema(source, { rows: 100 })
    expect([all.rows, all.isComplete, all.columns[0]!.kind]).toEqual([100, true, 'categorical'])
  })

  it('takes other marks in place of the usual ones', async () => {
    const source = arraySource({
      x: [1.5, 2, -999, 3.5, 4, '-999.0', 'NA', ...rowsOf(20, Math.sin)],
    })
    const { columns, schema } = await inferSchema(source, { missing: ['-999'] })
    expect(columns[0]).toMatchObject({
      kind: 'numeric',
      missing: 2,
      marks: { '-999': 1, '-999.0': 1 },
    })
    expect(columns[0]!.remarks[0]).toContain('first "NA" in line 8')
    expect(schema.missing).toEqual(['-999'])
  })

  it('refuses a table without rows or columns', async () => {
    await expect(inferSchema(arraySource({ x: [] }))).rejects.toThrow('table.csv: has no rows')
    await expect(inferSchema(arraySource({}))).rejects.toThrow('table.csv: has no columns')
  })
})
