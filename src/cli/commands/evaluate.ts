import { defineCommand } from '../command.ts'
import { runFlags, runSubject, splitFlag, withRun } from '../run-command.ts'
import { print, printJson } from '../terminal.ts'

export const evaluate = defineCommand({
  subject: runSubject,
  flags: { split: splitFlag, ...runFlags },
  examples: ['latentlab evaluate runs/vae --split test --json'],
  async run(input) {
    const { subject, flags } = input
    const { epoch, checkpoint, evaluation } = await withRun(input, async (run) => ({
      epoch: run.epoch,
      checkpoint: run.checkpoint,
      evaluation: await run.evaluate(flags.split),
    }))
    const told = evaluation.ledger.map(({ values: _, ...entry }) => entry)
    if (flags.json)
      return printJson({ run: subject, checkpoint, epoch, ...evaluation, ledger: told })
    const { formatLedger } = await import('../../report/ledger.ts')
    print(`${subject}, ${checkpoint} checkpoint, after epoch ${epoch}\n`)
    print(formatLedger(evaluation.ledger))
  },
})
