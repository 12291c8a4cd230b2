import { defineCommand } from '../command.ts'
import { dataFlags, dataSource, runFlags, runSubject } from '../run-command.ts'
import { print, printJson } from '../terminal.ts'
import { logUnreadable } from '../unreadable.ts'

export const doctor = defineCommand({
  subject: runSubject,
  flags: { ...dataFlags, ...runFlags },
  notes:
    'Looks for outliers, unlike scales and constant columns in the data, unused dimensions of the code, dead units, a likelihood that does not fit the data, an exploding KL term, memorising, training that ended too early, an adversary out of balance, samples that are all alike or resemble no example, and the origin of numbers that are not finite. Each finding comes with its evidence and one suggestion: flags of latentlab train that the model accepts, or what else to change.',
  examples: ['latentlab doctor runs/vae'],
  async run({ subject, flags, interruption }) {
    const { examineRun } = await import('../../app/doctor/examine-run.ts')
    const { inFlags } = await import('../../app/doctor/advice.ts')
    const { checkpoint, threads, device } = flags
    const {
      findings: found,
      checks,
      unreadable,
    } = await interruption.hold('stopping after the examination', () =>
      examineRun(subject, {
        checkpoint,
        threads,
        device,
        source: dataSource(flags),
      }),
    )
    if (interruption.exitCode !== undefined) return
    const findings = found.map(inFlags)
    if (flags.json) return printJson({ run: subject, checks, findings, unreadable })
    await logUnreadable(unreadable)
    if (findings.length === 0) return print(`${subject}: ${checks} checks found nothing`)
    const count = findings.length === 1 ? 'one finding' : `${findings.length} findings`
    print(`${subject}: ${count} in ${checks} checks`)
    for (const finding of findings)
      print(
        `\n${finding.what} (${finding.name})\n  evidence: ${finding.evidence}\n  ${finding.cause ? `may follow from ${finding.cause}; try that first: ` : 'try: '}${finding.try}`,
      )
  },
})
