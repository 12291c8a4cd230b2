import { resolveInspected } from '../../app/config.ts'
import { inspectedOptions } from '../../app/option-list.ts'
import type { RunDescription } from '../../app/run/describe.ts'
import { isTable } from '../../data/is-table.ts'
import { layoutSyntax } from '../../data/layout.ts'
import type { PicturesDescription } from '../../data/pictures/describe.ts'
import { nameText } from '../../data/pictures/names.ts'
import type { ArrayDescription, FileDescription } from '../../data/sources.ts'
import { formatFigure } from '../../evaluate/ledger/entry.ts'
import { UserError } from '../../tensor/errors.ts'
import { counted, grouped } from '../../tensor/numbers.ts'
import { flagName } from '../../tensor/wording.ts'
import { defineCommand } from '../command.ts'
import { text } from '../flags.ts'
import { type OptionFlags, optionFlag } from '../option-flags.ts'
import { jsonFlag } from '../run-command.ts'
import { print, printJson, printTable } from '../terminal.ts'
import { logUnreadable } from '../unreadable.ts'

/** Flags of `train` that say how a table or an archive is read. */
const tableFlags: OptionFlags = Object.fromEntries(
  inspectedOptions().map((option) => [option.name, optionFlag(option)]),
)

export const inspect = defineCommand({
  subject: { name: 'RUN', optional: true },
  flags: {
    data: text('FILE', 'a data file, a folder of pictures, or mnist, instead of a run'),
    layout: text('LAYOUT', `how to read the array of examples: ${layoutSyntax}`),
    ...tableFlags,
    schemaOut: text(
      'FILE',
      'new file for what each column of a table is, to be changed and passed as --schema',
    ),
    json: jsonFlag,
  },
  notes:
    'Of a table, shows the kind of each column, what led to it, and what training does with it, by its first 10,000 rows. Of a file of arrays, shows how it is read as examples, and the range of every column: of a table of up to 20 columns all, else those that stand out (outliers, unlike scales, constant columns).',
  examples: [
    'latentlab inspect runs/vae',
    'latentlab inspect --data images.npy',
    'latentlab inspect --data sensors.csv --schema-out schema.json',
    'latentlab inspect --data sensors.csv --label is_fault --normal 0',
  ],
  async run({ subject, flags }) {
    if ((subject === '') === (flags.data === undefined))
      throw new UserError('inspect: expected the folder of a run, or --data FILE')
    const forArrays = ofArrays.find((name) => (flags as InspectFlags)[name] !== undefined)
    if (forArrays !== undefined && flags.data === undefined)
      throw new UserError(`${flagName(forArrays)}: applies only to a data file; give --data FILE`)
    if (await isTableWith(flags, forArrays)) return inspectTable(flags.data!, flags)
    if (flags.data !== undefined) {
      const { isPictures } = await import('../../data/pictures/is-pictures.ts')
      if (isPictures(flags.data)) {
        if (forArrays !== undefined)
          throw new UserError(
            `${flagName(forArrays)}: is for arrays, and ${flags.data} holds pictures; leave it out`,
          )
        const { describePictures } = await import('../../data/pictures/describe.ts')
        const pictures = await describePictures(flags.data)
        return flags.json ? printJson(pictures) : printPictures(pictures)
      }
      const { describeFile } = await import('../../data/sources.ts')
      const file = await describeFile(
        flags.data,
        { layout: flags.layout, array: (flags as InspectFlags).array as string | undefined },
        'commandLine',
      )
      return flags.json ? printJson(file) : printFile(file)
    }
    const { describeRun } = await import('../../app/run/describe.ts')
    const run = await describeRun(subject)
    if (flags.json) return printJson(run)
    await logUnreadable(run.unreadable)
    await printRun(run)
  },
})

/** Names of the flags that apply to files of arrays only, and of those that apply to tables only. */
const ofArrays = ['layout', 'array']
const ofTables = [...Object.keys(tableFlags), 'schemaOut'].filter(
  (name) => !ofArrays.includes(name),
)

