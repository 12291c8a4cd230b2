import { z } from 'zod'
import type { ServableModel } from '../served-model.ts'
import { exampleSchema } from './example-schema.ts'

const share = z.number().describe('Between 0 and 1')

const interval = z.strictObject({
  estimate: share,
  low: share,
  high: share,
  level: share.describe('The probability with which the interval holds the rate'),
})

/** Where a score becomes an alarm. */
const threshold = z.strictObject({
  value: z.number().describe('A row raises an alarm if its score is above this'),
  falseAlarms: share.describe('The rate of false alarms that was asked for'),
  rate: interval.describe('The rate of false alarms to expect among normal rows'),
  calibrationRows: z.int().describe('Normal rows that the threshold is taken from'),
})

const cell = z.union([z.number(), z.string(), z.null()])

const gap = z.strictObject({
  row: z.int().describe('Counted from 0'),
  column: z.string(),
  value: cell,
  level: share.describe(
    'The probability with which the interval or the set holds the true value, if the model is right',
  ),
  low: cell.optional(),
  high: cell.optional(),
  set: z
    .array(cell)
    .optional()
    .describe('The fewest categories that reach the level, the most probable one first'),
  probability: share.optional().describe('Of the category'),
  draws: z.array(cell).optional(),
})

/** What the service answers, for one model. */
export function answerSchemas(served: ServableModel) {
  const { columns } = served.model.info
  const model = { model: z.string() }
  const rows = { rows: z.array(z.unknown().meta(exampleSchema(served, 'returned'))) }
  const shares = columns
    ? z.strictObject(Object.fromEntries(columns.map(({ name }) => [name, z.number()])))
    : z.array(z.unknown())
  const scored = z.strictObject({
    score: z.number().describe('Higher for odder rows'),
    alarm: z.boolean(),
    codeShare: z.number().optional().describe('What belongs to no column'),
    shares: shares
      .optional()
      .describe('What each column or pixel adds to the score; with codeShare, they add up to it'),
  })
  return {
    score: z.strictObject({
      ...model,
      score: z.string(),
      unit: z.string(),
      threshold,
      rows: z.array(scored),
    }),
    encode: z.strictObject({
      ...model,
      codes: z.array(z.array(z.number()).length(Math.max(1, served.model.latent))),
    }),
    reconstruct: z.strictObject({ ...model, ...rows }),
    decode: z.strictObject({ ...model, ...rows }),
    sample: z.strictObject({ ...model, ...rows }),
    impute: z.strictObject({
      ...model,
      ...rows,
      gaps: z.array(gap),
      notes: z.array(z.string()),
    }),
  }
}
