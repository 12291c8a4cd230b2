import { resolve } from 'node:path'
import type { Run } from '../app/run/load.ts'
import type { NamedArrays } from '../data/archive-roles.ts'
import type { DataSet, SplitName } from '../data/dataset.ts'
import type { ExampleForm } from '../data/form.ts'
import { wholeNumbers } from '../data/indices.ts'
import { pathOf } from '../data/named-tables.ts'
import type { TableForm } from '../data/table/form.ts'
import type { GivenRows } from '../data/table/given-rows.ts'
import type { PackedTable } from '../data/table/packed.ts'
import type { RecordSource } from '../data/table/records.ts'
import { UserError } from '../tensor/errors.ts'
import { type HostTensor, rowsBetween } from '../tensor/host.ts'
import { oneOf, text, toggle } from './flags.ts'
import { requireRows } from './split-rows.ts'
import { log } from './terminal.ts'

/** Examples `[n, D]`, and their labels where they are known. */
export interface Examples {
  readonly values: HostTensor<'float32'>
  readonly labels: ArrayLike<number> | undefined
  /** What names each example, `[n][names]`, where a table has columns that do. */
  readonly keys?: readonly (readonly (string | null)[])[] | undefined
}

/** Examples that are read some at a time. */
export interface ExampleRows {
  readonly count: number
  /** Whether they come from a split of the run's own data or of mnist, not from a file. */
  readonly ofSplit: boolean
  readonly labelled: boolean
  /** The column of a table that holds the labels, or would. */
  readonly labelColumn?: string | undefined
  /** Names of the columns that name each example. */
  readonly keyNames?: readonly string[] | undefined
  /** Those from `start` (included) to `end` (excluded). */
  part(start: number, end: number): Examples
}

interface Choice {
  readonly data: string | undefined
  readonly labels: string | undefined
  readonly split: SplitName | undefined
  readonly scaled: boolean
  /** How many, from the first; all by default. */
  readonly count?: number | undefined
}

/** Flags of verbs that work on examples of the run's data or of a file. */
export const exampleFlags = {
  data: text(
    'FILE',
    "mnist, a file or a folder of pictures, instead of the run's own data; taken whole",
  ),
  labels: text('FILE', 'labels of the examples in --data'),
  split: oneOf(
    ['train', 'validation', 'test'],
    "which split of the run's own data, or of mnist (default test)",
  ),
  scaled: toggle(
    'the values in --data are already scaled, as decode and sample write them (pixels in [0, 1])',
  ),
}

/**
 * The examples that the flags choose: a split of the run's data or of mnist, or a whole file, read in the form
 * of the run's data.
 *
 * @throws UserError if they do not fit the run's model, or it needs labels and there are none
 */
export async function exampleRows(run: Run, choice: Choice): Promise<ExampleRows> {
  const examples = await examplesFor(run, choice)
  requireLabelled(run, choice.data, examples)
  return examples
}

/** Refuses examples without the labels that a model is conditioned on. */
export function requireLabelled(
  { model: { labels, definition } }: Run,
  name: string | undefined,
  { labelled, labelColumn: column }: Pick<ExampleRows, 'labelled' | 'labelColumn'>,
): void {
  if (labels === 'condition' && !labelled) {
    const missing = column === undefined ? 'labels' : `column ${JSON.stringify(column)} of labels`
    throw new UserError(
      `${name}: has no ${missing}, and ${definition.name} is conditioned on them; ${column === undefined ? '' : 'add it, or '}give --labels FILE`,
    )
  }
}

/** The same, all at once. */
export async function givenExamples(
  run: Run,
  choice: Choice,
): Promise<Examples & Pick<ExampleRows, 'ofSplit'>> {
  const rows = await exampleRows(run, choice)
  return { ...rows.part(0, rows.count), ofSplit: rows.ofSplit }
}

