import { baselineNames } from '../../answers/anomaly/baseline-scorers.ts'
import { expectedAlarms } from '../../answers/anomaly/threshold.ts'
import type { ScoreComparison } from '../../app/answers/score-summary.ts'
import { chosenScore, type ModelScoreName, scoreChoices } from '../../app/answers/scoring.ts'
import { counted, grouped } from '../../tensor/numbers.ts'
import { defineCommand } from '../command.ts'
import { exampleFlags } from '../examples.ts'
import { oneOf, share, text, toggle } from '../flags.ts'
import { runFlags, runSubject, withRun } from '../run-command.ts'
import { openScoreOutput, type ScoredFile } from '../score-output.ts'
import { spreadsheetFlag } from '../table-output.ts'
import { print, printJson, printTable } from '../terminal.ts'

export const score = defineCommand({
  subject: runSubject,
  flags: {
    ...exampleFlags,
    score: oneOf(
      scoreChoices,
      'how odd an example is: its distance to the nearest training examples as the model sees them, minus the importance-weighted bound on its log-likelihood, or the squared error of its reconstruction; auto is the distance',
      'auto',
    ),
    falseAlarms: share(
      'share of normal examples that may raise an alarm (default 0.01, or the lowest that the test examples support)',
    ),
    out: text(
      'FILE',
      'output file: the table as it came, with the columns score, alarm and reason; .csv, .tsv, .jsonl or .parquet',
      'scored.csv',
    ),
    page: text('FILE', 'page with the oddest examples (default: --out, ending in .html)'),
    noPage: toggle('write no page'),
    shares: toggle('a column for what each column adds to the score'),
    spreadsheet: spreadsheetFlag,
    ...runFlags,
  },
  notes:
    'An alarm is raised above a threshold: a score that so large a share of normal test examples exceeds. Beside the model, three baselines score the same examples: the distance to the nearest training examples (k-NN), an isolation forest and PCA. What scoring needs is kept in the folder of the run, so only the first time needs its data.',
  examples: [
    'latentlab score runs/sensors --data today.csv --out scored.csv',
    'latentlab score runs/sensors --data today.csv --score bound --false-alarms 0.001',
    'latentlab score runs/vae --data photos/ --out scored.csv',
  ],
  async run(input) {
    const { subject, flags } = input
    const output = openScoreOutput(flags)
    const found = await withRun(input, async (run) => {
      const name = chosenScore(run, flags.score)
      const { scoringOfRun } = await import('../../app/answers/stored-scoring.ts')
      const { signal } = input.interruption
      const scoring = await scoringOfRun(run, [name, ...baselineNames], { signal })
      return output.write(run, { scoring, name, signal })
    })
    if (flags.json) return printJson({ run: subject, ...documentOf(found, flags.out) })
    printFound(found, flags.out)
  },
})

/** The document of `--json`. */
function documentOf(
  { name, unit, scores, threshold, alarms, drift, comparisons, page }: ScoredFile,
  out: string,
) {
  return {
    count: scores.length,
    score: name,
    unit,
    threshold,
    alarms,
    expectedAlarms: expectedAlarms(threshold, scores.length),
    drift,
    comparisons: comparisons.of,
    comparedExamples: comparisons.count,
    out,
    page,
  }
}

function printFound(found: ScoredFile, out: string): void {
  const { name, scores, threshold, alarms, drift, comparisons, page } = found
  const { rate, rows } = threshold
  const expected = expectedAlarms(threshold, scores.length)
  print(`${counted(scores.length, 'row')} scored by ${name}: ${out}`)
  print(
    `${counted(alarms, 'alarm')} above ${shortNumber(threshold.threshold)}; of normal rows, ${range(expected.low, expected.high)} are to be expected (${percentText(rate.estimate)} of them, between ${percentText(rate.low)} and ${percentText(rate.high)} with 95 % confidence, from ${counted(rows, 'test row')})`,
  )
  if (drift.distance > drift.byChance)
    print(
      `the scores differ from those of the test rows: the middle one is at percentile ${drift.medianPercentile.toFixed(0)} of theirs (50 without drift)`,
    )
  printTable(comparisonTable(comparisons, scores.length))
  if (page) print(`the oddest rows, with reasons: ${page}`)
}

function comparisonTable({ of, count }: ScoredFile['comparisons'], all: number) {
  const detects = of.some(({ detection }) => detection)
  const sampled = count < all ? ` (of ${grouped(count)})` : ''
  return {
    columns: [
      { title: 'score' },
      { title: `alarms${sampled}`, numeric: true },
      { title: 'also by the model', numeric: true },
      ...(detects
        ? [
            { title: 'AUROC', numeric: true },
            { title: 'average precision', numeric: true },
          ]
        : []),
    ],
    rows: of.map(({ name, alarms, shared, detection }: ScoreComparison, i) => [
      i === 0 ? `${name} (model)` : name,
      grouped(alarms),
      i === 0 ? '' : grouped(shared),
      ...(detects
        ? [detection?.auroc.toFixed(3) ?? '', detection?.averagePrecision.toFixed(3) ?? '']
        : []),
    ]),
  }
}

const shortNumber = (value: number): string => String(Number(value.toPrecision(4)))

const percentText = (value: number): string => `${Number((100 * value).toPrecision(2))} %`

const range = (low: number, high: number): string =>
  low === high ? grouped(low) : `${grouped(low)} to ${grouped(high)}`

export type { ModelScoreName }
