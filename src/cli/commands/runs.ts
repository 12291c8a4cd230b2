import { basename } from 'node:path'
import type { ListedRun } from '../../app/run/list.ts'
import { formatFigure } from '../../evaluate/ledger/entry.ts'
import { defineCommand } from '../command.ts'
import { jsonFlag } from '../run-command.ts'
import { log, print, printJson, printTable } from '../terminal.ts'

/** Where train puts runs by default. */
const FOLDER = 'runs'

export const runs = defineCommand({
  subject: { name: 'FOLDER', optional: true },
  flags: { json: jsonFlag },
  notes:
    'Lists the runs in FOLDER (default runs) and in its folders, the latest first. The loss is that of the best epoch on validation or, for a run that keeps none, of the last epoch. A run is stopped if latentlab resume would continue it, and running while a process trains it.',
  examples: ['latentlab runs', 'latentlab runs experiments --json'],
  async run({ subject, flags }) {
    const { listRuns } = await import('../../app/run/list.ts')
    const folder = subject || FOLDER
    const found = await listRuns(folder)
    if (flags.json) return printJson(found)
    if (found.length === 0) return print(`no runs in ${folder}`)
    const titles = ['run', 'model', 'data', 'epochs', 'loss', 'state', 'last written']
    const columns = titles.map((title) => ({ title, numeric: title === 'loss' }))
    const now = new Date()
    printTable({ columns, rows: found.map((run) => cellsOf(run, now)) })
    for (const { folder: damaged, damage } of found)
      if (damage !== null) log(`latentlab: note: ${damaged}: ${damage}`)
  },
})

/** Short cells, so that a row of an ordinary run fits 80 columns. */
function cellsOf(
  { folder, model, data, loss, state, written, ...run }: ListedRun,
  now: Date,
): string[] {
  const stage = run.stage === null || state === 'finished' ? '' : `${run.stage}: `
  return [
    folder,
    model ?? '–',
    data === null ? '–' : basename(data),
    run.epoch === null ? '–' : `${stage}${run.epoch}/${run.epochs}`,
    loss === null ? '–' : formatFigure(loss.value),
    state,
    timeText(new Date(written), now),
  ]
}

/** `10:50` if that was today, otherwise `2026-11-28`, in the time of the machine. */
function timeText(time: Date, now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  if (time.toDateString() === now.toDateString())
    return `${two(time.getHours())}:${two(time.getMinutes())}`
  return [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-')
}
