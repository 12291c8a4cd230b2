import type { Run } from '../../app/run/load.ts'
import { SEED } from '../../explore/defaults.ts'
import { UserError } from '../../tensor/errors.ts'
import { defineCommand } from '../command.ts'
import { integer, text, toggle } from '../flags.ts'
import { className, labelFlag, labelOf } from '../label-flags.ts'
import { openOutput, writeExamples } from '../output-file.ts'
import { runFlags, runSubject, withRun } from '../run-command.ts'
import { print, printJson } from '../terminal.ts'

/** Where nobody says where to write. */
const PRESET = 'samples.png'

export const sample = defineCommand({
  subject: runSubject,
  flags: {
    count: integer({ low: 1, high: 1_000_000 }, 'how many', 64),
    seed: integer({ low: 0 }, 'seed of the random codes', SEED),
    label: labelFlag('class of the samples; by default equally many of each'),
    draw: toggle('draw examples from p(x|z) instead of taking its means'),
    out: text('FILE', 'output file: .png, .npy or .csv', PRESET),
    ...runFlags,
  },
  notes:
    'The samples are the means of p(x|z) for codes z drawn from the prior: smooth pictures, whose values lie between 0 and 1 where the data are binary. With --draw they are drawn from p(x|z), as in evaluate --measure generation on binary data. A .npy file holds float32 [count, ...shape of an example]. A model that is conditioned on labels gives each class in turn, in ascending order, unless --label chooses one.',
  examples: [
    'latentlab sample runs/vae --count 64 --seed 1 --out samples.png',
    'latentlab sample runs/vae --count 1000 --draw --out digits.npy',
  ],
  async run(input) {
    const { subject, flags } = input
    const { count, seed, draw } = flags
    const output = openOutput(flags.out, ['png', 'npy', 'csv'], PRESET)
    const { labels, names } = await withRun(input, async (run) => {
      const label = labelOf(run, flags.label)
      const { sampleClasses } = await import('../../app/library/public-model.ts')
      const classes = sampleClasses(run, count, label)
      if (draw) await requireLikelihood(run)
      const codes = await run.samplePrior(count, seed)
      const values = draw ? await run.draw(codes, seed, classes) : await run.decode(codes, classes)
      const across = Math.ceil(Math.sqrt(count))
      await writeExamples(output, values, run.model.info, across)
      const labels = classes && Array.from(classes)
      return { labels, names: labels?.map((one) => className(run, one)) }
    })
    if (flags.json)
      return printJson({
        run: subject,
        count,
        seed,
        values: draw ? 'draws' : 'means',
        labels,
        out: output.path,
      })
    print(
      `${count} samples${draw ? ' drawn from p(x|z)' : ''}${classesText(names)}: ${output.path}`,
    )
  },
})

/** Throws UserError if p(x|z) was never fitted, so that draws from it are meaningless. */
async function requireLikelihood({ model }: Pick<Run, 'model'>): Promise<void> {
  const { isTrainedByLikelihood } = await import('../../evaluate/generation/sample-kind.ts')
  if (model.likelihood && model.prior && !isTrainedByLikelihood(model))
    throw new UserError(
      `--draw: ${model.definition.name} is not trained by a likelihood, so its samples are the outputs themselves; leave it out`,
    )
}

/** The classes of the samples of a conditional model. */
function classesText(names: readonly (number | string)[] | undefined): string {
  const kinds = [...new Set(names)]
  if (kinds.length === 0) return ''
  if (kinds.length === 1) return ` of class ${kinds[0]}`
  return ` of ${kinds.length} classes, from ${kinds[0]} to ${kinds.at(-1)}, equally many of each`
}
