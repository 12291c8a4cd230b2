import type { Browser, Page } from 'playwright-core'

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  /** Microseconds that the thread computed in a task. */
  readonly tdur?: number
}

export interface Watched<T> {
  readonly result: T
  /** Milliseconds that the page's main thread computed in each of its tasks, the longest first. */
  readonly tasks: number[]
}

/**
 * Watches the main thread of a page. Tasks are measured by the thread's own clock, so that a machine whose cores are busy
 * with something else does not count: what blocks a page here is computing, as its main thread may not wait.
 */
export async function watchMainThread<T>(
  browser: Browser,
  page: Page,
  work: () => Promise<T>,
): Promise<Watched<T>> {
  await browser.startTracing(page, { categories: ['toplevel', 'blink.user_timing'] })
  await page.evaluate(() => performance.mark('watched'))
  const result = await work()
  const trace = (await browser.stopTracing()).toString()
  const { traceEvents } = JSON.parse(trace) as { traceEvents: TraceEvent[] }
  const mark = traceEvents.find(({ name }) => name === 'watched')!
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid, ts }) =>
      name === 'ThreadControllerImpl::RunTask' &&
      ph === 'X' &&
      pid === mark.pid &&
      tid === mark.tid &&
      ts > mark.ts,
  )
  return { result, tasks: tasks.map(({ tdur = 0 }) => tdur / 1000).sort((a, b) => b - a) }
}
