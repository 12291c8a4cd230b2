import { type ExpectedValue, expectedValues } from '../../../answers/anomaly/expected-values.ts'
import type { ModelScoreName } from '../../../answers/anomaly/scoring.ts'
import type { TableColumn } from '../../../distributions/columns/column.ts'
import type { Section } from '../../../report/html.ts'
import { shortened } from '../../../tensor/described.ts'
import { hostTensor } from '../../../tensor/host.ts'
import { counted, grouped } from '../../../tensor/numbers.ts'
import { namedCell, reasonSentence } from '../reason-sentence.ts'
import { excessText, type Reason, reasonsOf } from '../reasons.ts'
import { scoreText } from '../score-sentences.ts'
import type { OddExample } from '../scored-parts.ts'
import { nounOf, type ScorePageSource, SHOWN } from './source.ts'

/** Reasons of a row. */
const REASONS = 3

/** Other values of a row, and letters that they may take. */
const OTHERS = { values: 40, letters: 500 }

/** A reason that adds less than this share of what the first one adds says nothing. */
const LEAST_SHARE = 0.05

/** Letters of the texts that name a row. */
const KEY = 60

/** The rows of the highest scores, with what makes them odd in words. */
export async function rowsSection(source: ScorePageSource): Promise<Section> {
  const { worst, columns, keyNames } = source
  const shown = worst.slice(0, SHOWN)
  const reasons = shown.map((example) => reasonsFor(source, example))
  const expected = await expectations(source, shown, reasons)
  const rows = shown.map((example, i) => {
    const { keys, label } = source.namesOf(example.row)
    return [
      grouped(example.row + 1),
      [...keys, ...(label ? [label] : [])].map((text) => shortened(text, KEY)).join('\n'),
      scoreText(example.score),
      alarmText(source, example),
      ...(columns
        ? [
            sentences(source, example, reasons[i]!, expected[i]!),
            otherValues(columns, example, reasons[i]!.columns),
          ]
        : []),
    ]
  })
  const names = keyNames.map((name) => shortened(name, KEY)).join(', ')
  return {
    id: 'oddest',
    title: `The oddest ${nounOf(source)}s`,
    caption: captionOf(source, shown.length),
    figures: [],
    table: {
      records: true,
      columns: [
        { title: nounOf(source) },
        { title: names, under: 0 },
        { title: 'score', numeric: true },
        { title: '', under: 2 },
        ...(columns ? [{ title: 'what is odd' }, { title: 'all other values', under: 4 }] : []),
      ],
      rows,
    },
  }
}

export const alarmText = (
  { threshold }: Pick<ScorePageSource, 'threshold'>,
  { score }: Pick<OddExample, 'score'>,
): string => (score > threshold.threshold ? 'alarm' : 'no alarm')

/** Which of the examples are shown, and what makes an alarm. */
export function shownText(source: ScorePageSource, shown: number): string {
  const { alarms, scores, threshold, names } = source
  const noun = nounOf(source)
  const all = counted(scores.length, noun)
  const rest = shown < alarms ? ` The other alarms are in ${names.out}.` : ''
  const above = scoreText(threshold.threshold)
  if (alarms === 0)
    return `None of ${all} is above the threshold of ${above}: ${shown === 1 ? 'this is the one with the highest score' : `these are the ${grouped(shown)} with the highest scores, highest first`}.`
  return `${counted(alarms, noun)} of ${grouped(scores.length)} ${alarms === 1 ? 'is' : 'are'} above the threshold of ${above}. Here ${shown === 1 ? 'is the one with the highest score' : `are the ${grouped(shown)} with the highest scores, highest first`}.${rest}`
}

function captionOf(source: ScorePageSource, shown: number): string {
  const first = shownText(source, shown)
  if (!source.columns) return `${first}\n${measure(source)}`
  return [
    first,
    `Beside each, the values that add most to its score: what the model expects in their place, given the other values of the row (nine in ten such rows lie in the stated range), and after the plus sign how much more they add than in a normal row. ${measure(source)}`,
    'Such a row may be a fault, an error in the data, or a rare case that is right. Rows are counted from 1, without the header.',
  ].join('\n')
}

