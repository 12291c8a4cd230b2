import { defineCommand } from '../command.ts'
import { integer, text } from '../flags.ts'
import { openOutput, writeExamples } from '../output-file.ts'
import { runFlags, runSubject, withRun } from '../run-command.ts'
import { print, printJson } from '../terminal.ts'

export const sample = defineCommand({
  subject: runSubject,
  flags: {
    count: integer({ low: 1, high: 1_000_000 }, 'how many', 64),
    seed: integer({ low: 0 }, 'seed of the random codes', 0),
    out: text('FILE', 'where to: .png, .npy or .csv', 'samples.png'),
    ...runFlags,
  },
  notes:
    'The samples are the means of p(x|z) for codes z drawn from the prior. A .npy file holds float32 [count, ...shape of an example].',
  examples: ['latentlab sample runs/vae --count 64 --seed 1 --out samples.png'],
  async run(input) {
    const { subject, flags } = input
    const { count, seed } = flags
    const output = openOutput(flags.out, ['png', 'npy', 'csv'])
    await withRun(input, async (run) => {
      const values = await run.decode(await run.samplePrior(count, seed))
      const across = Math.ceil(Math.sqrt(count))
      await writeExamples(output, values, run.model.info.exampleShape, across)
    })
    if (flags.json) return printJson({ run: subject, count, seed, out: output.path })
    print(`${count} samples: ${output.path}`)
  },
})
