import { z } from 'zod'
import { imputationMethods } from '../../answers/imputation/model-imputer.ts'
import { counted } from '../../tensor/numbers.ts'
import type { ServeOptions } from '../options.ts'
import type { ServedModel } from '../served-model.ts'
import { exampleSchema } from './example-schema.ts'

type Limits = Pick<ServeOptions, 'maxRows'>

/** Requests of each method, for one model. */
export function requestSchemas(
  { model: served, scores }: Pick<ServedModel, 'model' | 'scores'>,
  { maxRows }: Limits,
) {
  const { model } = served
  const some = <S extends z.ZodType>(element: S, what: string) =>
    z
      .array(element)
      .min(1, `expected at least one ${what}`)
      .max(maxRows, `expected at most ${counted(maxRows, what)} in a request`)
  const rows = {
    rows: some(z.unknown().meta(exampleSchema(served)), 'row'),
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
      codes: some(z.array(z.number()).length(Math.max(1, model.latent)), 'code'),
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

export const methodNames = [
  'score',
  'encode',
  'decode',
  'reconstruct',
  'sample',
  'impute',
] as const satisfies readonly (keyof ReturnType<typeof requestSchemas>)[]

export type MethodName = (typeof methodNames)[number]

export type Requests = {
  [M in MethodName]: z.infer<ReturnType<typeof requestSchemas>[M]> & {
    readonly labels?: number[] | undefined
  }
}
