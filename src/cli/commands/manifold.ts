import { defineCommand } from '../command.ts'
import { integer, text } from '../flags.ts'
import { openOutput, writeExamples } from '../output-file.ts'
import { runFlags, runSubject, withRun } from '../run-command.ts'
import { print, printJson, tell } from '../terminal.ts'

export const manifold = defineCommand({
  subject: runSubject,
  flags: {
    size: integer({ low: 1, high: 200 }, 'rows and columns of the grid', 20),
    out: text('FILE', 'where to: .png, .npy or .csv', 'manifold.png'),
    ...runFlags,
  },
  notes:
    'For models with --latent 2. The codes are evenly spread over a standard normal prior, by the inverse of its distribution function: the first dimension rises to the right, the second upwards. The other formats hold the decoded grid row by row from the upper left corner.',
  examples: ['latentlab manifold runs/vae --size 20 --out manifold.png'],
  async run(input) {
    const { subject, flags } = input
    const { size } = flags
    const output = openOutput(flags.out, ['png', 'npy', 'csv'])
    await withRun(input, async (run) => {
      const { manifoldGrid } = await import('../../explore/manifold.ts')
      const { values } = await manifoldGrid(run, size)
      await writeExamples(output, values, run.model.info.exampleShape, size)
      if (!run.model.prior)
        tell(
          `latentlab: note: ${run.config.model} has no prior, so its codes need not lie where the grid does (within about ±2)`,
        )
    })
    if (flags.json) return printJson({ run: subject, size, out: output.path })
    print(`grid of ${size} by ${size}: ${output.path}`)
  },
})
