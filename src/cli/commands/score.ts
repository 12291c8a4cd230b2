import { baselineNames } from '../../answers/anomaly/baseline-scorers.ts'
import { scoreChoices } from '../../answers/anomaly/scoring.ts'
import { expectedAlarms } from '../../answers/anomaly/threshold.ts'
import { comparisonTable, hasBaselines } from '../../app/answers/score-comparison.ts'
import { alarmsSentence, driftSentence, hasDrifted } from '../../app/answers/score-sentences.ts'
import { scoreFor } from '../../app/answers/scored-examples.ts'
import { counted } from '../../tensor/numbers.ts'
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
      const { packaged } = run
      const name = scoreFor(run, flags.score, packaged?.preset)
      const { scoringOfRun } = await import('../../app/answers/stored-scoring.ts')
      const { signal } = input.interruption
      const scoring = () =>
        scoringOfRun(run, packaged ? [name] : [name, ...baselineNames], { signal })
      return output.write(run, {
        scoring,
        name,
        falseAlarms: packaged?.preset?.falseAlarms,
        signal,
      })
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
  print(`${counted(scores.length, 'row')} scored by ${name}: ${out}`)
  print(alarmsSentence(threshold, alarms, scores.length))
  if (hasDrifted(drift)) print(driftSentence(drift))
  const labelled = comparisons.of.some(({ detection }) => detection)
  if (hasBaselines(comparisons) || labelled) printTable(comparisonTable(comparisons, scores.length))
  if (page) print(`the oddest rows, with reasons: ${page}`)
}
