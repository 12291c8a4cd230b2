import { defineCommand } from '../command.ts'
import { trainingProgress } from '../progress.ts'
import { runFlags, runSubject, withRun } from '../run-command.ts'
import { print, printJson } from '../terminal.ts'

export const report = defineCommand({
  subject: runSubject,
  flags: runFlags,
  notes: 'Replaces report.html and its figures in the folder of the run.',
  examples: ['latentlab report runs/vae'],
  async run(input) {
    const { subject, flags } = input
    const progress = trainingProgress({ quiet: false, plain: flags.json })
    const written = await withRun(input, async (run) => {
      const { writeReport } = await import('../../app/report.ts')
      return writeReport(run, { onStage: progress.onStage })
    }).finally(progress.end)
    if (flags.json) return printJson({ run: subject, ...written })
    print(`report: ${written.report}`)
  },
})