/** Whether a file is an archive of the columns of a table. */
async function holdsColumns(path: string, array: unknown): Promise<boolean> {
  if (!path.endsWith('.npz')) return false
  const { areColumns } = await import('../../data/archive-roles.ts')
  const { readArrays } = await import('../../data/files.ts')
  return areColumns((await readArrays(path)).arrays, array as string | undefined)
}

type InspectFlags = Readonly<Record<string, string | boolean | undefined>>

/**
 * Whether the data is a table; refuses flags that do not apply to what it is.
 *
 * @param forArrays name of a flag that is given and applies to arrays only
 */
async function isTableWith(flags: InspectFlags, forArrays?: string | undefined): Promise<boolean> {
  const { data } = flags
  const { isPictures } = await import('../../data/pictures/is-pictures.ts')
  const found =
    typeof data === 'string' &&
    !isPictures(data) &&
    (isTable(data) || (await holdsColumns(data, flags.array)))
  const given = ofTables.find((name) => flags[name] !== undefined)
  if (given !== undefined && !found)
    throw new UserError(
      `${flagName(given)}: applies only to a table (CSV, Parquet, JSON lines, ARFF); give one as --data FILE`,
    )
  if (forArrays !== undefined && found)
    throw new UserError(
      `${flagName(forArrays)}: applies only to arrays (.npy, .npz, IDX), and ${flags.data} is a table`,
    )
  return found
}

async function inspectTable(path: string, flags: InspectFlags): Promise<void> {
  const { openTableRecords } = await import('../../data/open-table.ts')
  const { describeTableFile } = await import('../inspect-table.ts')
  const given = Object.keys(tableFlags).map((name) => [name, flags[name]])
  const { schema, missing, label, normal, ...reading } = resolveInspected(Object.fromEntries(given))
  const source = await openTableRecords(path, path, reading)
  await describeTableFile(source, {
    schema,
    missing,
    label,
    normal,
    schemaOut: flags.schemaOut as string | undefined,
    json: flags.json === true,
  })
}

async function printRun(run: RunDescription): Promise<void> {
  const { setOptions } = await import('../../app/report/commands.ts')
  const { historyText } = await import('../../app/run/history-text.ts')
  const { config, environment, best } = run
  const options = setOptions(config).filter(({ value }) => value !== '')
  const title = [
    `${run.folder}: ${config.model} on ${config.data.data}, ${counted(run.parameters, 'parameter')}`,
    `${progressText(run)}${run.finished ? '' : `; continue with: latentlab resume ${run.folder}`}`,
    ...(best
      ? [
          `best ${config.train.monitor} on validation: ${formatFigure(best.value)} after epoch ${best.epoch}`,
        ]
      : []),
    ...historyText(config.history).map((change) => `changed: ${change}`),
    ...(config.dataHash ? [`data: SHA-256 ${config.dataHash}`] : []),
  ]
  print(`${title.join('\n')}\n`)
  printRows(
    ['option', 'value', ''],
    options.map(({ name, value, changed }) => [name, value, changed ? 'set' : 'default']),
  )
  if (environment)
    printRows(
      ['environment', 'value'],
      Object.entries(environment).map(([name, value]) => [name, String(value)]),
    )
  const files = run.files.map(({ path, bytes }) => [path, grouped(bytes)])
  printTable({ columns: [{ title: 'file' }, { title: 'bytes', numeric: true }], rows: files })
}

/** Prints a table, and an empty line below it. */
function printRows(titles: readonly string[], rows: readonly (readonly string[])[]): void {
  printTable({ columns: titles.map((title) => ({ title })), rows })
  print('')
}

/** How far training has come. */
function progressText({ epoch, epochs, step, stage }: RunDescription): string {
  const within = stage ? `${stage.name} (stage ${stage.number} of ${stage.stages}): ` : ''
  return `${within}${epoch} of ${counted(epochs, 'epoch')}, ${counted(step, 'step')}`
}

const figure = (value: number | null): string => {
  if (value === null) return '–'
  return Number.isSafeInteger(value) ? String(value) : formatFigure(value)
}

