import type { Run } from '../../app/run/load.ts'
import type { Floats } from '../../tensor/host.ts'
import { defineCommand } from '../command.ts'
import { integer, text } from '../flags.ts'
import {
  beside,
  csv,
  numberedColumns,
  type Output,
  openOutput,
  writeArray,
} from '../output-file.ts'
import { drawVersions } from '../picture-rows.ts'
import { dataFlags, dataPlace, runFlags, runSubject, splitFlag, withRun } from '../run-command.ts'
import { requireRows } from '../split-rows.ts'
import { print, printJson } from '../terminal.ts'

export const reconstruct = defineCommand({
  subject: runSubject,
  flags: {
    count: integer({ low: 1, high: 1_000_000 }, 'how many, from the first of the split', 16),
    split: splitFlag,
    out: text('FILE', 'where to: .png, .npy or .csv', 'reconstructions.png'),
    ...dataFlags,
    ...runFlags,
  },
  notes:
    'A .png file shows each example above its reconstruction. A .npy file holds the reconstructions, float32 [count, ...shape of an example]. A .csv file has the values of each example (x0, x1, …) and of its reconstruction (r0, r1, …) in a row.',
  examples: ['latentlab reconstruct runs/vae --count 16 --out reconstructions.png'],
  async run(input) {
    const { subject, flags } = input
    const { split } = flags
    const output = openOutput(flags.out, ['png', 'npy', 'csv'])
    const count = await withRun({ ...input, place: dataPlace(flags) }, async (run) => {
      const data = await run.data()
      const { splitLabels, splitValues } = await import('../../data/rows.ts')
      const rows = requireRows(data, split)
      const some = Math.min(flags.count, rows)
      const originals = splitValues(
        data,
        split,
        Array.from({ length: some }, (_, i) => i),
      )
      const labels = splitLabels(data, split)?.slice(0, some)
      await write(output, run, originals, await run.reconstruct(originals, labels))
      return some
    })
    if (flags.json) return printJson({ run: subject, split, count, out: output.path })
    print(`${count} examples and their reconstructions: ${output.path}`)
  },
})

async function write(
  output: Output,
  { model }: Run,
  originals: Floats,
  reconstructions: Floats,
): Promise<void> {
  const { exampleShape } = model.info
  if (output.format === 'npy') return writeArray(output, reconstructions, exampleShape)
  if (output.format === 'csv') {
    const columns = beside(numberedColumns('x', originals), numberedColumns('r', reconstructions))
    return output.write(csv(columns))
  }
  return output.write(await drawVersions([originals, reconstructions], exampleShape))
}
