import { z } from 'zod'
import type { Checkpoint, Progress } from '../../train/checkpoint.ts'
import type { TrainingEvent } from '../../train/events.ts'
import type { EpochEvent } from '../report/metrics.ts'

/**
 * `timings.jsonl` holds all that the clock measures, so that the other files of two equal trainings are equal byte by
 * byte: a line for each epoch, and one for each `last` checkpoint with the seconds of training until then. It is only
 * ever appended to; an epoch that is trained again has two lines. Training does not depend on it.
 */

const lineOf = (value: object): string => `${JSON.stringify(value)}\n`

/** An event without what was measured of it, and the line of that. */
export function measuredApart(event: TrainingEvent): { event: object; line?: string } {
  if (event.type !== 'epoch') return { event }
  const { seconds, examplesPerSecond, ...rest } = event
  const { stage, epoch } = event
  return { event: rest, line: lineOf({ type: 'epoch', stage, epoch, seconds, examplesPerSecond }) }
}

export const checkpointLine = ({ stage, step, seconds }: Progress): string =>
  lineOf({ type: 'checkpoint', stage, step, seconds })

const seconds = z.number().nonnegative().max(1e100)

const line = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('epoch'),
    stage: z.string().optional(),
    epoch: z.int(),
    seconds,
    examplesPerSecond: z
      .number()
      .nullable()
      .transform((value) => value ?? Number.NaN),
  }),
  z.object({ type: z.literal('checkpoint'), stage: z.int(), step: z.int(), seconds }),
])

/** The lines of the file that can be read, in order. */
function linesIn(text: string): z.infer<typeof line>[] {
  return text.split('\n').flatMap((written) => {
    try {
      return line.safeParse(JSON.parse(written)).data ?? []
    } catch {
      return []
    }
  })
}

/**
 * A checkpoint with the seconds of training until then, where the file says.
 *
 * @param text of the file
 */
export function withSecondsIn(text: string, checkpoint: Checkpoint): Checkpoint {
  const { progress } = checkpoint
  const found = linesIn(text).findLast(
    (one) =>
      one.type === 'checkpoint' && one.stage === progress.stage && one.step === progress.step,
  )
  return found ? { ...checkpoint, progress: { ...progress, seconds: found.seconds } } : checkpoint
}

/** Epochs with what was measured of them, where the file says. */
export function withTimingsIn(text: string, epochs: readonly EpochEvent[]): EpochEvent[] {
  const key = (stage: string | undefined, epoch: number) => `${epoch} ${stage ?? ''}`
  const measured = new Map(
    linesIn(text).flatMap((one) => {
      if (one.type !== 'epoch') return []
      const { stage, epoch, seconds, examplesPerSecond } = one
      return [[key(stage, epoch), { seconds, examplesPerSecond }] as const]
    }),
  )
  return epochs.map((epoch) => ({ ...measured.get(key(epoch.stage, epoch.epoch)), ...epoch }))
}
