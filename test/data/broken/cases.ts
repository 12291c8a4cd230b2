import type { DataOptions } from '../../../src/data/open.ts'
import {
  csvText,
  gzipped,
  jsonLines,
  parquetBytes,
  type Table,
  utf8,
  utf16,
} from '../table/written.ts'

/** A file that cannot be used, and the line with which it is refused. */
export interface BrokenCase {
  readonly name: string
  readonly file: string
  readonly bytes: Uint8Array
  /** Other files beside it. */
  readonly others?: Readonly<Record<string, string>>
  readonly options?: Partial<DataOptions>
  /** What the line begins with: after `FILE: `, where it begins with no other name. */
  readonly message: string
}

/** How a table is written, and how a row of it is named: rows count from 0. */
interface Format {
  readonly end: string
  readonly write: (table: Table) => Uint8Array
  readonly place: (row: number) => string
}

const line = (first: number) => (row: number) => `line ${row + first}`
const texts = ({ names, rows }: Table): Table => ({
  names,
  rows: rows.map((row) => row.map((cell) => (cell === null ? null : String(cell)))),
})

export const formats: readonly Format[] = [
  { end: 'csv', write: (table) => utf8(csvText(table)), place: line(2) },
  { end: 'tsv', write: (table) => utf8(csvText(table, { separator: '\t' })), place: line(2) },
  {
    end: 'semicolons.csv',
    write: (table) => utf8(csvText(table, { separator: ';', lineEnd: '\r\n' })),
    place: line(2),
  },
  { end: 'csv.gz', write: (table) => gzipped(utf8(csvText(table))), place: line(2) },
  {
    end: 'utf16.csv',
    write: (table) => utf16(`\uFEFF${csvText(table)}`, true),
    place: line(2),
  },
  { end: 'jsonl', write: (table) => utf8(jsonLines(table)), place: line(1) },
  {
    end: 'json',
    write: (table) => utf8(`[${jsonLines(table).trim().replaceAll('\n', ',\n')}]`),
    place: (row) => `row ${row + 1}`,
  },
  {
    end: 'parquet',
    write: (table) =>
      parquetBytes(
        texts(table),
        table.names.map(() => 'text' as const),
      ),
    place: (row) => `row ${row + 1}`,
  },
  {
    end: 'arff',
    write: ({ names, rows }) =>
      utf8(
        [
          '@relation x',
          ...names.map((name) => `@attribute '${name}' string`),
          '@data',
          ...rows.map((row) => row.map((cell) => (cell === null ? '?' : `'${cell}'`)).join(',')),
          '',
        ].join('\n'),
      ),
    place: (row) => `line ${row + 7}`,
  },
]

export const names = ['size', 'colour', 'visits', 'day']

/** A table in which nothing is wrong. */
export const sound = (count = 30): Table => ({
  names,
  rows: Array.from({ length: count }, (_, i) => [
    i * 0.37 - (i % 5),
    ['red', 'green', 'blue'][i % 3]!,
    (i * i) % 4,
    `2024-01-${String(1 + (i % 28)).padStart(2, '0')}`,
  ]),
})

const schema = {
  format: 1 as const,
  missing: ['NA'],
  columns: [
    { name: 'size', kind: 'numeric' as const },
    { name: 'colour', kind: 'categorical' as const },
    { name: 'visits', kind: 'count' as const },
    { name: 'day', kind: 'datetime' as const },
  ],
}

/** The table with another value in one cell. */
const changed = (row: number, column: string, value: string | null): Table => {
  const { rows } = sound()
  const j = names.indexOf(column)
  return { names, rows: rows.map((cells, i) => (i === row ? cells.with(j, value) : cells)) }
}

/** Values that contradict the schema. */
const wrongValues: readonly (readonly [column: string, value: string, expected: string])[] = [
  ['size', 'large', 'a number'],
  ['size', 'Infinity', 'a number from -3.4e38 to 3.4e38'],
  ['size', '1e999', 'a number from -3.4e38 to 3.4e38'],
  ['size', '0x1F', 'a number'],
  ['size', '1,234.5', 'a number'],
  ['visits', '-1', 'a whole number from 0'],
  ['visits', '2.5', 'a whole number from 0'],
  ['visits', 'many', 'a number'],
  ['day', 'yesterday', 'a date such as 2024-12-31'],
  ['day', '2024-02-30', 'a date such as 2024-12-31'],
]

