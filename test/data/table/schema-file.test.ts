import { describe, expect, it } from 'vitest'
import type { TableSchema } from '../../../src/data/table/schema.ts'
import { schemaFromJson, schemaText } from '../../../src/data/table/schema-file.ts'

const schema: TableSchema = {
  format: 1,
  missing: ['NA', '\\N', '"'],
  columns: [
    { name: 'speed, "km/h"', kind: 'numeric', distribution: 'student-t', transform: 'quantile' },
    { name: '__proto__', kind: 'ordinal', categories: ['low', 'high'], missing: ['-999'] },
    { name: 'when', kind: 'datetime', dates: 'day-first' },
  ],
}

describe('schema.json', () => {
  it('reads back as it was written, a line for each column', () => {
    const text = schemaText(schema)
    expect(schemaFromJson(text, 'schema.json')).toEqual(schema)
    expect(text.split('\n')[6]).toBe(
      '    { "name": "when", "kind": "datetime", "dates": "day-first" }',
    )
  })

  const withColumn = (column: object) => JSON.stringify({ ...schema, columns: [column] })

  it.each<[string, string]>([
    ['{', 'schema.json: is not JSON: '],
    ['[]', 'schema.json: expected an object, got []'],
    ['{"format": 2, "missing": [], "columns": []}', 'schema.json: format: expected 1, got 2'],
    [
      '{"format": 1, "columns": [{"name": "x", "kind": "numeric"}]}',
      'schema.json: missing: is missing; expected a list',
    ],
    [
      withColumn({ name: 'x', kind: 'numerc' }),
      'schema.json: columns[0].kind: expected one of numeric, positive, count, binary, categorical, ordinal, datetime, text, label, ignore, got numerc; did you mean numeric?',
    ],
    [
      withColumn({ name: 'x', kind: 'numeric', kid: 1 }),
      'schema.json: columns[0]: has fields that do not belong there: kid',
    ],
    [
      withColumn({ name: 'x', kind: 'numeric', distribution: 'poisson' }),
      'schema.json: column "x": distribution: expected gaussian or student-t for a column of kind numeric, got poisson',
    ],
    [
      withColumn({ name: 'x', kind: 'label', distribution: 'poisson' }),
      'schema.json: column "x": distribution: a column of kind label has none; leave it out',
    ],
    [
      withColumn({ name: 'x', kind: 'binary', transform: 'quantile' }),
      'schema.json: column "x": transform: expected none for a column of kind binary, got quantile',
    ],
    [
      withColumn({ name: 'x', kind: 'count', categories: ['a'] }),
      'schema.json: column "x": categories: belong to a column of kind binary, categorical, ordinal, and this one is count',
    ],
    [
      withColumn({ name: 'x', kind: 'binary', categories: ['a'] }),
      'schema.json: column "x": categories: expected 2 for a column of kind binary, got 1',
    ],
    [
      withColumn({ name: 'x', kind: 'ordinal', categories: ['a', 'b', 'a'] }),
      'schema.json: column "x": categories: "a" stands there twice',
    ],
    [
      withColumn({ name: 'x', kind: 'ordinal' }),
      'schema.json: column "x": categories: is missing; a column of kind ordinal needs its values in order',
    ],
    [
      withColumn({ name: 'x', kind: 'count', dates: 'day-first' }),
      'schema.json: column "x": dates: belongs to a column of kind datetime, and this one is count',
    ],
    [
      JSON.stringify({ ...schema, columns: [schema.columns[2], schema.columns[2]] }),
      'schema.json: column "when": stands there twice; expected each column once',
    ],
  ])('is refused in one line: %s', (text, message) => {
    expect(() => schemaFromJson(text, 'schema.json')).toThrow(message)
  })
})
