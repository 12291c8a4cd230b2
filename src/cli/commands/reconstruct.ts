import type { Run } from '../../app/run/load.ts'
import type { Floats } from '../../tensor/host.ts'
import { defineCommand } from '../command.ts'
import { integer, text } from '../flags.ts'
import { csv, type Output, openOutput, restoredColumns, writeValues } from '../output-file.ts'
import { drawVersions } from '../picture-rows.ts'
import { dataFlags, dataSource, runFlags, runSubject, splitFlag, withRun } from '../run-command.ts'
import { requireRows } from '../split-rows.ts'
import { print, printJson } from '../terminal.ts'

/** Where nobody says where to write. */
const PRESET = 'reconstructions.png'

export const reconstruct = defineCommand({
  subject: runSubject,
  flags: {
    count: integer({ low: 1, high: 1_000_000 }, 'how many, from the first of the split', 16),
    split: splitFlag,
    out: text('FILE', 'output file: .png, .npy or .csv', PRESET),
    ...dataFlags,
    ...runFlags,
  },
  notes:
    'A .png file shows each example above its reconstruction. A .npy file holds the reconstructions, float32 [count, ...shape of an example]. A .csv file has a row for each example, with its values (x0, x1, …) and those of its reconstruction (r0, r1, …).',
  examples: ['latentlab reconstruct runs/vae --count 16 --out reconstructions.png'],
  async run(input) {
    const { subject, flags } = input
    const { split } = flags
    const output = openOutput(flags.out, ['png', 'npy', 'csv'], PRESET)
    const count = await withRun({ ...input, source: dataSource(flags) }, async (run) => {
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
  const { info } = model
  output.fit(info)
  if (output.format === 'npy') return writeValues(output, reconstructions, info)
  if (output.format === 'csv')
    return output.write(csv(restoredColumns(originals, reconstructions, info)))
  return output.write(await drawVersions([originals, reconstructions], info.exampleShape))
}