const badCells = formats.flatMap(({ end, write, place }) =>
  wrongValues.map(([column, value, expected], i): BrokenCase => {
    const row = (7 * i) % 30
    return {
      name: `${value} in column ${column} of ${end}`,
      file: `values.${end}`,
      bytes: write(changed(row, column, value)),
      options: { schema },
      message: `${place(row)}, column "${column}": expected ${expected}`,
    }
  }),
)

const optionFaults: readonly (readonly [string, Partial<DataOptions>, string])[] = [
  [
    'a label column that is not there',
    { label: 'class' },
    'has no such column (its columns: "size", "colour", "visits", "day")',
  ],
  [
    'a label column with a typing error',
    { label: 'color' },
    'has no such column; did you mean "colour"?',
  ],
  [
    'a column to split by that is not there',
    { splitBy: 'part' },
    'has no such column (its columns: "size"',
  ],
  [
    'a schema with a column that is not there',
    { schema: { ...schema, columns: [...schema.columns, { name: 'weight', kind: 'numeric' }] } },
    'has no column "weight"',
  ],
  [
    'a schema without one of the columns',
    { schema: { ...schema, columns: schema.columns.slice(1) } },
    'the schema does not list column "size"',
  ],
  [
    'a schema that leaves every column out',
    { schema: { ...schema, columns: names.map((name) => ({ name, kind: 'ignore' as const })) } },
    'has no column to train on',
  ],
  [
    'more test rows than rows',
    { test: 40 },
    '30 rows less 5 for validation and 40 for testing leave none to train on',
  ],
]
const badOptions = formats.flatMap(({ end, write }) =>
  optionFaults.map(
    ([name, options, message]): BrokenCase => ({
      name: `${name}, ${end}`,
      file: `options.${end}`,
      bytes: write(sound()),
      options,
      message,
    }),
  ),
)

/** Tables that hold nothing to train on. */
const emptyTables: readonly (readonly [string, Table, string])[] = [
  [
    'constant columns only',
    { names: ['a', 'b'], rows: Array.from({ length: 30 }, () => ['x', 1]) },
    'has no column to train on, only "a" (constant: every value is "x"), "b" (constant: every value is "1"); state the kinds',
  ],
  [
    'missing values only',
    { names: ['a', 'b'], rows: Array.from({ length: 30 }, () => ['NA', 'NA']) },
    'has no column to train on, only "a" (all values are missing), "b" (all values are missing); state',
  ],
  [
    'one row',
    { names, rows: sound(1).rows },
    'has no column to train on, only "size" (constant: every value is "0"), "colour" (constant: every value is "red"), "visits" (constant: every value is "0"), 1 more column; state',
  ],
  [
    'identifiers only',
    { names: ['a'], rows: Array.from({ length: 30 }, (_, i) => [`k${i}`]) },
    'has no column to train on, only "a" (an identifier or free text: 30 different texts in 30 values); state',
  ],
  [
    'a name that is there twice',
    { names: ['a', 'b', 'a'], rows: sound().rows.map((row) => row.slice(0, 3)) },
    'columns 1 and 3 are both called "a"; expected a different name for each',
  ],
]
const nothing = formats.flatMap(({ end, write }) =>
  emptyTables
    .filter(([name]) => !(name.includes('twice') && end.startsWith('json')))
    .map(
      ([name, table, message]): BrokenCase => ({
        name: `${name}, ${end}`,
        file: `nothing.${end}`,
        bytes: write(table),
        message,
      }),
    ),
)

const emptyFiles = formats.flatMap(({ end }): BrokenCase[] => [
  {
    name: `no bytes, ${end}`,
    file: `empty.${end}`,
    bytes: utf8(''),
    message: 'is empty; expected a table with a row for each example',
  },
  {
    name: `a byte, ${end}`,
    file: `byte.${end}`,
    bytes: Uint8Array.of(0),
    message: 'line 1 or a later one is not valid UTF-16, big-endian; state the encoding',
  },
  {
    name: `a picture, ${end}`,
    file: `picture.${end}`,
    bytes: Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0),
    message: 'the PNG is truncated; save it again',
  },
])