function printFile({ path, format, gzip, arrays, taken, unclear }: FileDescription): void {
  const columns = ['array', 'type', 'shape', 'lowest', 'highest', 'mean', 'not finite']
  const rows = arrays.map(({ name, dtype, shape, min, max, mean, nonFinite }) => [
    name || '–',
    dtype,
    `[${shape.join(', ')}]`,
    figure(min),
    figure(max),
    figure(mean),
    String(nonFinite),
  ])
  print(`${path}: ${format}${gzip ? ', gzipped' : ''}\n`)
  printTable({ columns: columns.map((title, i) => ({ title, numeric: i > 2 })), rows })
  const readings = arrays
    .filter(({ reading }) => reading !== undefined)
    .map(({ name, reading }) => `${name ? `${name}: ` : ''}as examples: ${reading}`)
  if (taken !== undefined) print(`\ntaken as examples: ${taken}`)
  if (unclear !== undefined) print(`\nno array is taken as examples yet: ${unclear}`)
  print(['', ...readings, ...arrays.flatMap(countsText)].join('\n'))
  for (const array of arrays) printColumns(array)
}

function printPictures(described: PicturesDescription): void {
  const { path, count, formats, sizes, labels, splits, notes, faults } = described
  print(`${path}: ${counted(count, 'picture')}`)
  const list = (title: string, counts: Readonly<Record<string, number>>) => {
    const entries = Object.entries(counts)
    const shown = entries
      .slice(0, MOST_LISTED)
      .map(([name, of]) => `${nameText(name)}: ${grouped(of)}`)
    const more = entries.length > MOST_LISTED ? `, … (${entries.length} in all)` : ''
    print(`${title}: ${shown.join(', ')}${more}`)
  }
  list('formats', formats)
  list('sizes (width x height)', sizes)
  if (labels) list('labels', labels)
  if (splits) list('splits', splits)
  for (const note of notes) print(`- ${note}`)
  if (faults.length === 0) return
  print(`\n${counted(faults.length, 'file')} cannot be read:`)
  for (const fault of faults.slice(0, MOST_LISTED)) print(`- ${fault}`)
  if (faults.length > MOST_LISTED) print(`- …`)
}

/** Of longer lists, the beginning is shown. */
const MOST_LISTED = 20

/** How often each value occurs, for arrays that could be labels. */
function countsText({ name, counts }: ArrayDescription): string[] {
  const values = Object.entries(counts ?? {})
  if (values.length === 0 || values.length > 32) return []
  const list = values.map(([value, count]) => `${value}: ${count}`).join(', ')
  return ['', `rows by value${name ? ` of ${name}` : ''}: ${list}`]
}

/** The columns of an array: what stands out in sentences, then a table of them. */
function printColumns({ name, columns }: ArrayDescription): void {
  if (!columns) return
  const { count, constant, nonFinite, deviations, remarks, shown } = columns
  const all = shown.length === count
  const [smallest, largest] = deviations ?? [null, null]
  const summary = [
    counted(count, 'column'),
    `${constant} constant`,
    `${nonFinite} with values that are not finite`,
    `standard deviations from ${figure(smallest)} to ${figure(largest)}`,
  ].join(', ')
  const titles = ['column', 'lowest', 'highest', 'mean', 'std. dev.', 'not finite', '']
  const rows = shown.map((column) => [
    String(column.column),
    figure(column.min),
    figure(column.max),
    figure(column.mean),
    figure(column.deviation),
    String(column.nonFinite),
    column.constant ? 'constant' : '',
  ])
  const title = all ? 'by column' : `${summary}${shown.length > 0 ? '; those that stand out' : ''}`
  print(`\n${name ? `${name}: ` : ''}${title}${shown.length > 0 ? ':' : ''}`)
  for (const remark of remarks) print(`- ${remark}`)
  if (shown.length === 0) return
  print('')
  printTable({ columns: titles.map((text, i) => ({ title: text, numeric: i < 6 })), rows })
}
