import { defineCommand } from '../command.ts'
import { integer, text } from '../flags.ts'
import { labelFlag, requireLabel } from '../label-flags.ts'
import { openOutput, writeExamples } from '../output-file.ts'
import { runFlags, runSubject, withRun } from '../run-command.ts'
import { print, printJson } from '../terminal.ts'

export const sample = defineCommand({
  subject: runSubject,
  flags: {
    count: integer({ low: 1, high: 1_000_000 }, 'how many', 64),
    seed: integer({ low: 0 }, 'seed of the random codes', 0),
    label: labelFlag('class of the samples; without it, evenly many of each'),
    out: text('FILE', 'where to: .png, .npy or .csv', 'samples.png'),
    ...runFlags,
  },
  notes:
    'The samples are the means of p(x|z) for codes z drawn from the prior. A .npy file holds float32 [count, ...shape of an example]. A model that is conditioned on labels gives each class in turn, in ascending order, unless --label chooses one.',
  examples: ['latentlab sample runs/vae --count 64 --seed 1 --out samples.png'],
  async run(input) {
    const { subject, flags } = input
    const { count, seed, label } = flags
    const output = openOutput(flags.out, ['png', 'npy', 'csv'])
    const labels = await withRun(input, async (run) => {
      requireLabel(run, label)
      const { sampleClasses } = await import('../../app/model.ts')
      const classes = sampleClasses(run, count, label)
      const values = await run.decode(await run.samplePrior(count, seed), classes)
      const across = Math.ceil(Math.sqrt(count))
      await writeExamples(output, values, run.model.info.exampleShape, across)
      return classes && Array.from(classes)
    })
    if (flags.json)
      return printJson({
        run: subject,
        count,
        seed,
        ...(labels && { labels }),
        out: output.path,
      })
    print(`${count} samples${classesText(labels)}: ${output.path}`)
  },
})

/** Which classes the samples of a conditional model are of. */
function classesText(labels: readonly number[] | undefined): string {
  const kinds = [...new Set(labels)]
  if (kinds.length === 0) return ''
  if (kinds.length === 1) return ` of class ${kinds[0]}`
  return ` of ${kinds.length} classes, from ${kinds[0]} to ${kinds.at(-1)}, evenly many of each`
}
