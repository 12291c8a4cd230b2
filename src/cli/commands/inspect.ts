import type { RunDescription } from '../../app/run/folder.ts'
import { layoutSyntax } from '../../data/layout.ts'
import type { ArrayDescription, FileDescription } from '../../data/sources.ts'
import { formatFigure } from '../../evaluate/ledger/entry.ts'
import { formatTable, type Table } from '../../report/table.ts'
import { UserError } from '../../tensor/errors.ts'
import { defineCommand } from '../command.ts'
import { text } from '../flags.ts'
import { jsonFlag } from '../run-command.ts'
import { outputWidth, print, printAsIs, printJson } from '../terminal.ts'
import { logUnreadable } from '../unreadable.ts'

export const inspect = defineCommand({
  subject: { name: 'RUN', optional: true },
  flags: {
    data: text('FILE', 'a data file, or mnist, instead of a run'),
    layout: text('LAYOUT', `how to read the array of examples: ${layoutSyntax}`),
    json: jsonFlag,
  },
  examples: ['latentlab inspect runs/vae', 'latentlab inspect --data images.npy'],
  async run({ subject, flags }) {
    if ((subject === '') === (flags.data === undefined))
      throw new UserError('inspect: expected the folder of a run, or --data FILE')
    if (flags.layout !== undefined && flags.data === undefined)
      throw new UserError('--layout: applies only to a data file; give --data FILE')
    if (flags.data !== undefined) {
      const { describeFile } = await import('../../data/sources.ts')
      const file = await describeFile(flags.data, flags.layout, 'commandLine')
      return flags.json ? printJson(file) : printFile(file)
    }
    const { describeRun } = await import('../../app/run/folder.ts')
    const run = await describeRun(subject)
    if (flags.json) return printJson(run)
    await logUnreadable(run.unreadable)
    await printRun(run)
  },
})

async function printRun(run: RunDescription): Promise<void> {
  const { setOptions } = await import('../../app/report/commands.ts')
  const { historyText } = await import('../../app/run/history-text.ts')
  const { config, environment, best } = run
  const options = setOptions(config).filter(({ value }) => value !== '')
  const title = [
    `${run.folder}: ${config.model} on ${config.data.data}, ${run.parameters} parameters`,
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
  const files = run.files.map(({ path, bytes }) => [path, String(bytes)])
  printTable({ columns: [{ title: 'file' }, { title: 'bytes', numeric: true }], rows: files })
}

const printTable = (table: Table) => printAsIs(formatTable(table, outputWidth()))

/** Prints a table, and an empty line below it. */
function printRows(titles: readonly string[], rows: readonly (readonly string[])[]): void {
  printTable({ columns: titles.map((title) => ({ title })), rows })
  print('')
}

/** How far training has come. */
function progressText({ epoch, epochs, step, stage }: RunDescription): string {
  const within = stage ? `${stage.name} (stage ${stage.number} of ${stage.stages}): ` : ''
  const steps = step === 1 ? '1 step' : `${step} steps`
  return `${within}${epoch} of ${epochs === 1 ? '1 epoch' : `${epochs} epochs`}, ${steps}`
}

function printFile({ path, format, gzip, arrays }: FileDescription): void {
  const columns = ['array', 'type', 'shape', 'lowest', 'highest', 'mean', 'not finite']
  const figure = (value: number | null) => {
    if (value === null) return '–'
    return Number.isInteger(value) ? String(value) : formatFigure(value)
  }
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
  print(['', ...readings, ...arrays.flatMap(countsText)].join('\n'))
}

/** How often each value occurs, for arrays that could be labels. */
function countsText({ name, counts }: ArrayDescription): string[] {
  const values = Object.entries(counts ?? {})
  if (values.length === 0 || values.length > 32) return []
  const list = values.map(([value, count]) => `${value}: ${count}`).join(', ')
  return ['', `rows by value${name ? ` of ${name}` : ''}: ${list}`]
}
