import { rowsOf } from '../data/rows.ts'
import type { Arrays } from '../runtime/session.ts'
import { UserError } from '../tensor/errors.ts'
import { lastStage } from './build.ts'
import type { Figures, StopReason } from './events.ts'
import type { TrainerOptions } from './trainer-options.ts'

/**
 * Fits a model in closed form: one pass, reported as one epoch. It cannot be continued in the middle: if it
 * is cancelled there is no checkpoint, and resuming starts it again.
 */
export async function fitInClosedForm(options: TrainerOptions): Promise<StopReason> {
  const { model, data, config, validate, measureTraining, store, onEvent, signal, from } = options
  const { train } = data.splits
  if (data.binarize === 'dynamic')
    throw new UserError(
      `binarize: ${model.definition.name} is computed once, from examples that do not change; use none or static`,
    )
  const start = performance.now()
  onEvent?.({
    type: 'start',
    epochs: 1,
    stepsPerEpoch: 1,
    epoch: from ? 1 : 0,
    examples: train.rows.length,
    dropped: 0,
    parameters: 0,
    runtime: 'closed form',
  })
  const stopped = (reason: StopReason, seconds: number): StopReason => {
    onEvent?.({ type: 'stopped', reason, epoch: reason === 'finished' ? 1 : 0, seconds })
    return reason
  }
  if (from && from.progress.epoch > 0) return stopped('finished', from.progress.seconds)
  let arrays: Arrays
  try {
    arrays = await model.fit!(rowsOf(train, data.scale), {
      seed: config.seed,
      onProgress(share) {
        const seconds = (performance.now() - start) / 1000
        onEvent?.({ type: 'computing', share, secondsLeft: seconds / share - seconds })
      },
      signal,
    })
  } catch (error) {
    if (signal?.aborted) return stopped('cancelled', (performance.now() - start) / 1000)
    throw error
  }
  const seconds = (performance.now() - start) / 1000
  const stage = lastStage(model)
  const examplesPerSecond = train.rows.length / seconds
  const validation = validate && (await validate(arrays, stage, model))
  const event = {
    type: 'epoch',
    epoch: 1,
    epochs: 1,
    train: figuresOf(await measureTraining!(arrays)),
    validation: validation && figuresOf(validation),
    best: false,
    seconds,
    examplesPerSecond,
  } as const
  const metricsBytes = await store.append(event)
  const progress = {
    stage: 0,
    step: 1,
    epoch: 1,
    sums: {},
    best: null,
    sinceBest: 0,
    metricsBytes,
    seconds,
  }
  await store.save('last', { progress, model: model.definition.name, arrays })
  onEvent?.(event)
  return stopped('finished', seconds)
}

/** What is kept of an evaluation: no values of single examples. */
const figuresOf = ({ terms, objective }: Figures): Figures => ({ terms, objective })
