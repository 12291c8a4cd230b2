import { appendFile } from 'node:fs/promises'
import { z } from 'zod'
import { LONG_TEXT, textOf } from '../../data/disk/files.ts'
import type { Checkpoint, Progress } from '../../train/checkpoint.ts'
import type { TrainingEvent } from '../../train/events.ts'
import type { EpochEvent } from '../report/metrics.ts'

/**
 * `timings.jsonl` holds all that the clock measures, so that the other files of two equal trainings are equal byte by
 * byte: a line for each epoch, and one for each `last` checkpoint with the seconds of training until then. It is only
 * ever appended to; an epoch that is trained again has two lines. Training does not depend on it: a line that cannot be
 * written is left out.
 */
export interface Timings {
  /** Appends what was measured of an event; returns the event without it. */
  without(event: TrainingEvent): Promise<object>
  checkpoint(progress: Progress): Promise<void>
}

export function timings(path: string): Timings {
  const append = (line: object) => appendFile(path, `${JSON.stringify(line)}\n`).catch(() => {})
  return {
    async without(event) {
      if (event.type !== 'epoch') return event
      const { seconds, examplesPerSecond, ...rest } = event
      const { stage, epoch } = event
      await append({ type: 'epoch', stage, epoch, seconds, examplesPerSecond })
      return rest
    },
    checkpoint: ({ stage, step, seconds }) => append({ type: 'checkpoint', stage, step, seconds }),
  }
}

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

/** The lines that can be read, in order. */
async function readLines(path: string): Promise<z.infer<typeof line>[]> {
  const text = await textOf(path, LONG_TEXT).catch(() => undefined)
  return (text ?? '').split('\n').flatMap((written) => {
    try {
      return line.safeParse(JSON.parse(written)).data ?? []
    } catch {
      return []
    }
  })
}

/** A checkpoint with the seconds of training until then, where the file says. */
export async function withSeconds(
  path: string,
  checkpoint: Checkpoint | undefined,
): Promise<Checkpoint | undefined> {
  if (!checkpoint) return undefined
  const { progress } = checkpoint
  const found = (await readLines(path)).findLast(
    (one) =>
      one.type === 'checkpoint' && one.stage === progress.stage && one.step === progress.step,
  )
  return found ? { ...checkpoint, progress: { ...progress, seconds: found.seconds } } : checkpoint
}

/** Epochs with what was measured of them, where the file says. */
export async function withTimings(
  path: string,
  epochs: readonly EpochEvent[],
): Promise<EpochEvent[]> {
  const key = (stage: string | undefined, epoch: number) => `${epoch} ${stage ?? ''}`
  const measured = new Map(
    (await readLines(path)).flatMap((one) => {
      if (one.type !== 'epoch') return []
      const { stage, epoch, seconds, examplesPerSecond } = one
      return [[key(stage, epoch), { seconds, examplesPerSecond }] as const]
    }),
  )
  return epochs.map((epoch) => ({ ...measured.get(key(epoch.stage, epoch.epoch)), ...epoch }))
}
