import type { DataPlace } from '../app/run/data.ts'
import type { Run } from '../app/run/load.ts'
import type { DataSet } from '../data/dataset.ts'
import type { Command, Input } from './command.ts'
import { type Flags, integer, oneOf, text, toggle, type Values } from './flags.ts'

/** The argument of verbs that work on a run. */
export const runSubject: NonNullable<Command['subject']> = { name: 'RUN' }

export const jsonFlag = toggle('print one JSON document on standard output and nothing else')

/** What to compute with; without it, as the run's configuration says. */
export const computeFlags = {
  threads: integer({ low: 0, high: 1024 }, 'threads; 0 for one per core'),
  device: oneOf(['cpu', 'webgpu'], 'what to compute with'),
} satisfies Flags

/** Flags of every verb that uses a trained model. */
export const runFlags = {
  checkpoint: oneOf(
    ['best', 'last'],
    'which checkpoint; by default the best on validation where there is one',
  ),
  ...computeFlags,
  json: jsonFlag,
} satisfies Flags

/** Where the run's own data is, for verbs that work on it. */
export const dataFlags = {
  data: text('FILE', "where the run's data is now, if it has moved; its hash must be the same"),
  labels: text('FILE', 'where the labels that --labels gave are now'),
  testData: text('FILE', 'where the test examples that --test-data gave are now'),
  testLabels: text('FILE', 'where the labels that --test-labels gave are now'),
} satisfies Flags

/** The place that the flags name. */
export const dataPlace = ({ data, labels, testData, testLabels }: Values<typeof dataFlags>) =>
  ({ data, labels, testData, testLabels }) satisfies DataPlace

/** Which split of the run's data. */
export const splitFlag = oneOf(['train', 'validation', 'test'], 'which split of the data', 'test')

type LoadFlags = Pick<Input<typeof runFlags>['flags'], 'checkpoint' | 'threads' | 'device'>

/**
 * Loads a run, uses it and closes it. A signal meanwhile closes it after the call under way and gives up
 * what is left to do: the promise is then rejected, and the caller prints nothing.
 */
export async function withRun<T>(
  {
    subject,
    flags,
    interruption,
    data,
    place,
  }: Pick<Input, 'subject' | 'interruption'> & {
    flags: LoadFlags
    data?: DataSet
    place?: DataPlace
  },
  use: (run: Run) => Promise<T>,
): Promise<T> {
  const { loadRun } = await import('../app/run/load.ts')
  const { checkpoint, threads, device } = flags
  const { signal } = interruption
  return interruption.hold('stopping after the call under way', async () => {
    const run = await loadRun(subject, {
      ...(checkpoint === undefined ? {} : { checkpoint }),
      ...(threads === undefined ? {} : { threads }),
      ...(device === undefined ? {} : { device }),
      ...(data === undefined ? {} : { data }),
      ...(place === undefined ? {} : { place }),
    })
    const used = signal.aborted ? undefined : use(run)
    try {
      return await Promise.race(used ? [used, aborted(signal)] : [aborted(signal)])
    } finally {
      // After a signal, closing makes what is still to be computed fail; it is awaited to end cleanly.
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
