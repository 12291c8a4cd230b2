import { resolve } from 'node:path'
import type { LoadedRun } from '../app/load.ts'
import type { SplitName } from '../data/dataset.ts'
import { UserError } from '../tensor/errors.ts'
import { type HostTensor, hostTensor } from '../tensor/host.ts'
import { oneOf, text } from './flags.ts'
import { requireRows } from './split-rows.ts'

/** Examples `[n, D]`, and their classes where they are known. */
export interface Examples {
  readonly values: HostTensor<'float32'>
  readonly labels: ArrayLike<number> | undefined
  /** Whether they are those of the run's own data, or of mnist, and not a file's. */
  readonly ofSplit: boolean
}

interface Choice {
  readonly data: string | undefined
  readonly labels: string | undefined
  readonly split: SplitName | undefined
  /** How many, from the first; all without it. */
  readonly count?: number | undefined
}

/** Flags of verbs that work on examples of the run's data, or on a file's. */
export const exampleFlags = {
  data: text('FILE', "mnist or a file, instead of the run's own data"),
  labels: text('FILE', 'labels of the examples in --data'),
  split: oneOf(
    ['train', 'validation', 'test'],
    "which split, of the run's own data and of mnist (default test); a file is taken whole",
  ),
}

/**
 * The examples that the flags choose.
 *
 * @throws UserError where they do not fit the run's model, which may also need labels
 */
export async function givenExamples(run: LoadedRun, choice: Choice): Promise<Examples> {
  const examples = await examplesFor(run, choice)
  requireDimension(run, examples.values.shape[1]!, choice.data)
  const { labels, definition } = run.model
  if (labels === 'condition' && !examples.labels)
    throw new UserError(
      `${choice.data}: has no labels, and ${definition.name} is conditioned on them; give --labels FILE`,
    )
  return examples
}

async function examplesFor(run: LoadedRun, choice: Choice): Promise<Examples> {
  const { data: name, labels, split, count } = choice
  const own = run.config.data.data
  const isOwn = name === undefined || name === own || resolve(name) === resolve(own)
  if (!isOwn && name !== 'mnist') {
    if (split === undefined) return examplesOfFile(name, labels, count)
    throw new UserError(`--split ${split}: a file is taken whole; leave out --split`)
  }
  if (labels !== undefined)
    throw new UserError(
      `--labels ${labels}: ${name ?? "the run's data"} brings its own; leave it out`,
    )
  return examplesOfSplit(run, isOwn, split ?? 'test', count)
}

async function examplesOfSplit(
  run: LoadedRun,
  isOwn: boolean,
  split: SplitName,
  most = Number.POSITIVE_INFINITY,
): Promise<Examples> {
  const { openDataSet } = await import('../data/open.ts')
  const { splitLabels, splitValues } = await import('../data/rows.ts')
  const { data: config, train } = run.config
  const { binarize } = config
  const data = isOwn
    ? await run.data()
    : await openDataSet({ data: 'mnist', validation: 0, binarize, seed: train.seed })
  const rows = Array.from({ length: Math.min(most, requireRows(data, split)) }, (_, i) => i)
  return {
    values: splitValues(data, split, rows),
    labels: splitLabels(data, split)?.slice(0, rows.length),
    ofSplit: true,
  }
}

async function examplesOfFile(
  path: string,
  labelsPath: string | undefined,
  most = Number.POSITIVE_INFINITY,
): Promise<Examples> {
  const { readExamples, readLabels } = await import('../data/named.ts')
  const { examplesOf, labelsOf } = await import('../data/examples.ts')
  const read = await readExamples(path)
  const { store, scale } = examplesOf(read.examples, path)
  const factor = Math.fround(scale) // as the training graph has it
  const labels = labelsPath === undefined ? read.labels : await readLabels(labelsPath)
  const name = labelsPath ?? `${path}, labels`
  const [rows, width] = store.shape as readonly [number, number]
  const known = labels && labelsOf(labels, name, rows, path)
  const count = Math.min(most, rows)
  const stored = store.data.subarray(0, count * width)
  return {
    values: hostTensor(
      'float32',
      [count, width],
      Float32Array.from(stored, (value) => value * factor),
    ),
    labels: known?.subarray(0, count),
    ofSplit: false,
  }
}

function requireDimension(run: LoadedRun, found: number, name: string | undefined): void {
  const { dimension, exampleShape } = run.model.info
  if (found === dimension) return
  throw new UserError(
    `${name ?? run.config.data.data}: its examples have ${found} values each; ${run.folder} was trained on ${dimension} (shape [${exampleShape.join(', ')}])`,
  )
}
