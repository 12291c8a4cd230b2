import type { Run } from '../app/run/load.ts'
import { withAnomalies } from '../data/anomalies.ts'
import { wholeNumbers } from '../data/indices.ts'
import { splitLabels, splitValues } from '../data/rows.ts'
import { type ExampleRows, exampleRows, labelTexts } from './examples.ts'

/** Examples that can be scored, with what is known of them. */
export interface ScorableRows extends ExampleRows {
  /** The label of a row, as it stands in the data; absent where rows have none. `label` is that of its part. */
  labelOf?(row: number, label: number | undefined): string | number | undefined
  /** Whether each row is an anomaly, where that is known. */
  isAnomaly?(row: number): boolean
}

type Choice = Parameters<typeof exampleRows>[1]

/**
 * The examples that the flags choose. A split of a run that learned from normal examples only has its anomalies after them.
 *
 * @throws UserError as `exampleRows` does
 */
export async function scorableRows(run: Run, choice: Choice): Promise<ScorableRows> {
  const rows = await exampleRows(run, choice)
  const { data: own, normal } = run.config.data
  if (normal && rows.ofSplit && (choice.data === undefined || choice.data === own))
    return withItsAnomalies(run, rows, choice.split ?? 'test')
  if (!rows.labelled) return rows
  const text = labelTexts(run)
  return { ...rows, labelOf: (_, label) => (label === undefined ? undefined : text(label)) }
}

async function withItsAnomalies(
  run: Run,
  rows: ExampleRows,
  split: NonNullable<Choice['split']>,
): Promise<ScorableRows> {
  const data = await run.data()
  const both = withAnomalies(data, split)
  const { rows: stored, keys } = both.data.splits[split]
  const own = splitLabels(data, split)
  const text = labelTexts(run)
  return {
    ...rows,
    count: stored.length,
    labelled: false,
    part(start, end) {
      const indices = wholeNumbers(start, end)
      return {
        values: splitValues(both.data, split, indices),
        labels: undefined,
        keys: keys?.of(indices.map((index) => stored[index]!)),
      }
    },
    labelOf: (row) => (row < both.normal ? own && text(own[row]!) : both.labels[row - both.normal]),
    isAnomaly: (row) => row >= both.normal,
  }
}
