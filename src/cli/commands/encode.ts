import { defineCommand } from '../command.ts'
import { exampleFlags, givenExamples } from '../examples.ts'
import { text } from '../flags.ts'
import { beside, csv, numberedColumns, openOutput, writeArray } from '../output-file.ts'
import { runFlags, runSubject, withRun } from '../run-command.ts'
import { print, printJson } from '../terminal.ts'

export const encode = defineCommand({
  subject: runSubject,
  flags: {
    ...exampleFlags,
    out: text('FILE', 'output file: .npy or .csv', 'codes.npy'),
    ...runFlags,
  },
  notes:
    'A code is the mean of q(z|x). A .npy file holds float32 [examples, latent]; a .csv file has the columns z0, z1, … and, if the data has labels, label.',
  examples: ['latentlab encode runs/vae --data mnist --split test --out codes.csv'],
  async run(input) {
    const { subject, flags } = input
    const output = openOutput(flags.out, ['npy', 'csv'])
    const [count, latent] = await withRun(input, async (run) => {
      const { values, labels } = await givenExamples(run, flags)
      const codes = await run.encode(values, labels)
      const columns = numberedColumns('z', codes)
      const label = { names: ['label'], rows: columns.rows, cell: (row: number) => labels![row]! }
      if (output.format === 'csv')
        await output.write(csv(labels ? beside(columns, label) : columns))
      else await writeArray(output, codes, codes.shape.slice(1))
      return codes.shape
    })
    if (flags.json) return printJson({ run: subject, count, latent, out: output.path })
    print(`${count} codes of ${latent} dimensions: ${output.path}`)
  },
})
