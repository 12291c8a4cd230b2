import type { DataSource } from '../app/run/data-source.ts'
import type { Run } from '../app/run/load.ts'
import type { DataSet } from '../data/dataset.ts'
import type { Command, Input } from './command.ts'
import { type Flags, integer, oneOf, text, toggle, type Values } from './flags.ts'

/** The argument of verbs that work on a run. */
export const runSubject: NonNullable<Command['subject']> = { name: 'RUN' }

export const jsonFlag = toggle('print one JSON document on standard output and nothing else')

/** What to compute with; by default as the run's configuration says. */
export const computeFlags = {
  threads: integer({ low: 0, high: 1024 }, 'threads; 0 for one per core'),
  device: oneOf(['cpu', 'webgpu'], 'device to compute on'),
} satisfies Flags

/** Flags of every verb that uses a trained model. */
export const runFlags = {
  checkpoint: oneOf(
    ['best', 'last'],
    'which checkpoint; by default the best on validation, if there is one',
  ),
  ...computeFlags,
  json: jsonFlag,
} satisfies Flags

/** Where the run's own data is now, for verbs that work on it. */
export const dataFlags = {
  data: text('FILE', "where the run's data is now, if it has moved; its hash must be the same"),
  labels: text('FILE', 'where the labels of the data are now'),
  testData: text('FILE', 'where the test examples are now'),
  testLabels: text('FILE', 'where the labels of the test examples are now'),
} satisfies Flags

/** The data source that the flags name. */
export const dataSource = ({ data, labels, testData, testLabels }: Values<typeof dataFlags>) =>
  ({ data, labels, testData, testLabels }) satisfies DataSource

/** Which split of the run's data. */
export const splitFlag = oneOf(['train', 'validation', 'test'], 'which split of the data', 'test')

type LoadFlags = Pick<Input<typeof runFlags>['flags'], 'checkpoint' | 'threads' | 'device'>

/**
 * Loads a run, uses it and closes it. A signal meanwhile closes it after the current call and abandons the
 * rest: the promise is then rejected, and the caller prints nothing.
 */
export async function withRun<T>(
  {
    subject,
    flags,
    interruption,
    data,
    source,
  }: Pick<Input, 'subject' | 'interruption'> & {
    flags: LoadFlags
    data?: DataSet
    source?: DataSource
  },
  use: (run: Run) => Promise<T>,
): Promise<T> {
  const { loadRun } = await import('../app/run/load.ts')
  const { checkpoint, threads, device } = flags
  const { signal } = interruption
  return interruption.hold('stopping after the current call', async () => {
    const { isPackage, packagedRun } = await import('../app/package/as-run.ts')
    const run = (await isPackage(subject))
      ? await packagedRun(subject, { checkpoint, threads, device })
      : await loadRun(subject, { checkpoint, threads, device, data, source })
    const used = signal.aborted ? undefined : use(run)
    try {
      return await Promise.race(used ? [used, aborted(signal)] : [aborted(signal)])
    } finally {
      // After a signal, closing makes the remaining work fail; it is awaited to end cleanly.
      await run.close()
      await used?.catch(() => {})
    }
  })
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(new Error('interrupted'))
    if (signal.aborted) fail()
    else signal.addEventListener('abort', fail, { once: true })
  })
}
