import { defineCommand } from '../command.ts'
import { text } from '../flags.ts'
import { trainingProgress } from '../progress.ts'
import { dataFlags, dataSource, runFlags, runSubject, withRun } from '../run-command.ts'
import { print, printJson } from '../terminal.ts'
import { logUnreadable } from '../unreadable.ts'

export const report = defineCommand({
  subject: runSubject,
  flags: {
    beside: text('OTHER', 'another run on examples of the same shape, to draw in the same figures'),
    ...dataFlags,
    ...runFlags,
  },
  notes:
    'Replaces report.html and its figures in the folder of the run. With --beside, the figures of reconstructions, filters and singular values also show the other run; its folder is only read.',
  examples: ['latentlab report runs/vae', 'latentlab report runs/cae --beside runs/ae'],
  async run(input) {
    const { subject, flags } = input
    const progress = trainingProgress({ quiet: false, plain: flags.json })
    const { onStage } = progress
    const written = await withRun({ ...input, source: dataSource(flags) }, async (run) => {
      const { writeReport } = await import('../../app/report/report.ts')
      if (flags.beside === undefined) return writeReport(run, { onStage })
      return withRun({ ...input, subject: flags.beside }, (beside) =>
        writeReport(run, { onStage, beside }),
      )
    }).finally(progress.end)
    if (flags.json) return printJson({ run: subject, ...written })
    await logUnreadable(written.unreadable)
    print(`report: ${written.report}`)
  },
})
