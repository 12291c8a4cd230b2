import { z } from 'zod'
import type { TrainConfig } from './config.ts'

/** Options that may change when a run is resumed; null for one that was not set. */
const options = z.strictObject({
  lr: z.number().positive().optional(),
  epochs: z.int().positive().optional(),
  threads: z.int().nonnegative().optional(),
  device: z.string().optional(),
  kernels: z.string().optional(),
  data: z.string().optional(),
  labels: z.string().nullable().optional(),
  testData: z.string().nullable().optional(),
  testLabels: z.string().nullable().optional(),
})

/** A change of options between two steps of a training. */
const change = z.strictObject({
  /** Index of the stage, and how many of its steps were done. */
  stage: z.int().nonnegative(),
  step: z.int().nonnegative(),
  before: options,
  after: options,
})

export const historySchema = z.array(change)

export type ChangeableOptions = z.infer<typeof options>
export type ChangeableOption = keyof ChangeableOptions

/** All changes of a run, in step order. */
export type History = readonly z.infer<typeof change>[]

/** A point between two steps: `step` steps of the stage have been done. */
export interface Position {
  readonly stage: number
  readonly step: number
}

/** Whether a change was made at or after a point. */
const isFrom = (change: Position, { stage, step }: Position): boolean =>
  change.stage > stage || (change.stage === stage && change.step >= step)

/** The value of an option before a point: what the first change from there on replaced, else the value now. */
function valueBefore<N extends ChangeableOption>(
  history: History,
  name: N,
  at: Position,
  now: ChangeableOptions[N],
): ChangeableOptions[N] {
  const later = history.find((change) => isFrom(change, at) && name in change.before)
  return later ? (later.before[name] as ChangeableOptions[N]) : now
}

/**
 * The configuration that holds for a step: a run with changes is a function of its configuration and history,
 * wherever it was interrupted.
 *
 * @param config the options as they are at the end of the history
 * @param at the step, counted from 0
 */
export function configAt(config: TrainConfig, history: History, at: Position): TrainConfig {
  if (history.length === 0) return config
  const after = { stage: at.stage, step: at.step + 1 }
  return {
    ...config,
    lr: valueBefore(history, 'lr', after, config.lr)!,
    epochs: valueBefore(history, 'epochs', after, config.epochs)!,
  }
}

/**
 * The history of a run whose options change at a point. Earlier records of changes to these options from that
 * point on are dropped: those steps will be trained again.
 *
 * @param now the options as they are at the end of the history
 * @param wanted the options from that point on
 */
export function changedAt(
  history: History,
  at: Position,
  now: ChangeableOptions,
  wanted: ChangeableOptions,
): History {
  const names = Object.keys(wanted) as ChangeableOption[]
  const kept = [
    ...history.filter((change) => !isFrom(change, at)),
    ...filtered(
      history.filter((change) => isFrom(change, at)),
      (name) => !(name in wanted),
    ),
  ]
  const moved = names.flatMap((name) => {
    const before = valueBefore(history, name, at, now[name])
    return before === wanted[name] ? [] : [[name, before, wanted[name]] as const]
  })
  if (moved.length === 0) return kept
  const isHere = ({ stage, step }: Position) => stage === at.stage && step === at.step
  const here = kept.find(isHere)
  const change = {
    ...at,
    before: { ...here?.before, ...Object.fromEntries(moved.map(([name, was]) => [name, was])) },
    after: { ...here?.after, ...Object.fromEntries(moved.map(([name, , is]) => [name, is])) },
  }
  return [...kept.filter((other) => !isHere(other)), change].sort(
    (a, b) => a.stage - b.stage || a.step - b.step,
  )
}

/** The part of a history that concerns some options. */
export function historyOf(history: History, names: readonly string[]): History {
  return filtered(history, (name) => names.includes(name))
}

function filtered(history: History, keeps: (name: string) => boolean): History {
  const some = (values: ChangeableOptions): ChangeableOptions =>
    Object.fromEntries(Object.entries(values).filter(([name]) => keeps(name)))
  return history
    .map(({ before, after, ...at }) => ({ ...at, before: some(before), after: some(after) }))
    .filter(({ before }) => Object.keys(before).length > 0)
}