/** What a score measures, and so what its parts are in. */
export function measure({ score, columns }: Pick<ScorePageSource, 'score' | 'columns'>): string {
  const counts = columns
    ? ' Numbers count in standard deviations, and each category has a place of its own, 0 or 1.'
    : ''
  const texts: Readonly<Record<ModelScoreName, string>> = {
    bound:
      'A score is minus the bound on the log-likelihood, in nats: what is less likely by a factor of e counts 1 more.',
    distance: `A score is a distance: how far it is, on average, to the 5 training examples that are nearest as the model sees them.${counts}`,
    reconstruction: `A score is the squared error of the reconstruction, summed over all values.${counts}`,
  }
  return texts[score]
}

interface RowReasons {
  readonly columns: readonly Reason[]
  /** What belongs to no column, where it is among the largest. */
  readonly code?: number | undefined
}

function reasonsFor(
  { material, score, columns }: ScorePageSource,
  { shares, code }: OddExample,
): RowReasons {
  if (!columns) return { columns: [] }
  const typical = material.typical[score]!
  const found = reasonsOf(shares, typical, REASONS)
  const ofCode = code === undefined ? 0 : code - typicalCode(material.calibration[score]!, typical)
  const least = LEAST_SHARE * Math.max(ofCode, found[0]?.excess ?? 0)
  const isAmong = ofCode > 0 && ofCode >= (found[REASONS - 1]?.excess ?? least)
  return {
    columns: found
      .slice(0, isAmong ? REASONS - 1 : REASONS)
      .filter(({ excess }) => excess >= least),
    code: isAmong && ofCode >= least ? ofCode : undefined,
  }
}

/** The mean of what belongs to no column: of the scores, less that of all columns. */
const typicalCode = (calibration: Float64Array, typical: Float64Array): number =>
  calibration.reduce((a, b) => a + b, 0) / calibration.length - typical.reduce((a, b) => a + b, 0)

/** What is expected of the columns of all reasons, in their order. */
async function expectations(
  source: ScorePageSource,
  shown: readonly OddExample[],
  reasons: readonly RowReasons[],
): Promise<ExpectedValue[][]> {
  const { trained, columns, material, signal } = source
  if (!columns || shown.length === 0) return shown.map(() => [])
  const width = columns.length
  const values = new Float32Array(shown.length * width)
  shown.forEach((example, i) => {
    values.set(example.values, i * width)
  })
  const labels = shown.map(({ row }) => source.namesOf(row).classLabel)
  const cells = reasons.flatMap((of, row) => of.columns.map(({ column }) => ({ row, column })))
  const rows = hostTensor('float32', [shown.length, width], values)
  const known = labels.some((label) => label === undefined) ? undefined : (labels as number[])
  const found = await expectedValues(trained, rows, cells, {
    seed: material.seed,
    labels: known,
    signal,
  })
  return reasons.map((_, row) => found.filter((_, i) => cells[i]!.row === row))
}

/** The reasons in words, a line each, the largest first. */
function sentences(
  { columns, score }: ScorePageSource,
  { values }: OddExample,
  { columns: reasons, code }: RowReasons,
  expected: readonly ExpectedValue[],
): string {
  const unit = score === 'bound' ? 'nats' : ''
  const lines = reasons.map(({ column, excess }, i) => ({
    excess,
    text: reasonSentence(columns![column]!, values[column]!, expected[i]!, { excess, unit }),
  }))
  if (code !== undefined)
    lines.push({
      excess: code,
      text: `the row as a whole (its code): +${excessText(code)} ${unit}`,
    })
  if (lines.length === 0) return 'no value adds more than in a normal row'
  return lines
    .sort((a, b) => b.excess - a.excess)
    .map(({ text }) => text)
    .join('\n')
}

function otherValues(
  columns: readonly TableColumn[],
  { values }: OddExample,
  reasons: readonly Reason[],
): string {
  const named = new Set(reasons.map(({ column }) => column))
  const others = columns.flatMap((column, c) =>
    named.has(c) ? [] : [namedCell(column, values[c]!)],
  )
  let letters = 0
  const shown = others.slice(0, OTHERS.values).filter((text) => {
    letters += text.length
    return letters <= OTHERS.letters
  })
  const left = others.length - shown.length
  return [...shown, ...(left > 0 ? [`${grouped(left)} more`] : [])].join('; ')
}
