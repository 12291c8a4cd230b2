import type { LossSeries } from '../../report/loss-curves.ts'
import type { TrainingEvent } from '../../train/events.ts'

export type EpochEvent = Extract<TrainingEvent, { type: 'epoch' }>

/** Name of the weighted sum of the terms in the curves. */
export const OBJECTIVE = 'objective'

/**
 * The epochs in the text of a `metrics.jsonl`, stage after stage and ascending in each. Lines that are not
 * whole (a write that was cut off) are skipped, and of an epoch that was trained again after a resume the
 * last line counts.
 */
export function epochEvents(text: string): EpochEvent[] {
  const stages = new Map<string | undefined, Map<number, EpochEvent>>()
  for (const line of text.split('\n')) {
    const event = parsed(line)
    if (event?.type !== 'epoch') continue
    const epochs = stages.get(event.stage) ?? new Map<number, EpochEvent>()
    stages.set(event.stage, epochs.set(event.epoch, event))
  }
  return [...stages.values()].flatMap((epochs) =>
    [...epochs.values()].sort((a, b) => a.epoch - b.epoch),
  )
}

/** The failure that a training has ended in; undefined where it went on, or has not failed. */
export function failureIn(text: string): Extract<TrainingEvent, { type: 'failed' }> | undefined {
  const last = parsed(text.trimEnd().split('\n').at(-1) ?? '')
  return last?.type === 'failed' ? last : undefined
}

/** The stages of a training that have an epoch, in their order; one without a name where there is one only. */
export const stagesOf = (epochs: readonly EpochEvent[]): (string | undefined)[] => [
  ...new Set(epochs.map(({ stage }) => stage)),
]

function parsed(line: string): TrainingEvent | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as TrainingEvent) : undefined
  } catch {
    return undefined
  }
}

/**
 * The curves of every term of each stage, and of its objective, for both splits. JSON's null was not finite.
 */
export function lossSeries(epochs: readonly EpochEvent[]): LossSeries[] {
  return stagesOf(epochs).flatMap((stage) =>
    stageSeries(epochs.filter((epoch) => epoch.stage === stage)).map((series) => ({
      ...series,
      ...(stage !== undefined && { stage }),
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
