import { requireOneOf, requireOptions, requireWhole } from '../../tensor/checks.ts'
import { described, isList, isRecord } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import type { TrainingEvent } from '../../train/events.ts'
import type { Diagnosis } from '../doctor/doctor.ts'
import type { Model } from './model.ts'
import { trainedBehind } from './public-model.ts'

export interface ExamineModelOptions {
  /** The epochs of its training so far, as `onEvent` reported them; without them nothing is said of its curves. */
  readonly epochs?: readonly Extract<TrainingEvent, { type: 'epoch' }>[] | undefined
  /** The error that the training threw because a number was not finite, if it did. */
  readonly failure?: { readonly message: string } | undefined
  /**
   * `all` (default), or only the checks of the `curves` and the configuration, which compute nothing with the model and take
   * about a millisecond. A finding of those may lack a cause that only the others find.
   */
  readonly checks?: 'all' | 'curves' | undefined
  /** Test examples that are used, at most; 2000 by default. */
  readonly examples?: number | undefined
  /** Whether the training goes on: then nothing is said of when it ended. */
  readonly underWay?: boolean | undefined
}

/**
 * Examines a model in memory, as `examine` does a run, and reports what is wrong with it. Each finding has evidence, in
 * numbers, and one suggestion, with the options to set where there are any.
 *
 *     const epochs = []
 *     const model = await train({ data, onEvent: (event) => event.type === 'epoch' && epochs.push(event) })
 *     const { findings } = await examineModel(model, { epochs })
 *
 * @param model as `train` in a browser or `load` returns it; one that is still training, with `underWay`
 * @throws UserError for what is no open model, or one without data, as that of a package
 */
export async function examineModel(
  model: Model,
  options: ExamineModelOptions = {},
): Promise<Diagnosis> {
  const trained = trainedBehind(model)
  if (!trained)
    throw new UserError(
      `model: expected a model, as train or load returns it, got ${described(model)}`,
    )
  const names = ['epochs', 'failure', 'checks', 'examples', 'underWay']
  requireOptions(options, 'examineModel', names, UserError)
  const { epochs = [], failure, checks = 'all', examples, underWay = false } = options
  requireEpochs(epochs)
  if (failure !== undefined) requireFailure(failure)
  requireOneOf(checks, 'checks', ['all', 'curves'], UserError)
  if (examples !== undefined) requireWhole(examples, 'examples', { low: 2 }, UserError)
  if (typeof underWay !== 'boolean')
    throw new UserError(`underWay: expected true or false, got ${described(underWay)}`)
  const data = await model.data()
  const { examined } = await import('../doctor/examine-model.ts')
  const run = { ...trained, config: model.config, checkpoint: model.checkpoint }
  return examined(run, data, { epochs, failure, checks, examples, underWay })
}

function requireEpochs(epochs: unknown): void {
  if (!isList(epochs))
    throw new UserError(`epochs: expected a list of events of type epoch, got ${described(epochs)}`)
  for (let at = 0; at < epochs.length; at++)
    if (!isEpoch(epochs[at]))
      throw new UserError(
        `epochs: value ${at} (counted from 0) is ${described(epochs[at])}; expected an event of type epoch, as onEvent takes it`,
      )
}

const isEpoch = (event: unknown): boolean =>
  isRecord(event) &&
  event.type === 'epoch' &&
  Number.isInteger(event.epoch) &&
  isFigures(event.train) &&
  (event.validation === undefined || isFigures(event.validation))

const isFigures = (figures: unknown): boolean =>
  isRecord(figures) && typeof figures.objective === 'number' && isRecord(figures.terms)

function requireFailure(failure: unknown): void {
  if (isRecord(failure) && typeof failure.message === 'string') return
  throw new UserError(
    `failure: expected the error that a training threw, got ${described(failure)}`,
  )
}
