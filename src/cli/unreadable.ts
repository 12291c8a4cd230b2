import { log } from './terminal.ts'

/** Logs which lines of a run's metrics cannot be read, if any. */
export async function logUnreadable(lines: readonly number[]): Promise<void> {
  if (lines.length === 0) return
  const { unreadableText } = await import('../app/report/metrics.ts')
  log(`latentlab: note: ${unreadableText(lines)}`)
}