async function examplesFor(run: Run, choice: Choice): Promise<ExampleRows> {
  const { data: name, labels, split, scaled } = choice
  const { data: own, labels: ownLabels } = run.config.data
  const isOwn = name === undefined || name === own || resolve(pathOf(name)) === resolve(pathOf(own))
  const isFile = name !== undefined && name !== 'mnist' && !(isOwn && split !== undefined)
  if (isFile) {
    if (split !== undefined)
      throw new UserError(`--split ${split}: a file is taken whole; leave out --split`)
    return examplesOfFile(run, name, {
      ...choice,
      labels: labels ?? (isOwn ? ownLabels : undefined),
    })
  }
  if (labels !== undefined)
    throw new UserError(
      `--labels ${labels}: ${name ?? "the run's data"} has its own labels; leave this out`,
    )
  if (scaled)
    throw new UserError('--scaled: applies only to a file; give --data FILE, or leave it out')
  return examplesOfSplit(run, isOwn, split ?? 'test', choice.count)
}

async function examplesOfSplit(
  run: Run,
  isOwn: boolean,
  split: SplitName,
  most = Number.POSITIVE_INFINITY,
): Promise<ExampleRows> {
  const { splitLabels, splitValues } = await import('../data/rows.ts')
  const data = isOwn ? await run.data() : await mnistLikeOf(run)
  const of = data.splits[split]
  return {
    count: Math.min(most, requireRows(data, split)),
    ofSplit: true,
    labelled: of.labels !== undefined,
    keyNames: of.keys?.names,
    part(start, end) {
      const rows = wholeNumbers(start, end)
      return {
        values: splitValues(data, split, rows),
        labels: splitLabels(data, split, rows),
        keys: of.keys?.of(rows.map((row) => of.rows[row]!)),
      }
    },
  }
}

/** MNIST, read in the form of the run's own data. */
async function mnistLikeOf({ config }: Run): Promise<DataSet> {
  const { openDataSet } = await import('../data/open.ts')
  const { data, train, example } = config
  const known = example?.form && { exampleShape: example.exampleShape, form: example.form }
  const { binarize } = data
  return openDataSet({ data: 'mnist', validation: 0, binarize, seed: train.seed, known })
}

/** The arrays of a file, or pictures as those that the model was trained on. */
async function readAs(
  run: Run,
  path: string,
  form: ExampleForm | undefined,
  scaled: boolean,
): Promise<NamedArrays> {
  const { isPictures } = await import('../data/pictures/is-pictures.ts')
  if (!isPictures(path)) {
    const { readExamples } = await import('../data/named.ts')
    return readExamples(path)
  }
  if (scaled)
    throw new UserError(`--scaled: ${path} holds pictures, which are not scaled; leave it out`)
  const { picturesAs } = await import('../data/pictures/as-trained.ts')
  const { exampleShape, classNames } = run.config.example ?? (await run.data())
  const { cache } = run.config.data
  const read = await picturesAs(path, { exampleShape, classNames, form }, cache)
  for (const note of read.notes) log(`note: ${path}: ${note}`)
  return read
}

async function examplesOfFile(
  run: Run,
  path: string,
  { labels: labelsPath, scaled, count: most = Number.POSITIVE_INFINITY }: Choice,
): Promise<ExampleRows> {
  const { requireFile } = await import('../data/named.ts')
  requireFile(pathOf(path))
  const form = await run.form()
  const { isPictures } = await import('../data/pictures/is-pictures.ts')
  const labelled = await labelsFor(path, labelsPath)
  if (form?.table && !scaled && !isPictures(path)) {
    const rows = await rowsOfTable(run, path, form.table)
    const labels = labelled(undefined, rows.count)
    return { ...(labels ? withLabels(rows, labels) : rows), count: Math.min(most, rows.count) }
  }
  const { asTrained } = await import('../data/given-examples.ts')
  const read = await readAs(run, path, form, scaled)
  const array = scaled ? { ...read.examples, scale: form?.scale ?? 1 } : read.examples
  const values = asTrained(array, form, run.model.info.dimension, path)
  const [rows = 0] = values.shape
  const known = labelled(read.labels, rows)
  return {
    count: Math.min(most, rows),
    ofSplit: false,
    labelled: known !== undefined,
    part: (start, end) => ({
      values: end - start < rows ? rowsBetween(values, start, end) : values,
      labels: known?.subarray(start, end),
    }),
  }
}

