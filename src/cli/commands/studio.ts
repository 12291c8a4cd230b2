import { counted } from '../../tensor/numbers.ts'
import { defineCommand, type Input } from '../command.ts'
import { integer } from '../flags.ts'
import { jsonFlag } from '../run-command.ts'
import { logBug, untilAborted } from '../serving.ts'
import { log, printJson } from '../terminal.ts'

const flags = {
  port: integer(
    { low: 0, high: 65_535 },
    'port; 0 for any free one (default: 7290, or the next free one)',
  ),
  json: jsonFlag,
}

/** Seconds in which sessions may save after a signal. */
const SAVING = 30

export const studio = defineCommand({
  subject: { name: 'FOLDER', optional: true },
  flags,
  notes:
    'Serves the Studio to the browser of this machine alone, at an address that is another at each start. Its sessions read the data, runs and packages in FOLDER (default: the current folder), and write runs there. After Ctrl-C they save and end; a second Ctrl-C ends at once.',
  examples: ['latentlab studio', 'latentlab studio lecture --port 8000'],
  async run({ subject, flags: { port, json }, interruption }: Input<typeof flags>) {
    const { serveStudio } = await import('../../server/studio/serve-studio.ts')
    const ports = port === undefined ? {} : { ports: [port] }
    const message = `sessions save and end, within ${SAVING} s; once more ends at once`
    const running = await interruption.hold(message, async () => {
      const started = await serveStudio(subject || '.', ports, { onError: logBug })
      const { address, folder } = started
      if (json) printJson({ address, folder })
      log(`latentlab: the Studio is at ${address} (Ctrl-C ends it)`)
      await untilAborted(interruption.signal)
      return started
    })
    // Nothing is held from here on, so another signal ends the process.
    const left = await running.close(SAVING * 1000)
    if (left === 0) return
    log(`latentlab: ${counted(left, 'session')} did not end within ${SAVING} s`)
    process.exit(interruption.exitCode)
  },
})
