import type { Floats } from '../../tensor/host.ts'
import { defineCommand } from '../command.ts'
import { integer, text } from '../flags.ts'
import { openOutput, writeArray } from '../output-file.ts'
import { dataFlags, dataSource, runFlags, runSubject, splitFlag, withRun } from '../run-command.ts'
import { requireRows } from '../split-rows.ts'
import { print, printJson } from '../terminal.ts'

export const transfer = defineCommand({
  subject: runSubject,
  flags: {
    count: integer({ low: 1, high: 1000 }, 'how many examples, from the first of the split', 10),
    split: splitFlag,
    out: text('FILE', 'output file: .png or .npy', 'transfer.png'),
    ...dataFlags,
    ...runFlags,
  },
  notes:
    'For models that are conditioned on labels: their code holds what the label leaves open, the style. Each row of a .png file is an example followed by its code decoded as every class. A .npy file holds float32 [count, classes, ...shape of an example].',
  examples: ['latentlab transfer runs/cvae --count 10 --out transfer.png'],
  async run(input) {
    const { subject, flags } = input
    const { split } = flags
    const output = openOutput(flags.out, ['png', 'npy'])
    const [count, classes] = await withRun({ ...input, source: dataSource(flags) }, async (run) => {
      const { requireClasses, styleTransfer } = await import('../../explore/style-transfer.ts')
      requireClasses(run.model)
      const data = await run.data()
      const { splitLabels, splitValues } = await import('../../data/rows.ts')
      const some = Math.min(flags.count, requireRows(data, split))
      const x = splitValues(
        data,
        split,
        Array.from({ length: some }, (_, i) => i),
      )
      const transferred = await styleTransfer(run, x, splitLabels(data, split)!.slice(0, some))
      const { exampleShape } = run.model.info
      const { values, classes: known } = transferred
      if (output.format === 'npy') {
        const rows = { ...values, shape: [some, values.data.length / some] }
        await writeArray(output, rows, [known, ...exampleShape])
      } else {
        const { encodePng, imageGrid } = await import('../../report/pixels.ts')
        const rows = eachBefore(x, values)
        await output.write(encodePng(imageGrid(rows, exampleShape, { columns: 1 + known })))
      }
      return [some, known] as const
    })
    if (flags.json) return printJson({ run: subject, split, count, classes, out: output.path })
    print(`${count} examples as each of ${classes} classes: ${output.path}`)
  },
})

/** Each example of `x` `[n, D]`, followed by its rows of `decoded` `[n · classes, D]`. */
function eachBefore(x: Floats, decoded: Floats): Float32Array {
  const [count, width] = x.shape as readonly [number, number]
  const decodedLength = decoded.data.length / count
  const rows = new Float32Array(x.data.length + decoded.data.length)
  for (let i = 0; i < count; i++) {
    const at = i * (width + decodedLength)
    rows.set(x.data.subarray(i * width, (i + 1) * width), at)
    rows.set(decoded.data.subarray(i * decodedLength, (i + 1) * decodedLength), at + width)
  }
  return rows
}
