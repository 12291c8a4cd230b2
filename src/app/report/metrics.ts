import { z } from 'zod'
import { withCurrentTerms } from '../../models/former-names.ts'
import type { LossSeries } from '../../report/loss-curves.ts'
import type { TrainingEvent } from '../../train/events.ts'

type Epoch = Extract<TrainingEvent, { type: 'epoch' }>
type Measured = 'seconds' | 'examplesPerSecond'

/** An epoch as `metrics.jsonl` holds it: what the clock measured is in `timings.jsonl`, except in older runs. */
export type EpochEvent = Omit<Epoch, Measured> & Partial<Pick<Epoch, Measured>>

/** Name of the weighted sum of the terms in the curves. */
export const OBJECTIVE = 'objective'

/** In JSON, null stands for a number that is not finite. No loss comes near the largest float64. */
const figure = z
  .number()
  .min(-1e100)
  .max(1e100)
  .nullable()
  .transform((value) => value ?? Number.NaN)

/** Older runs in closed form also have the values of single examples, which are left out. */
const figures = z.object({
  terms: z.record(z.string(), figure).transform((terms) => withCurrentTerms(terms)),
  objective: figure,
})

/** A line of `metrics.jsonl`: an epoch, a failure, or another event, which is ignored. */
const line = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('epoch'),
      stage: z.string().optional(),
      epoch: z.int().positive(),
      epochs: z.int().positive().max(1_000_000),
      train: figures,
      validation: figures.optional(),
      best: z.boolean(),
      seconds: z.number().nonnegative().max(1e100).optional(),
      examplesPerSecond: figure.optional(),
    })
    .refine(({ epoch, epochs }) => epoch <= epochs),
  z.strictObject({ type: z.literal('failed'), message: z.string() }),
  z.looseObject({ type: z.enum(['start', 'progress', 'computing', 'checkpoint', 'stopped']) }),
])

/** The contents of a run's `metrics.jsonl`. */
export interface Metrics {
  /**
   * The epochs, stage after stage and ascending in each. If an epoch was trained again after a resume, its
   * last line counts.
   */
  readonly epochs: readonly EpochEvent[]
  /** The failure that ended training, unless it has been resumed since. */
  readonly failure?: Extract<TrainingEvent, { type: 'failed' }> | undefined
  /** Lines that are damaged or were cut off in the middle of a write, counted from 1. */
  readonly unreadable: readonly number[]
}

/** Reads the text of a `metrics.jsonl`, line by line. */
export function parseMetrics(text: string): Metrics {
  const epochs: EpochEvent[] = []
  const unreadable: number[] = []
  let failure: Metrics['failure']
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  for (const [i, written] of lines.entries()) {
    const event = parsed(written)
    failure = event?.type === 'failed' ? event : undefined
    if (!event) unreadable.push(i + 1)
    if (event?.type === 'epoch') epochs.push(event as EpochEvent)
  }
  return { epochs: inOrder(epochs), unreadable, failure }
}

/** Epochs as they were reported, stage after stage and ascending in each; of one that was trained again the last counts. */
export function inOrder(reported: readonly EpochEvent[]): EpochEvent[] {
  const stages = new Map<string | undefined, Map<number, EpochEvent>>()
  for (const event of reported) {
    const epochs = stages.get(event.stage) ?? new Map<number, EpochEvent>()
    stages.set(event.stage, epochs.set(event.epoch, event))
  }
  return [...stages.values()].flatMap((found) =>
    [...found.values()].sort((a, b) => a.epoch - b.epoch),
  )
}

function parsed(written: string): z.infer<typeof line> | undefined {
  try {
    return line.safeParse(JSON.parse(written)).data
  } catch {
    return undefined
  }
}

/** Line numbers that are listed one by one. */
const MOST_LISTED = 10

/** `2 lines of metrics.jsonl cannot be read (lines 3, 7)`; empty if all can. */
export function unreadableText(unreadable: readonly number[]): string {
  const { length } = unreadable
  if (length === 0) return ''
  if (length === 1) return `1 line of metrics.jsonl cannot be read (line ${unreadable[0]})`
  const listed = unreadable.slice(0, MOST_LISTED).join(', ')
  const more = length > MOST_LISTED ? ` and ${length - MOST_LISTED} more` : ''
  return `${length} lines of metrics.jsonl cannot be read (lines ${listed}${more})`
}

/** Names of the stages that have an epoch, in order; undefined if a run has only one stage. */
export const stagesOf = (epochs: readonly EpochEvent[]): (string | undefined)[] => [
  ...new Set(epochs.map(({ stage }) => stage)),
]

/**
 * The curves of every term of each stage, and of its objective, for both splits.
 */
export function lossSeries(epochs: readonly EpochEvent[]): LossSeries[] {
  return stagesOf(epochs).flatMap((stage) =>
    stageSeries(epochs.filter((epoch) => epoch.stage === stage)).map((series) => ({
      ...series,
      stage,
    })),
  )
}

function stageSeries(epochs: readonly EpochEvent[]): LossSeries[] {
  const terms = new Set(epochs.flatMap(({ train }) => Object.keys(train.terms)))
  return (['train', 'validation'] as const).flatMap((split) => {
    const measured = epochs.flatMap(({ epoch, [split]: means }) =>
      means ? [{ epoch, means }] : [],
    )
    if (measured.length === 0) return []
    return [OBJECTIVE, ...terms].map((term) => ({
      term,
      split,
      points: measured.map(({ epoch, means }) => ({
        epoch,
        value: (term === OBJECTIVE ? means.objective : means.terms[term]) ?? Number.NaN,
      })),
    }))
  })
}
