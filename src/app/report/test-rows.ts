import type { RunConfig } from '../config.ts'

/** Whether a run's test examples are a set of their own, not cut from the data by the seed. */
const hasTestSet = ({ data }: RunConfig): boolean =>
  data.data === 'mnist' || data.testData !== undefined

/** Whether two runs have the same rows for their test: a test set of its own, or the same cut of the data. */
export function haveSameTestRows(a: RunConfig, b: RunConfig): boolean {
  if (a.dataHash === undefined || a.dataHash !== b.dataHash) return false
  return hasTestSet(a) || (a.train.seed === b.train.seed && a.data.test === b.data.test)
}

interface NamedRun {
  readonly name: string
  readonly run: { readonly config: RunConfig }
}

/**
 * A sentence for figures of several runs on test examples of the first, where those of others are different
 * rows; empty where all have the same.
 */
export function testRowsRemark([first, ...others]: readonly NamedRun[]): string {
  const unlike = others.filter(({ run }) => !haveSameTestRows(first!.run.config, run.config))
  if (unlike.length === 0) return ''
  const names = unlike.map(({ name }) => name).join(' and ')
  return `The examples are test examples of ${first!.name}; ${names} had other test rows, and may have been trained on some of these.`
}
