import { z } from 'zod'
import type { TrainConfig } from './config.ts'

/**
 * Options that may change during a run; null for one that was not set. Those of the model stand beside these, by their
 * names.
 */
const options = z
  .object({
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
  .catchall(z.unknown())

/** Names of the options that every run may change: all others are of its model. */
export const commonOptions: readonly string[] = Object.keys(options.shape)

/** A change of options between two steps of a training. */
const change = z.strictObject({
  /** Index of the stage, and how many of its steps were done. */
  stage: z.int().nonnegative(),
  step: z.int().nonnegative(),
  before: options,
  after: options,
})

export const historySchema = z.array(change)

/** Values of options by name. */
export type ChangeableOptions = Readonly<z.infer<typeof options>>

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

/** Whether two values of an option are the same: they are plain JSON. */
export const isSameValue = (a: unknown, b: unknown): boolean =>
  JSON.stringify(a) === JSON.stringify(b)

/** The value of an option before a point: what the first change from there on replaced, else the value now. */
function valueBefore(history: History, name: string, at: Position, now: unknown): unknown {
  const later = history.find((change) => isFrom(change, at) && name in change.before)
  return later ? later.before[name] : now
}

/** The point behind a step, counted from 0. */
const behind = ({ stage, step }: Position): Position => ({ stage, step: step + 1 })

/** How many changes of a history hold for a step, counted from 0. */
export const changesBy = (history: History, at: Position): number =>
  history.filter((change) => !isFrom(change, behind(at))).length

/**
 * The configuration that holds for a step: a run with changes is a function of its configuration and history,
 * wherever it was interrupted.
 *
 * @param config the options as they are at the end of the history
 * @param at the step, counted from 0
 */
export function configAt(config: TrainConfig, history: History, at: Position): TrainConfig {
  if (history.length === 0) return config
  return {
    ...config,
    lr: valueBefore(history, 'lr', behind(at), config.lr) as number,
    epochs: valueBefore(history, 'epochs', behind(at), config.epochs) as number,
  }
}

/** The same of a model's options. */
export function optionsAt<O extends Readonly<Record<string, unknown>>>(
  options: O,
  history: History,
  at: Position,
): O {
  if (history.length === 0) return options
  return Object.fromEntries(
    Object.entries(options).map(([name, now]) => [
      name,
      valueBefore(history, name, behind(at), now),
    ]),
  ) as O
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
  const names = Object.keys(wanted)
  const kept = [
    ...history.filter((change) => !isFrom(change, at)),
    ...filtered(
      history.filter((change) => isFrom(change, at)),
      (name) => !(name in wanted),
    ),
  ]
  const moved = names.flatMap((name) => {
    const before = valueBefore(history, name, at, now[name])
    return isSameValue(before, wanted[name]) ? [] : [[name, before, wanted[name]] as const]
  })
  if (moved.length === 0) return kept
  const isHere = ({ stage, step }: Position) => stage === at.stage && step === at.step
  const here = kept.find(isHere)
  const change = {
    ...at,
    before: inOrder({
      ...here?.before,
      ...Object.fromEntries(moved.map(([name, was]) => [name, was])),
    }),
    after: inOrder({
      ...here?.after,
      ...Object.fromEntries(moved.map(([name, , is]) => [name, is])),
    }),
  }
  return [...kept.filter((other) => !isHere(other)), change].sort(
    (a, b) => a.stage - b.stage || a.step - b.step,
  )
}

/** Values in the order in which a history that is read again has them. */
const inOrder = (values: ChangeableOptions): ChangeableOptions => options.parse(values)

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
