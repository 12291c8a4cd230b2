import type { Run } from '../../app/run/load.ts'
import type { TypedColumn } from '../../data/table/original.ts'
import { requireTarget } from '../../data/table/write/format.ts'
import type { MadeRows } from '../../data/table/write/made.ts'
import type { Floats } from '../../tensor/host.ts'
import { counted } from '../../tensor/numbers.ts'
import { ROWS_PER_CALL } from '../../train/in-parts.ts'
import { defineCommand } from '../command.ts'
import {
  type ExampleRows,
  type Examples,
  exampleFlags,
  exampleRows,
  labelTexts,
} from '../examples.ts'
import { text } from '../flags.ts'
import {
  beside,
  type Columns,
  type CsvValue,
  csvParts,
  npyParts,
  numberedColumns,
  type OutputFormat,
  openOutput,
} from '../output-file.ts'
import { runFlags, runSubject, withRun } from '../run-command.ts'
import { print, printJson } from '../terminal.ts'

export const encode = defineCommand({
  subject: runSubject,
  flags: {
    ...exampleFlags,
    out: text('FILE', 'output file: .npy, .csv, .tsv, .jsonl or .parquet', 'codes.npy'),
    ...runFlags,
  },
  notes:
    'A code is the mean of q(z|x). A .npy file holds float32 [examples, latent]; any other file is a table with the columns z0, z1, … and, if the data has labels, label; before them the columns of a table that name its rows.',
  examples: [
    'latentlab encode runs/vae --data mnist --split test --out codes.csv',
    'latentlab encode runs/sensors --data today.parquet --out codes.parquet',
  ],
  async run(input) {
    const { subject, flags } = input
    const output = openOutput(flags.out, ['npy', 'csv', 'tsv', 'jsonl', 'parquet'])
    const [count, latent] = await withRun(input, async (run) => {
      const examples = await exampleRows(run, flags)
      const shape = [examples.count, run.model.latent] as const
      await output.write(await contentsOf(run, examples, output.format))
      return shape
    })
    if (flags.json) return printJson({ run: subject, count, latent, out: output.path })
    print(`${counted(count, 'code')} of ${counted(latent, 'dimension')}: ${output.path}`)
  },
})

/** The codes of all examples, as a file of this format holds them. */
async function contentsOf(run: Run, examples: ExampleRows, format: OutputFormat) {
  const parts = encodedParts(run, examples)
  const { latent } = run.model
  if (format === 'npy') return npyParts([examples.count, latent], codesOf(parts))
  const columns = columnsOf(parts, examples, labelTexts(run))
  if (format === 'csv') return csvParts(columns)
  const { tableParts } = await import('../../data/table/write/write-table.ts')
  const { asItIs, madeRecords } = await import('../../data/table/write/made.ts')
  const records = madeRecords(
    'the codes',
    typedColumns(run, examples),
    examples.count,
    cellsOf(columns),
  )
  return tableParts(records, asItIs, requireTarget(`.${format}`))
}

/** The columns of `columnsOf`, with their types. */
function typedColumns({ model, config }: Run, { keyNames = [], labelled }: ExampleRows) {
  const text = (name: string): TypedColumn => ({ name, type: 'text' })
  const code = (_: unknown, j: number): TypedColumn => ({ name: `z${j}`, type: 'float32' })
  const isNamed = config.example?.classNames !== undefined
  const label: TypedColumn = { name: 'label', type: isNamed ? 'text' : 'integer' }
  const codes = Array.from({ length: model.latent }, code)
  return [...keyNames.map(text), ...codes, ...(labelled ? [label] : [])]
}

async function* cellsOf(parts: AsyncIterable<Columns>): AsyncGenerator<MadeRows> {
  for await (const { names, rows, cell } of parts) {
    const column = (_: string, j: number) =>
      Array.from({ length: rows }, (_, row) => shortened(cell(row, j)))
    yield { count: rows, columns: names.map(column) }
  }
}

/** A number of float32 with the digits that it holds. */
const shortened = (value: CsvValue): CsvValue =>
  typeof value === 'number' ? Number(value.toPrecision(9)) : value

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
