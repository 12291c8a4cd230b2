import type { Omission } from '../evaluate/evaluate.ts'
import type { MeasuredEntry } from '../evaluate/ledger/entry.ts'

/** A ledger as `--json` prints it: without the values of single examples, of which there are thousands. */
export const ledgerJson = (ledger: readonly MeasuredEntry[]): Omit<MeasuredEntry, 'values'>[] =>
  ledger.map(({ values: _, ...entry }) => entry)

/** Figures that were left out, with the reason in words for the command line. */
export const omittedJson = (omitted: readonly Omission[]) =>
  omitted.map(({ group, commandLine }) => ({ group, reason: commandLine }))
