import { z } from 'zod'
import { type ExampleForm, kindOf } from '../../data/form.ts'
import { fits } from '../../data/pictures/reading.ts'
import { type ColumnSchema, dateOrders } from '../../data/table/schema.ts'
import { type TableColumn, trainedKinds } from '../../distributions/columns/column.ts'
import { DAYS } from './port.ts'
import { type Positions, positionsOf, unseenIndex } from './positions.ts'

export const PREPROCESS_FORMAT = 'latentlab preprocess 1'

const index = z.number().int().min(0)

const columnSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(trainedKinds),
  /** The input of the graphs that holds it, and where on its second axis. */
  input: z.enum(['numbers', 'categories']),
  position: index,
  /** Where on the second axis of `mask`. */
  mask: index,
  /** Texts in the order of their indices. */
  categories: z.array(z.string()).optional(),
  /** The index of any other text. */
  unseen: index.optional(),
  /** Texts and numbers that stand for a missing value in this column, besides those of the table. */
  missing: z.array(z.string()).optional(),
  /** Of dates. */
  unit: z.literal(DAYS).optional(),
  /** How `3/4/2024` is read; without it, such a date is refused. */
  dates: z.enum(dateOrders).optional(),
})

const array = {
  /** Elements of the input. */
  dtype: z.enum(['uint8', 'float32']),
  /** One example: the input has an axis of rows before it. */
  shape: z.array(z.number().int().min(1)).min(1),
}

/** The step before the graphs of a package, for someone without this library: `preprocess.json`. */
export const preprocessSchema = z.discriminatedUnion('examples', [
  z.strictObject({
    format: z.literal(PREPROCESS_FORMAT),
    examples: z.literal('table'),
    /** Texts and numbers that stand for a missing value in every column; null, NaN and an empty text always do. */
    missing: z.array(z.string()),
    columns: z.array(columnSchema).min(1),
  }),
  z.strictObject({
    format: z.literal(PREPROCESS_FORMAT),
    examples: z.literal('numbers'),
    input: z.literal('values'),
    dtype: z.literal('float64'),
    shape: z.array(z.number().int().min(1)).length(1),
  }),
  z.strictObject({
    format: z.literal(PREPROCESS_FORMAT),
    examples: z.literal('values'),
    input: z.literal('values'),
    ...array,
  }),
  z.strictObject({
    format: z.literal(PREPROCESS_FORMAT),
    examples: z.literal('images'),
    input: z.literal('pixels'),
    ...array,
    /** What the axes of `shape` are: height, width, channels. */
    order: z.enum(['hw', 'chw', 'hwc']),
    height: index,
    width: index,
    channels: index,
    /** Smallest and largest value of a pixel in bytes. */
    range: z.tuple([z.number(), z.number()]).optional(),
    /** How a picture of any size becomes one, if the model was trained on pictures. */
    pictures: z
      .strictObject({
        colour: z.enum(['grey', 'rgb']),
        /** What lies behind transparent pixels and beside padded pictures. */
        ground: z.string(),
        /** WIDTHxHEIGHT, or one number for both; without it, pictures have this size already. */
        size: z.string().optional(),
        /** A picture of another shape: its margins are cut off, ground is added, or it is stretched. */
        fit: z.enum(fits).optional(),
      })
      .optional(),
  }),
])

type Column = z.infer<typeof columnSchema>
export type Preprocess = z.infer<typeof preprocessSchema>

/** The step before the graphs for a form of examples. */
export function preprocessOf(form: ExampleForm): Preprocess {
  const format = PREPROCESS_FORMAT
  const { table, stored, storage, order, exampleShape, range, picture } = form
  if (table?.numbers)
    return {
      format,
      examples: 'numbers',
      input: 'values',
      dtype: 'float64',
      shape: [table.columns.length],
    }
  if (table) {
    const { columns, schema } = table
    const positions = positionsOf(columns)
    return {
      format,
      examples: 'table',
      missing: [...schema.missing],
      columns: columns.map((one, i) => {
        const stated = schema.columns.find(({ name }) => name === one.name)
        return { ...placed(one, i, positions), ...statedOf(stated) }
      }),
    }
  }
  const array = { dtype: storage, shape: [...stored] }
  if (kindOf(form) === 'table') return { format, examples: 'values', input: 'values', ...array }
  const [channels = 1, height = 1, width = 1] = exampleShape
  return {
    format,
    examples: 'images',
    input: 'pixels',
    ...array,
    order: order as 'hw',
    height,
    width,
    channels,
    ...(storage === 'uint8' && { range: [...range] }),
    ...(picture && { pictures: { ...picture } }),
  }
}

/** Where a column goes. */
function placed(column: TableColumn, i: number, { numbers, categories }: Positions): Column {
  const { name, kind } = column
  if (column.categories)
    return {
      name,
      kind,
      input: 'categories',
      position: categories.indexOf(i),
      mask: i,
      categories: [...column.categories],
      unseen: unseenIndex(column),
    }
  const place = { name, kind, input: 'numbers' as const, position: numbers.indexOf(i), mask: i }
  return kind === 'datetime' ? { ...place, unit: DAYS } : place
}

/** What the schema states of a column and its values do not. */
const statedOf = ({ missing, dates }: Partial<ColumnSchema> = {}): Partial<Column> => ({
  ...(missing && { missing: [...missing] }),
  ...(dates && { dates }),
})
