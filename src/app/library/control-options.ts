import { described } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { requireHooks } from './given-options.ts'
import type { TrainingHooks } from './options.ts'
import type { TrainingControlOptions } from './training.ts'

/** Names of the options that say how a training is followed and controlled. */
export const controlNames = [
  'onEvent',
  'signal',
  'keep',
  'keepEvery',
  'callSeconds',
  'paused',
] as const

type ControlOptions = TrainingHooks & TrainingControlOptions

/**
 * The options of a call that say how its training is followed and controlled, and all others.
 *
 * @throws UserError for a value that does not fit
 */
export function controlOf<O extends ControlOptions>(
  options: O,
): { hooks: ControlOptions; rest: Omit<O, (typeof controlNames)[number]> } {
  const { onEvent, signal, keep, keepEvery, callSeconds, paused, ...rest } = options
  requireHooks({ onEvent, signal })
  const wrong = (name: string, expected: string, value: unknown) =>
    new UserError(`${name}: expected ${expected}, got ${described(value)}`)
  if (keep !== undefined && typeof keep !== 'function') throw wrong('keep', 'a function', keep)
  if (paused !== undefined && typeof paused !== 'boolean')
    throw wrong('paused', 'true or false', paused)
  if (keepEvery !== undefined && !(isNumber(keepEvery) && keepEvery >= 0))
    throw wrong('keepEvery', 'seconds, 0 or more', keepEvery)
  if (callSeconds !== undefined && !(isNumber(callSeconds) && callSeconds > 0))
    throw wrong('callSeconds', 'seconds above 0', callSeconds)
  return { hooks: { onEvent, signal, keep, keepEvery, callSeconds, paused }, rest }
}

const isNumber = (value: unknown): boolean => Number.isFinite(value)
