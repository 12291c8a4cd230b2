import { z } from 'zod'
import { adjustable, expecting } from './schema-facts.ts'

/**
 * Schemas of configuration values. Each takes the value itself, as in a configuration file, or its text,
 * as on the command line. One schema makes the type, the validation, the flag and its help.
 */

const fromText = (value: unknown): unknown =>
  typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
    ? Number(value)
    : value

export const list = (value: unknown): unknown => {
  if (typeof value === 'string')
    return value.trim() === '' ? [] : value.split(',').map((s) => s.trim())
  return Array.isArray(value) ? value : [value]
}

/**
 * What `schema` makes of a value as `read` reads it. A Promise is read as null, since zod would wait for it; `checked`
 * then says that a Promise came.
 */
export const readBy = <T extends z.ZodType>(read: (value: unknown) => unknown, schema: T) =>
  z.preprocess((value) => (value instanceof Promise ? null : read(value)), schema)

export const number = (check: z.ZodNumber = z.number()) => readBy(fromText, check)
export const integer = (low: number, high = 1_000_000_000) =>
  number(z.number().int().min(low).max(high))
export const numbers = (check: z.ZodNumber) => readBy(list, z.array(number(check)))
export const flag = () =>
  readBy((v) => (v === 'true' || v === '' ? true : v === 'false' ? false : v), z.boolean())

/**
 * A text that `isOne` lets through, typed as `T`: what the compiler checks for a caller in TypeScript, `isOne`
 * checks for everybody.
 *
 * @param expected such texts in words, to follow "expected"
 * @param suggested some of them, for the Tab key
 */
export const text = <T extends string>(
  isOne: (text: string) => boolean,
  expected: string,
  suggested: readonly string[] = [],
) =>
  expecting(
    z.string().refine(isOne, { error: `expected ${expected}` }),
    expected,
    suggested,
  ) as unknown as z.ZodType<T>

/** A number that changes over the epochs: from `from` linearly to `to`. */
export interface Schedule {
  readonly from: number
  readonly to: number
  readonly epochs: number
}

/** The same as text, `FROM:TO@EPOCHS`. */
export type ScheduleText = `${number}:${number}@${number}`

const SCHEDULE = /^([-+.\deE]+):([-+.\deE]+)@([.\deE]+)$/

/**
 * A non-negative number, or `FROM:TO@EPOCHS`, which rises or falls linearly and then stays. It may change during a
 * training.
 */
export const schedule = (): z.ZodType<number | Schedule> =>
  adjustable(
    expecting(
      readBy(
        (value) => {
          const parts = typeof value === 'string' ? SCHEDULE.exec(value.trim()) : null
          if (!parts) return fromText(value)
          return { from: Number(parts[1]), to: Number(parts[2]), epochs: Number(parts[3]) }
        },
        z.union([
          z.number().min(0),
          z.strictObject({
            from: z.number().min(0),
            to: z.number().min(0),
            epochs: z.number().positive(),
          }),
        ]),
      ),
      'a number of at least 0, or FROM:TO@EPOCHS such as 0:1@10',
    ),
  )

/** The scheduled value after `epoch` epochs, which need not be a whole number. */
export function scheduledValue(value: number | Schedule, epoch: number): number {
  if (typeof value === 'number') return value
  return value.from + (value.to - value.from) * Math.min(1, epoch / value.epochs)
}

/** What a learning rate does over the epochs, as text. */
export type LearningRateSchedule =
  | 'constant'
  | 'cosine'
  | `step:${number}:${number}`
  | `milestones:${string}:${number}`