const separators = [',', ';', '\t', '|']
const lineEnds = ['\n', '\r\n', '\r']
const ragged = separators.flatMap((separator) =>
  lineEnds.flatMap((lineEnd): BrokenCase[] => {
    const lines = csvText(sound(), { separator, lineEnd }).split(lineEnd)
    const at = (row: number, change: (line: string) => string) =>
      utf8(lines.map((text, i) => (i === row ? change(text) : text)).join(lineEnd))
    const how = `${JSON.stringify(separator)} and ${JSON.stringify(lineEnd)}`
    return [
      {
        name: `a short row, ${how}`,
        file: 'ragged.csv',
        bytes: at(17, (text) => text.slice(0, text.lastIndexOf(separator))),
        message: 'line 18 has 3 values; expected 4 as in the header',
      },
      {
        name: `a long row, ${how}`,
        file: 'ragged.csv',
        bytes: at(4, (text) => text + separator),
        message: 'line 5 has 5 values; expected 4 as in the header',
      },
      {
        name: `an open quote, ${how}`,
        file: 'ragged.csv',
        bytes: at(29, (text) => text.replace(separator, `${separator}"`)),
        message: 'line 30: the quote that begins value 2 is never closed',
      },
      {
        name: `text after a quote, ${how}`,
        file: 'ragged.csv',
        bytes: at(12, (text) => text.replace(/^[^,;\t|]*/, '"1"2')),
        message: 'line 13: "2',
      },
    ]
  }),
)

const cut = formats
  .filter(({ end }) => ['csv.gz', 'parquet'].includes(end))
  .flatMap(({ end, write }) => {
    const whole = write(sound())
    return Array.from(
      { length: 12 },
      (_, i): BrokenCase => ({
        name: `the first ${i + 1} of 13 parts, ${end}`,
        file: `cut.${end}`,
        bytes: whole.subarray(0, Math.round(((i + 1) * whole.length) / 13)),
        message:
          end === 'parquet'
            ? 'begins as a Parquet file and does not end as one: it is cut short'
            : 'the gzip data is corrupted or truncated',
      }),
    )
  })

