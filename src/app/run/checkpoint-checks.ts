import { UserError } from '../../tensor/errors.ts'
import type { BuiltModel } from '../../train/build.ts'
import type { Checkpoint } from '../../train/checkpoint.ts'
import { optimizer } from '../../train/optimizers.ts'
import { slotsOf } from '../../train/step.ts'
import type { RunConfig } from '../config.ts'

/** An array that a checkpoint must hold. */
interface Expected {
  readonly name: string
  readonly shape: readonly number[]
}

/** Refuses a checkpoint whose parameters are not those of the configured model. */
export function requireParameters(
  folder: string,
  config: RunConfig,
  model: BuiltModel,
  checkpoint: Checkpoint,
): void {
  if (checkpoint.model !== config.model)
    throw new UserError(
      `${folder}: the checkpoint is of a model ${checkpoint.model}, the configuration of a ${config.model}; one of them belongs to another run: restore it`,
    )
  requireArrays(folder, [...model.parameters.values()], checkpoint, 'another model')
}

/**
 * Refuses a checkpoint from which training cannot continue under this configuration.
 *
 * @param examples number of training examples
 */
export function requireResumable(
  folder: string,
  config: RunConfig,
  model: BuiltModel,
  checkpoint: Checkpoint,
  examples: number,
): void {
  requireParameters(folder, config, model, checkpoint)
  const stage = model.stages[checkpoint.progress.stage]
  if (!stage)
    throw new UserError(
      `${folder}: the checkpoint is in stage ${checkpoint.progress.stage + 1} of the training, the configuration has ${model.stages.length}`,
    )
  const kept = slotsOf(stage, optimizer(config.train).slots)
  requireArrays(folder, kept, checkpoint, 'another optimizer')
  if (model.fit) return
  const perEpoch = Math.floor(examples / config.train.batch)
  const { step, epoch } = checkpoint.progress
  const inEpoch = step - epoch * perEpoch
  if (!(inEpoch >= 0 && inEpoch < perEpoch))
    throw new UserError(
      `${folder}: the checkpoint has done ${step} steps and ${epoch} epochs, which does not fit ${perEpoch} steps an epoch; batch, validation and test cannot be changed during a run`,
    )
}

function requireArrays(
  folder: string,
  expected: readonly Expected[],
  { arrays }: Checkpoint,
  owner: string,
): void {
  for (const { name, shape } of expected) {
    const found = Object.hasOwn(arrays, name) ? arrays[name] : undefined
    if (found?.dtype !== 'float32' || found.shape.join() !== shape.join())
      throw new UserError(
        `${folder}: the checkpoint's ${name} is ${found ? `${found.dtype} [${found.shape}]` : 'missing'}, the configuration needs float32 [${shape}]; it belongs to ${owner}`,
      )
  }
}
