import { resolve } from 'node:path'
import type { LoadedRun } from '../../app/load.ts'
import type { SplitName } from '../../data/dataset.ts'
import { UserError } from '../../tensor/errors.ts'
import { type HostTensor, hostTensor } from '../../tensor/host.ts'
import { defineCommand } from '../command.ts'
import { oneOf, text } from '../flags.ts'
import { beside, csv, numberedColumns, openOutput, writeArray } from '../output-file.ts'
import { runFlags, runSubject, withRun } from '../run-command.ts'
import { requireRows } from '../split-rows.ts'
import { print, printJson } from '../terminal.ts'

/** Examples `[n, D]` to be encoded, and their classes where they are known. */
interface Examples {
  readonly values: HostTensor<'float32'>
  readonly labels: ArrayLike<number> | undefined
}

interface Choice {
  readonly data: string | undefined
  readonly labels: string | undefined
  readonly split: SplitName | undefined
}

export const encode = defineCommand({
  subject: runSubject,
  flags: {
    data: text('FILE', "mnist or a file, instead of the run's own data"),
    labels: text('FILE', 'labels of the examples in --data, for a .csv'),
    split: oneOf(
      ['train', 'validation', 'test'],
      "which split, of the run's own data and of mnist (default test); a file is encoded whole",
    ),
    out: text('FILE', 'where to: .npy or .csv', 'codes.npy'),
    ...runFlags,
  },
  notes:
    'A code is the mean of q(z|x). A .npy file holds float32 [examples, latent]; a .csv file has the columns z0, z1, … and, where the data has labels, label.',
  examples: ['latentlab encode runs/vae --data mnist --split test --out codes.csv'],
  async run(input) {
    const { subject, flags } = input
    const output = openOutput(flags.out, ['npy', 'csv'])
    const [count, latent] = await withRun(input, async (run) => {
      const { values, labels } = await examplesFor(run, flags)
      requireDimension(run, values.shape[1]!, flags.data)
      const codes = await run.encode(values)
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

async function examplesFor(run: LoadedRun, choice: Choice): Promise<Examples> {
  const { data: name, labels, split } = choice
  const own = run.config.data.data
  const isOwn = name === undefined || name === own || resolve(name) === resolve(own)
  if (!isOwn && name !== 'mnist') {
    if (split === undefined) return examplesOfFile(name, labels)
    throw new UserError(`--split ${split}: a file is encoded whole; leave out --split`)
  }
  if (labels !== undefined)
    throw new UserError(
      `--labels ${labels}: ${name ?? "the run's data"} brings its own; leave it out`,
    )
  return examplesOfSplit(run, isOwn, split ?? 'test')
}

async function examplesOfSplit(
  run: LoadedRun,
  isOwn: boolean,
  split: SplitName,
): Promise<Examples> {
  const { openDataSet } = await import('../../data/open.ts')
  const { splitValues } = await import('../../data/rows.ts')
  const { splitLabels } = await import('../../app/report/source.ts')
  const { data: config, train } = run.config
  const { binarize } = config
  const data = isOwn
    ? await run.data()
    : await openDataSet({ data: 'mnist', validation: 0, binarize, seed: train.seed })
  const rows = Array.from({ length: requireRows(data, split) }, (_, i) => i)
  return { values: splitValues(data, split, rows), labels: splitLabels(data, split) }
}

async function examplesOfFile(path: string, labelsPath: string | undefined): Promise<Examples> {
  const { readExamples, readLabels } = await import('../../data/named.ts')
  const { examplesOf, labelsOf } = await import('../../data/examples.ts')
  const read = await readExamples(path)
  const { store, scale } = examplesOf(read.examples, path)
  const factor = Math.fround(scale) // as the training graph has it
  const labels = labelsPath === undefined ? read.labels : await readLabels(labelsPath)
  const name = labelsPath ?? `${path}, labels`
  return {
    values: hostTensor(
      'float32',
      store.shape,
      Float32Array.from(store.data, (value) => value * factor),
    ),
    labels: labels && labelsOf(labels, name, store.shape[0]!, path),
  }
}

function requireDimension(run: LoadedRun, found: number, name: string | undefined): void {
  const { dimension, exampleShape } = run.model.info
  if (found === dimension) return
  throw new UserError(
    `${name ?? run.config.data.data}: its examples have ${found} values each; ${run.folder} was trained on ${dimension} (shape [${exampleShape.join(', ')}])`,
  )
}
