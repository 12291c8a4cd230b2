import { z } from 'zod'
import { type ModelScoreName, modelScoreNames } from '../../answers/anomaly/scoring.ts'
import type { AlarmThreshold } from '../../answers/anomaly/threshold.ts'
import { parsedJson } from '../../package/json-file.ts'

/** What `threshold.json` says: above which score a row raises an alarm. */
export interface PackagedThreshold extends AlarmThreshold {
  readonly score: ModelScoreName
  /** What the score is measured in. */
  readonly unit: string
}

const share = z.number().min(0).max(1)

const schema: z.ZodType<PackagedThreshold> = z.strictObject({
  score: z.enum(modelScoreNames),
  unit: z.string(),
  threshold: z.number(),
  falseAlarms: z.number().gt(0).lt(1),
  rows: z.int().positive(),
  rank: z.int().positive(),
  above: z.int().nonnegative(),
  tied: z.int().nonnegative(),
  rate: z.strictObject({ estimate: share, low: share, high: share, level: share }),
})

export const thresholdText = (threshold: PackagedThreshold): string =>
  `${JSON.stringify(threshold, null, 2)}\n`

/** Reads it. Throws UserError on one line, beginning with the file. */
export const parseThreshold = (bytes: Uint8Array, file: string): PackagedThreshold =>
  parsedJson(schema, bytes, file)
