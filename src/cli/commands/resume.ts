import { defineCommand } from '../command.ts'
import { finish, trainingFlags, trainVisibly } from '../finish.ts'
import { integer } from '../flags.ts'
import { computeFlags, runSubject } from '../run-command.ts'

export const resume = defineCommand({
  subject: runSubject,
  flags: {
    epochs: integer(
      { low: 1, high: 1_000_000 },
      'a new total of epochs, of the last stage where there are several; by default as configured',
    ),
    ...computeFlags,
    ...trainingFlags,
  },
  notes:
    'A run goes on from its last checkpoint, to the very parameters that it would have had without the stop; of a model that is trained in stages, in the stage that it was stopped in.',
  examples: ['latentlab resume runs/vae', 'latentlab resume runs/vae --epochs 40'],
  async run({ subject, flags, interruption }) {
    const { resumeRun } = await import('../../app/train.ts')
    const { epochs, threads, device } = flags
    const result = await trainVisibly({ flags, interruption }, (hooks) =>
      resumeRun({
        folder: subject,
        ...(epochs === undefined ? {} : { epochs }),
        ...(threads === undefined ? {} : { threads }),
        ...(device === undefined ? {} : { device }),
        ...hooks,
      }),
    )
    if (result) await finish(result, { flags, interruption })
  },
})
