import { z } from 'zod'
import { imputationMethods } from '../../answers/imputation/model-imputer.ts'
import { scoresOf } from '../../answers/anomaly/scoring.ts'
import type { TableColumn } from '../../distributions/columns/column.ts'
import type { ServeOptions } from '../options.ts'
import type { ServableModel } from '../served-model.ts'
import { formOf } from './given-rows.ts'

type Limits = Pick<ServeOptions, 'maxRows'>
type JsonSchema = Readonly<Record<string, unknown>>

/** A value of a column in a row, as JSON Schema. The library checks it, and names row and column. */
function columnSchema({ kind, categories }: TableColumn): JsonSchema {
  if (categories) return { enum: [...categories, null] }
  if (kind === 'datetime')
    return { type: ['string', 'null'], description: 'a date, with or without a time' }
  if (kind === 'count') return { type: ['integer', 'null'], minimum: 0 }
  if (kind === 'positive') return { type: ['number', 'null'], exclusiveMinimum: 0 }
  return { type: ['number', 'null'] }
}

/** One example, as JSON Schema. */
export function exampleSchema(served: ServableModel): JsonSchema {
  const form = formOf(served)
  const { columns, dimension } = served.model.info
  if (columns && !form?.table?.numbers)
    return {
      type: 'object',
      properties: Object.fromEntries(columns.map((column) => [column.name, columnSchema(column)])),
      description: 'A value for each column; null for a missing one',
    }
  const stored = form?.stored ?? [dimension]
  const element: JsonSchema =
    form?.storage === 'uint8'
      ? { type: 'integer', minimum: 0, maximum: form.range[1] }
      : { type: 'number' }
  return listOf(element, stored)
}

/** Lists within lists of these sizes. */
function listOf(element: JsonSchema, [size, ...others]: readonly number[]): JsonSchema {
  if (size === undefined) return element
  return { type: 'array', minItems: size, maxItems: size, items: listOf(element, others) }
}

/** Requests of each method, for one model. */
export function requestSchemas(served: ServableModel, { maxRows }: Limits) {
  const { model } = served
  const rows = {
    rows: z
      .array(z.unknown().meta(exampleSchema(served)))
      .min(1)
      .max(maxRows),
  }
  const labels =
    model.labels === 'condition'
      ? { labels: z.array(z.int()).optional().describe('The label of the class of each row') }
      : {}
  const seed = {
    seed: z
      .int()
      .optional()
      .describe('Seed of the draws: the same seed gives the same answer; 0 by default'),
  }
  const scores = scoresOf(served) as string[]
  return {
    score: z.strictObject({
      ...rows,
      ...labels,
      score: z
        .enum(['auto', ...scores])
        .optional()
        .describe('What to score by'),
      falseAlarms: z
        .number()
        .gt(0)
        .lt(1)
        .optional()
        .describe('Share of normal rows that may raise an alarm; by default as the package has it'),
      shares: z
        .boolean()
        .optional()
        .describe('Whether to answer what each column adds to the score; true by default'),
    }),
    encode: z.strictObject({ ...rows, ...labels }),
    reconstruct: z.strictObject({ ...rows, ...labels }),
    decode: z.strictObject({
      codes: z
        .array(z.array(z.number()).length(Math.max(1, model.latent)))
        .min(1)
        .max(maxRows),
      ...labels,
    }),
    sample: z.strictObject({ count: z.int().min(1).max(maxRows), ...seed, ...labels }),
    impute: z.strictObject({
      ...rows,
      ...labels,
      ...seed,
      samples: z.int().min(1).max(1000).optional().describe('Draws for each gap; 20 by default'),
      method: z.enum(imputationMethods).optional(),
      importanceSamples: z
        .int()
        .min(2)
        .max(100_000)
        .optional()
        .describe('Codes drawn for each row; 1000 by default'),
      draws: z.boolean().optional().describe('Whether to answer the draws; false by default'),
    }),
  }
}

export type MethodName = keyof ReturnType<typeof requestSchemas>

export type Requests = {
  [M in MethodName]: z.infer<ReturnType<typeof requestSchemas>[M]> & {
    readonly labels?: number[] | undefined
  }
}
