import { z } from 'zod'
import {
  distributionsOf,
  type TableColumn,
  trainedKinds,
} from '../../distributions/columns/column.ts'
import { counted } from '../../tensor/numbers.ts'
import { hasCategories } from './model-cells.ts'
import { type TableSchema, tableSchema } from './schema.ts'

/** How the rows of a table become examples: part of the form of a model's training data. */
export interface TableForm {
  /** What every column of the file is. */
  readonly schema: TableSchema
  /** The columns that the model is trained on. */
  readonly columns: readonly TableColumn[]
  /** Whether it is an array of numbers, all of whose columns are numeric. */
  readonly numbers?: boolean | undefined
}

const numbers = z.array(z.number())

const storedColumn = z
  .object({
    name: z.string(),
    kind: z.enum(trainedKinds),
    distribution: z.enum(Object.values(distributionsOf).flat()),
    gaps: z.boolean(),
    centre: z.number(),
    scale: z.number().positive(),
    categories: z.array(z.string()).optional(),
    knots: z.object({ x: numbers, y: numbers }).optional(),
    range: z.tuple([z.number(), z.number()]).optional(),
    initial: z
      .object({ mean: z.number().positive(), dispersion: z.number().positive() })
      .optional(),
  })
  .superRefine((column, { addIssue }) => {
    const fault = columnFault(column)
    if (fault) addIssue({ code: 'custom', ...fault })
  })

/** What does not fit together in a stored column, field by field correct. */
function columnFault(column: TableColumn): { path: string[]; message: string } | undefined {
  const { kind, distribution, categories, knots } = column
  const known: readonly string[] = distributionsOf[kind]
  if (!known.includes(distribution))
    return {
      path: ['distribution'],
      message: `a column of kind ${kind} has ${known.join(' or ')}`,
    }
  if (hasCategories(column) && !categories?.length)
    return { path: ['categories'], message: `expected those of a column of kind ${kind}` }
  const { x, y } = knots ?? { x: [0, 1], y: [0, 1] }
  if (x.length !== y.length || x.length === 0 || ![x, y].every(isIncreasing))
    return { path: ['knots'], message: 'expected two increasing lists of the same length' }
  return undefined
}

const isIncreasing = (values: readonly number[]): boolean =>
  values.every((value, i) => i === 0 || value > values[i - 1]!)

/** A table's form as a run's configuration stores it. */
export const storedTableForm: z.ZodType<TableForm> = z.object({
  schema: tableSchema,
  columns: z.array(storedColumn).min(1),
  numbers: z.boolean().optional(),
})

/** Describes the columns: `5 numeric columns, 2 categorical, 1 count; 3 with missing values`. */
export function columnsText({ columns }: Pick<TableForm, 'columns'>): string {
  const kinds = [...new Set(columns.map(({ kind }) => kind))]
  const counts = kinds.map((kind) => {
    const count = columns.filter((column) => column.kind === kind).length
    return `${count} ${kind}`
  })
  const gaps = columns.filter((column) => column.gaps).length
  const missing = gaps > 0 ? `; ${gaps} with missing values` : ''
  return `rows of a table with ${counted(columns.length, 'column')}: ${counts.join(', ')}${missing}`
}
