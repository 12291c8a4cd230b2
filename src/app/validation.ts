import type { DataSet } from '../data/dataset.ts'
import { type Evaluator, evaluator } from '../evaluate/loss/terms.ts'
import type { Arrays, Runtime } from '../runtime/session.ts'
import { UserError } from '../tensor/errors.ts'
import { option, worded } from '../tensor/wording.ts'
import { type BuiltModel, lastStage } from '../train/build.ts'
import type { TrainConfig } from '../train/config.ts'
import type { TrainerOptions } from '../train/trainer-options.ts'

/**
 * Compiles the evaluation of the validation split before anything is written, so that a missing device, and
 * options that validation cannot satisfy, are found early.
 *
 * @throws UserError for patience without a validation split, a validation split with too few examples for a joint
 * term, and an unknown term to monitor
 */
export async function validation(
  runtime: Runtime,
  model: BuiltModel,
  data: DataSet,
  config: TrainConfig,
): Promise<Pick<TrainerOptions, 'validate' | 'measureTraining'>> {
  const split = data.splits.validation
  let compiled = await evaluator(runtime, model, data, config.seed)
  let measured = lastStage(model)
  requireMonitored(config, compiled, split.rows.length)
  if (split.rows.length > 0) compiled.requireExamples('validation')
  const measureTraining = (parameters: Arrays) => compiled.evaluate(parameters, 'train')
  if (split.rows.length === 0) {
    if (model.fit) return { measureTraining }
    await compiled.close()
    return {}
  }
  return {
    measureTraining,
    async validate(parameters, stage, changed) {
      if (stage !== measured) {
        await compiled.close()
        compiled = await evaluator(runtime, changed, data, config.seed, stage)
        measured = stage
      }
      return compiled.evaluate(parameters, 'validation', changed.config)
    },
  }
}

function requireMonitored({ monitor, patience }: TrainConfig, { terms }: Evaluator, rows: number) {
  const known = ['objective', ...terms, 'none']
  if (!known.includes(monitor))
    throw new UserError(`monitor: there is no term ${monitor} (known: ${known.join(', ')})`)
  if (rows === 0 && patience > 0)
    throw new UserError(
      worded`patience: ${patience} epochs without improvement cannot be counted without validation examples; give ${option('validation')}, or ${option('patience', 0)}`,
    )
}
