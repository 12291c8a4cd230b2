import type { Run } from '../../app/run/load.ts'
import type { Floats } from '../../tensor/host.ts'
import { counted } from '../../tensor/numbers.ts'
import { ROWS_PER_CALL } from '../../train/in-parts.ts'
import { defineCommand } from '../command.ts'
import { type ExampleRows, type Examples, exampleFlags, exampleRows } from '../examples.ts'
import { text } from '../flags.ts'
import {
  beside,
  type Columns,
  type CsvValue,
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
    'A code is the mean of q(z|x). A .npy file holds float32 [examples, latent]; a .csv file has the columns z0, z1, … and, if the data has labels, label; before them the columns of a table that name its rows.',
  examples: ['latentlab encode runs/vae --data mnist --split test --out codes.csv'],
  async run(input) {
    const { subject, flags } = input
    const output = openOutput(flags.out, ['npy', 'csv'])
    const [count, latent] = await withRun(input, async (run) => {
      const examples = await exampleRows(run, flags)
      const shape = [examples.count, run.model.latent] as const
      const parts = encodedParts(run, examples)
      await output.write(
        output.format === 'csv'
          ? csvParts(columnsOf(parts, examples, labelTexts(run)))
          : npyParts(shape, codesOf(parts)),
      )
      return shape
    })
    if (flags.json) return printJson({ run: subject, count, latent, out: output.path })
    print(`${counted(count, 'code')} of ${counted(latent, 'dimension')}: ${output.path}`)
  },
})

interface Encoded extends Omit<Examples, 'values'> {
  readonly codes: Floats
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
    const { values, ...beside } = examples.part(start, Math.min(examples.count, start + rows))
    yield { codes: await run.encode(values, beside.labels), ...beside }
  }
}

async function* codesOf(parts: AsyncIterable<Encoded>): AsyncGenerator<Floats> {
  for await (const { codes } of parts) yield codes
}

async function* columnsOf(
  parts: AsyncIterable<Encoded>,
  { keyNames = [] }: ExampleRows,
  labelText: (label: number) => CsvValue,
): AsyncGenerator<Columns> {
  for await (const { codes, labels, keys } of parts) {
    const columns = numberedColumns('z', codes)
    const { rows } = columns
    const key = { names: keyNames, rows, cell: (row: number, j: number) => keys![row]![j]! }
    const label = { names: ['label'], rows, cell: (row: number) => labelText(labels![row]!) }
    const named = keys ? beside(key, columns) : columns
    yield labels ? beside(named, label) : named
  }
}

/** A label as it stands in the data: the name of its class, where that is not a number. */
function labelTexts({ config: { example } }: Pick<Run, 'config'>): (label: number) => CsvValue {
  const { classNames, classLabels } = example ?? {}
  return (label) => classNames?.[classLabels?.indexOf(label) ?? label] ?? label
}
