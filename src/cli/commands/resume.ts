import { adjustableOptions } from '../../app/adjustable.ts'
import { trainingOptions } from '../../app/option-list.ts'
import { models } from '../../models/registry.ts'
import { defineCommand } from '../command.ts'
import { finish, trainingFlags, trainVisibly } from '../finish.ts'
import { integer, oneOf, text } from '../flags.ts'
import { type OptionFlags, optionFlag } from '../option-flags.ts'
import { computeFlags, dataFlags, dataSource, runSubject } from '../run-command.ts'

/** Options of all models that may change during a training; the run's model refuses those that it lacks. */
const adjustable: OptionFlags = Object.assign(
  {},
  ...models.map((model) => {
    const names = adjustableOptions(model)
    const options = trainingOptions(model.name).filter(({ name }) => names.includes(name))
    return Object.fromEntries(
      options.map((option) => [option.name, { ...optionFlag(option), shown: undefined }]),
    )
  }),
)

export const resume = defineCommand({
  subject: runSubject,
  flags: {
    ...adjustable,
    epochs: integer(
      { low: 1, high: 1_000_000 },
      'new total number of epochs, of the last stage if there are several; by default as configured',
    ),
    lr: text('N', 'learning rate from here on; by default as configured'),
    ...dataFlags,
    ...computeFlags,
    kernels: oneOf(
      ['auto', 'onnx'],
      'what computes the steps from here on: native kernels where they can run, or plain ONNX',
    ),
    ...trainingFlags,
  },
  notes:
    'A run continues from its last checkpoint, in the stage in which it was stopped, and ends in exactly the parameters that it would have had without the stop. Changes made here are recorded in config.json with the step from which they hold: latentlab train --config RUN/config.json then trains the same model again.',
  examples: [
    'latentlab resume runs/vae',
    'latentlab resume runs/vae --epochs 40',
    'latentlab resume runs/vae --lr 1e-4 --beta 4',
  ],
  async run({ subject, flags, interruption }) {
    const { resumeRun } = await import('../../app/run/train.ts')
    const { epochs, lr, threads, device, kernels } = flags
    const adjusted = Object.fromEntries(
      Object.keys(adjustable).map((name) => [name, (flags as Record<string, unknown>)[name]]),
    )
    const result = await trainVisibly({ flags, interruption }, (hooks) =>
      resumeRun({
        folder: subject,
        epochs,
        lr,
        threads,
        device,
        kernels,
        adjusted,
        source: dataSource(flags),
        ...hooks,
      }),
    )
    if (result) await finish(result, { flags, interruption })
  },
})
