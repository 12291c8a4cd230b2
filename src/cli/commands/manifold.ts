import type { Run } from '../../app/run/load.ts'
import { classLabelsOf } from '../../data/labels.ts'
import { GRID_SIZE } from '../../explore/defaults.ts'
import { defineCommand } from '../command.ts'
import { integer, text } from '../flags.ts'
import { className, isConditional, labelFlag, labelOf } from '../label-flags.ts'
import { openOutput, writeExamples } from '../output-file.ts'
import { runFlags, runSubject, withRun } from '../run-command.ts'
import { log, print, printJson } from '../terminal.ts'

/** Where nobody says where to write. */
const PRESET = 'manifold.png'

export const manifold = defineCommand({
  subject: runSubject,
  flags: {
    size: integer({ low: 1, high: 200 }, 'rows and columns of the grid', GRID_SIZE),
    label: labelFlag('class that the codes are decoded as; by default the first'),
    out: text('FILE', 'output file: .png, .npy or .csv', PRESET),
    ...runFlags,
  },
  notes:
    'For models with --latent 2. The codes are evenly spread over a standard normal prior, by the inverse of its distribution function: the first dimension rises to the right, the second upwards. The other formats hold the decoded grid row by row from the upper left corner.',
  examples: ['latentlab manifold runs/demo --size 20 --out manifold.png'],
  async run(input) {
    const { subject, flags } = input
    const { size } = flags
    const output = openOutput(flags.out, ['png', 'npy', 'csv'], PRESET)
    const as = await withRun(input, async (run) => {
      const label = labelOf(run, flags.label)
      const { manifoldGrid } = await import('../../explore/manifold.ts')
      const { values } = await manifoldGrid(run, size, label)
      await writeExamples(output, values, run.model.info, size)
      const note = await gridNote(run)
      if (note) log(`latentlab: note: ${note}`)
      if (!isConditional(run)) return undefined
      const own = label ?? classLabelsOf(run.model.info)[0]!
      return { label: own, name: className(run, own) }
    })
    if (flags.json)
      return printJson({
        run: subject,
        size,
        label: as?.label,
        out: output.path,
      })
    print(
      `grid of ${size} by ${size}${as === undefined ? '' : `, decoded as class ${as.name}`}: ${output.path}`,
    )
  },
})

/** A note for models whose codes may lie elsewhere than the grid, which is within about ±2. */
async function gridNote({ model, config }: Run): Promise<string | undefined> {
  const { priorKind } = await import('../../train/capabilities.ts')
  const kind = priorKind(model)
  if (kind === 'normal') return undefined
  const lacks = kind === undefined ? 'has no prior' : 'has a prior other than the standard normal'
  return `${config.model} ${lacks}, so its codes may lie outside the grid (about ±2)`
}
