import { appendFile } from 'node:fs/promises'
import { LONG_TEXT, textOf } from '../../data/disk/files.ts'
import type { Checkpoint, Progress } from '../../train/checkpoint.ts'
import type { TrainingEvent } from '../../train/events.ts'
import type { EpochEvent } from '../report/metrics.ts'
import { checkpointLine, measuredApart, withSecondsIn, withTimingsIn } from './timing-lines.ts'

/** `timings.jsonl` as a training writes it. A line that cannot be written is left out. */
export interface Timings {
  /** Appends what was measured of an event; returns the event without it. */
  without(event: TrainingEvent): Promise<object>
  checkpoint(progress: Progress): Promise<void>
}

export function timings(path: string): Timings {
  const append = (line: string) => appendFile(path, line).catch(() => {})
  return {
    async without(event) {
      const { event: rest, line } = measuredApart(event)
      if (line !== undefined) await append(line)
      return rest
    },
    checkpoint: (progress) => append(checkpointLine(progress)),
  }
}

const textIn = async (path: string): Promise<string> =>
  (await textOf(path, LONG_TEXT).catch(() => undefined)) ?? ''

/** A checkpoint with the seconds of training until then, where the file says. */
export async function withSeconds(
  path: string,
  checkpoint: Checkpoint | undefined,
): Promise<Checkpoint | undefined> {
  return checkpoint && withSecondsIn(await textIn(path), checkpoint)
}

/** Epochs with what was measured of them, where the file says. */
export async function withTimings(
  path: string,
  epochs: readonly EpochEvent[],
): Promise<EpochEvent[]> {
  return withTimingsIn(await textIn(path), epochs)
}
