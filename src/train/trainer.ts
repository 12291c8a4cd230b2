import type { Arrays, Runtime } from '../runtime/session.ts'
import { UserError } from '../tensor/errors.ts'
import { type BuiltModel, type BuiltStage, parametersIn } from './build.ts'
import type { Progress } from './checkpoint.ts'
import { fitInClosedForm } from './closed-form.ts'
import { Course } from './course.ts'
import type { StopReason } from './events.ts'
import { initialParametersInTurns } from './initial-state.ts'
import { trainingProgram } from './program.ts'
import { fitStage } from './stage.ts'
import type { TrainerOptions } from './trainer-options.ts'

/** Progress before the first step. */
export const FRESH: Progress = {
  stage: 0,
  step: 0,
  epoch: 0,
  sums: {},
  best: null,
  sinceBest: 0,
  metricsBytes: 0,
  seconds: 0,
}

/**
 * Trains a model stage by stage, in calls of many steps, with a validation and an event after every epoch and
 * checkpoints in between.
 */
export async function fit(options: TrainerOptions): Promise<StopReason> {
  const { model, data, config, runtime } = options
  if (model.fit) return fitInClosedForm(options)
  const perEpoch = Math.floor(data.splits.train.rows.length / config.batch)
  if (perEpoch === 0)
    throw new UserError(
      `batch: ${config.batch} examples are more than the ${data.splits.train.rows.length} training examples`,
    )
  let course = courseOf(options)
  let from = options.from ?? {
    progress: FRESH,
    model: model.definition.name,
    arrays: await initialParametersInTurns(model, config.seed),
  }
  for (;;) {
    const at = from.progress.stage
    const { reason, end, course: followed } = await fitStage(options, course, from, perEpoch)
    course = followed
    const { epoch, seconds, metricsBytes, best } = end.progress
    if (reason === 'cancelled' || at === model.stages.length - 1) {
      options.onEvent?.({ type: 'stopped', reason, epoch, seconds, best: best ?? undefined })
      return reason
    }
    from = {
      ...end,
      progress: { ...FRESH, stage: at + 1, seconds, metricsBytes },
      arrays: await startOf(runtime, model, model.stages[at + 1]!, end.arrays),
    }
  }
}

function courseOf({ model, form, config, history = [] }: TrainerOptions): Course {
  return Course.of(model, { config, history }, () => {
    for (const stage of model.stages.keys()) trainingProgram(model, form, config, { stage })
  })
}

/** The parameters at the start of a stage, without the arrays of an optimiser. */
async function startOf(
  runtime: Runtime,
  model: BuiltModel,
  { begin }: BuiltStage,
  arrays: Arrays,
): Promise<Arrays> {
  const parameters = parametersIn(model, arrays)
  if (Object.keys(begin).length === 0) return parameters
  const outputs = Object.fromEntries(Object.entries(begin).map(([n, x]) => [`begin ${n}`, x]))
  const session = await runtime.compile(outputs)
  try {
    const set = await session.run(parameters)
    return {
      ...parameters,
      ...Object.fromEntries(Object.keys(begin).map((name) => [name, set[`begin ${name}`]!])),
    }
  } finally {
    await session.close()
  }
}
