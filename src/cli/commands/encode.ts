import type { Run } from '../../app/run/load.ts'
import type { Floats } from '../../tensor/host.ts'
import { ROWS_PER_CALL } from '../../train/in-parts.ts'
import { defineCommand } from '../command.ts'
import { type ExampleRows, exampleFlags, exampleRows } from '../examples.ts'
import { text } from '../flags.ts'
import {
  beside,
  type Columns,
  csvParts,
  npyParts,
  numberedColumns,
  openOutput,
} from '../output-file.ts'
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
      const examples = await exampleRows(run, flags)
      const shape = [examples.count, run.model.latent] as const
      const parts = encodedParts(run, examples)
      await output.write(
        output.format === 'csv' ? csvParts(columnsOf(parts)) : npyParts(shape, codesOf(parts)),
      )
      return shape
    })
    if (flags.json) return printJson({ run: subject, count, latent, out: output.path })
    print(`${count} codes of ${latent} dimensions: ${output.path}`)
  },
})

interface Encoded {
  readonly codes: Floats
  readonly labels: ArrayLike<number> | undefined
}

/** Values that are read at once: a few megabytes. */
const VALUES_AT_ONCE = 2 ** 20

/** Codes of some examples after the other, so that neither all values nor all codes are in memory. */
export async function* encodedParts(
  run: Pick<Run, 'model' | 'encode'>,
  examples: ExampleRows,
): AsyncGenerator<Encoded> {
  const calls = Math.floor(VALUES_AT_ONCE / (ROWS_PER_CALL * run.model.info.dimension))
  const rows = ROWS_PER_CALL * Math.max(1, calls)
  for (let start = 0; start < examples.count; start += rows) {
    const { values, labels } = examples.part(start, Math.min(examples.count, start + rows))
    yield { codes: await run.encode(values, labels), labels }
  }
}

async function* codesOf(parts: AsyncIterable<Encoded>): AsyncGenerator<Floats> {
  for await (const { codes } of parts) yield codes
}

async function* columnsOf(parts: AsyncIterable<Encoded>): AsyncGenerator<Columns> {
  for await (const { codes, labels } of parts) {
    const columns = numberedColumns('z', codes)
    const label = { names: ['label'], rows: columns.rows, cell: (row: number) => labels![row]! }
    yield labels ? beside(columns, label) : columns
  }
}