const fine = JSON.stringify(schema)
const schemas: readonly (readonly [string, string, string])[] = [
  ['no JSON', '{', 'is not JSON: '],
  ['nothing', '', 'is not JSON: Unexpected end of JSON input'],
  ['a list', '[]', 'expected an object, got []'],
  ['null', 'null', 'expected an object, got null'],
  ['a number', '5', 'expected an object, got 5'],
  ['a text', '"x"', 'expected an object, got x'],
  ['no format', fine.replace('"format":1,', ''), 'format: is missing; expected 1'],
  ['another format', fine.replace('"format":1', '"format":2'), 'format: expected 1, got 2'],
  ['format as text', fine.replace('"format":1', '"format":"1"'), 'format: expected 1, got 1'],
  [
    'no missing',
    fine.replace('"missing":["NA"],', ''),
    'missing: is missing; expected a list, each element of it a text',
  ],
  [
    'missing as text',
    fine.replace('["NA"]', '"NA"'),
    'missing: expected a list, each element of it a text, got NA',
  ],
  ['missing of numbers', fine.replace('["NA"]', '[-999]'), 'missing[0]: expected a text, got -999'],
  ['no columns', '{"format":1,"missing":[]}', 'columns: is missing; expected a list'],
  [
    'columns as object',
    '{"format":1,"missing":[],"columns":{}}',
    'columns: expected a list, got a value of type Object',
  ],
  [
    'an empty list of columns',
    '{"format":1,"missing":[],"columns":[]}',
    'columns: expected a list, got []',
  ],
  [
    'a column that is null',
    fine.replace('[{"name":"size"', '[null,{"name":"size"'),
    'columns[0]: expected an object, got null',
  ],
  [
    'a column as text',
    fine.replace('[{"name":"size"', '["size",{"name":"size"'),
    'columns[0]: expected an object, got size',
  ],
  ['no name', fine.replace('"name":"size",', ''), 'columns[0].name: is missing; expected a text'],
  ['a name as number', fine.replace('"size"', '5'), 'columns[0].name: expected a text, got 5'],
  [
    'no kind',
    fine.replace('"name":"size","kind":"numeric"', '"name":"size"'),
    'columns[0].kind: is missing; expected one of numeric, positive, count, binary, categorical, ordinal, datetime, text, label, ignore',
  ],
  [
    'an unknown kind',
    fine.replace('numeric', 'numerical'),
    'columns[0].kind: expected one of numeric, positive, count, binary, categorical, ordinal, datetime, text, label, ignore, got numerical; did you mean numeric?',
  ],
  [
    'a kind in capitals',
    fine.replace('numeric', 'Numeric'),
    'columns[0].kind: expected one of numeric, positive, count, binary, categorical, ordinal, datetime, text, label, ignore, got Numeric; did you mean numeric?',
  ],
  [
    'a kind as number',
    fine.replace('"numeric"', '3'),
    'columns[0].kind: expected one of numeric, positive, count, binary, categorical, ordinal, datetime, text, label, ignore, got 3',
  ],
  [
    'an unknown field',
    fine.replace('"kind":"numeric"', '"kind":"numeric","colour":"red"'),
    'columns[0]: has fields that do not belong there: colour',
  ],
  [
    'an unknown field at the top',
    fine.replace('{"format"', '{"x":1,"format"'),
    'has fields that do not belong there: x',
  ],
  [
    'a column twice',
    fine.replace('"colour"', '"size"'),
    'column "size": stands there twice; expected each column once',
  ],
  [
    'a distribution of another kind',
    fine.replace('"kind":"numeric"', '"kind":"numeric","distribution":"poisson"'),
    'column "size": distribution: expected gaussian or student-t for a column of kind numeric, got poisson',
  ],
  [
    'an unknown distribution',
    fine.replace('"kind":"numeric"', '"kind":"numeric","distribution":"cauchy"'),
    'columns[0].distribution: expected one of gaussian, student-t, log-normal, negative-binomial, poisson, bernoulli, categorical, ordinal, got cauchy',
  ],
  [
    'an unknown transform',
    fine.replace('"kind":"numeric"', '"kind":"numeric","transform":"square"'),
    'columns[0].transform: expected one of standardise, quantile, none, got square',
  ],
  [
    'a transform of categories',
    fine.replace('"kind":"categorical"', '"kind":"categorical","transform":"log"'),
    'columns[1].transform: expected one of standardise, quantile, none, got log',
  ],
  [
    'categories of numbers',
    fine.replace('"kind":"numeric"', '"kind":"numeric","categories":["1","2"]'),
    'column "size": categories: belong to a column of kind binary, categorical, ordinal, and this one is numeric',
  ],
  [
    'a category twice',
    fine.replace('"kind":"categorical"', '"kind":"categorical","categories":["red","red"]'),
    'column "colour": categories: "red" stands there twice',
  ],
  [
    'three categories of a binary column',
    fine.replace('"kind":"categorical"', '"kind":"binary","categories":["a","b","c"]'),
    'column "colour": categories: expected 2 for a column of kind binary, got 3',
  ],
  [
    'an ordinal column without an order',
    fine.replace('"kind":"categorical"', '"kind":"ordinal"'),
    'column "colour": categories: is missing',
  ],
  [
    'an order of dates of another kind',
    fine.replace('"kind":"numeric"', '"kind":"numeric","dates":"day-first"'),
    'column "size": dates: belongs to a column of kind datetime, and this one is numeric',
  ],
  [
    'a category that the file has and the schema lacks',
    fine.replace('"kind":"categorical"', '"kind":"ordinal","categories":["red","blue"]'),
    'table.csv: line 3, column "colour": expected one of "red", "blue", got "green"',
  ],
]
const badSchemas = schemas.map(
  ([name, text, message]): BrokenCase => ({
    name: `a schema: ${name}`,
    file: 'table.csv',
    bytes: utf8(csvText(sound())),
    others: { 'schema.json': text },
    options: { schema: 'schema.json' },
    message,
  }),
)

export const cases: readonly BrokenCase[] = [
  ...badCells,
  ...badOptions,
  ...nothing,
  ...emptyFiles,
  ...ragged,
  ...cut,
  ...badSchemas,
]
