import { z } from 'zod'
import { distributionsOf, trainedKinds } from '../../distributions/columns/column.ts'
import { dateOrders } from './dates.ts'

/** What a column of a file can be: trained on, or a key, a label, or left out. */
export const columnKinds = [...trainedKinds, 'text', 'label', 'ignore'] as const

export type ColumnKind = (typeof columnKinds)[number]

/** How values become cells before a model sees them. */
export const transforms = ['standardise', 'quantile', 'none'] as const

const distributions = [...new Set(Object.values(distributionsOf).flat())] as [string, ...string[]]

/** One column of `schema.json`. */
export const columnSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(columnKinds),
  /** Of a categorical, binary or ordinal column: its values in order; found in the training rows if absent. */
  categories: z.array(z.string()).min(1).optional(),
  distribution: z.enum(distributions).optional(),
  transform: z.enum(transforms).optional(),
  /** Of a datetime column: how `3/4/2024` is read. */
  dates: z.enum(dateOrders).optional(),
  /** Texts and numbers that stand for a missing value in this column, in addition to those of the table. */
  missing: z.array(z.string()).optional(),
})

/** How the columns of a table are read: `schema.json`. */
export const tableSchema = z.strictObject({
  format: z.literal(1),
  columns: z.array(columnSchema).min(1),
  /** Texts that stand for a missing value in every column. */
  missing: z.array(z.string()),
})

export type ColumnSchema = z.infer<typeof columnSchema>
export type TableSchema = z.infer<typeof tableSchema>
