import { tell } from './terminal.ts'

/** Says in one line which lines of a run's metrics cannot be read; nothing where all can. */
export async function tellUnreadable(lines: readonly number[]): Promise<void> {
  if (lines.length === 0) return
  const { unreadableText } = await import('../app/report/metrics.ts')
  tell(`latentlab: note: ${unreadableText(lines)}`)
}