/** Reads labels from a file, and returns what checks them, or those that the examples have, for a number of rows. */
export async function labelsFor(path: string, labelsPath: string | undefined) {
  const { readLabels } = await import('../data/named.ts')
  const { labelsOf } = await import('../data/labels.ts')
  const given = labelsPath === undefined ? undefined : await readLabels(labelsPath)
  return (own: HostTensor | undefined, rows: number): Int32Array | undefined => {
    const labels = given ?? own
    return labels && labelsOf(labels, labelsPath ?? `${path}, labels`, rows, path)
  }
}

/** Examples with labels of their own, in place of those that they have. */
const withLabels = (examples: ExampleRows, labels: Int32Array): ExampleRows => ({
  ...examples,
  labelled: true,
  part: (start, end) => ({ ...examples.part(start, end), labels: labels.subarray(start, end) }),
})

/** A table, and its rows as the run's model sees them. */
export interface TableRows {
  readonly source: RecordSource
  readonly packed: PackedTable
  readonly rows: GivenRows
}

/**
 * Opens a table by the columns that the run's model was trained on; what is unlike them is reported.
 *
 * @param others what becomes of other columns
 */
export async function openTableRows(
  { config }: Pick<Run, 'config'>,
  path: string,
  table: TableForm,
  {
    others,
    note = (remark) => log(`note: ${path}: ${remark}`),
  }: {
    /** What becomes of columns that training did not have, for the remark on them. */
    readonly others?: 'left out' | 'unchanged' | undefined
    readonly note?: ((remark: string) => void) | undefined
  } = {},
): Promise<TableRows> {
  const { openTableRecords, packedRows } = await import('../data/open-table.ts')
  const { givenRows } = await import('../data/table/given-rows.ts')
  const { unlistedColumns } = await import('../data/table/schema-file.ts')
  const { recordedClasses } = await import('../data/table/table-labels.ts')
  const source = await openTableRecords(path, path, config.data)
  const options = { ...config.data, schema: undefined, newData: true }
  const packed = await packedRows(path, source, table.schema, options)
  // A model of normal rows has seen no other labels, and needs none: new rows may have any, or gaps.
  const classes = config.data.normal ? undefined : recordedClasses(config.example!)
  const rows = givenRows(packed, table, classes)
  const remarks = [
    ...(packed.notes ?? []),
    ...unlistedColumns(source, table.schema, others),
    ...rows.remarks,
  ]
  for (const remark of remarks) note(remark)
  return { source, packed, rows }
}

async function rowsOfTable(run: Run, path: string, table: TableForm): Promise<ExampleRows> {
  const { rows } = await openTableRows(run, path, table)
  return {
    count: rows.count,
    ofSplit: false,
    labelled: rows.labels !== undefined,
    labelColumn: table.schema.columns.find(({ kind }) => kind === 'label')?.name,
    keyNames: rows.keys?.names,
    part: (start, end) => ({
      values: rows.cells(start, end),
      labels: rows.labels?.subarray(start, end),
      keys: rows.keys?.of(wholeNumbers(start, end)),
    }),
  }
}

/** A label as it stands in the data: the name of its class, where that is not a number. */
export function labelTexts({ config }: Pick<Run, 'config'>): (label: number) => string | number {
  const { classNames, classLabels } = config.example ?? {}
  return (label) => classNames?.[classLabels?.indexOf(label) ?? label] ?? label
}
