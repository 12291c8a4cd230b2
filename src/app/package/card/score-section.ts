import { type ExampleForm, kindOf } from '../../../data/form.ts'
import { counted } from '../../../tensor/numbers.ts'
import type { CardFacts } from './facts.ts'

const short = (value: number): string => String(Number(value.toPrecision(4)))

const whatScoresAre = {
  distance:
    'the mean distance of a row to the 5 nearest training rows, as the model sees them: reconstructions, and what they miss',
  bound:
    'minus the importance-weighted bound on log p(x) with 64 codes, whose random numbers are constants of the graph, so the same row always has the same score',
  reconstruction: 'the squared error of the reconstruction',
} as const

export function scoreSection({ form, threshold }: CardFacts): string {
  if (!threshold) return ''
  const { score, unit, rate, rows, falseAlarms } = threshold
  const part = kindOf(form) === 'image' ? 'pixel' : 'column'
  return `## Score and alarms

The score of a row is ${whatScoresAre[score]}. Its unit: ${unit}. A row raises an alarm if its score is above ${short(threshold.threshold)} (\`threshold.json\`). That is the threshold for a rate of false alarms of ${short(falseAlarms)}, from the scores of ${counted(rows, 'test example')}: of normal rows like those, ${short(100 * rate.estimate)} % are expected to raise one, with a 95 % interval from ${short(100 * rate.low)} % to ${short(100 * rate.high)} %. \`shares\` says what each ${part} adds to a score; \`scoring.safetensors\` holds the sorted scores of the test examples, so another rate can be chosen later.
`
}

/** What comes instead of a guess. */
function whatIsRefused(form: ExampleForm): string {
  if (form.table && !form.table.numbers)
    return 'Columns are read by their names. A column that is missing and a value of another kind are refused, not guessed; an empty cell is a missing value.'
  return kindOf(form) === 'image'
    ? 'Arrays of another shape or type are refused, not converted.'
    : 'Rows of another length and values that are not numbers are refused.'
}

export function limitsSection({ form, threshold, trainingExamples, precision }: CardFacts): string {
  const limits = [
    `It knows only data like the data that it was trained on. ${whatIsRefused(form)}`,
    ...(form.picture
      ? [
          'Pictures are resized before they reach the graphs, which do not do it: `preprocess.json` says how.',
        ]
      : []),
    ...(threshold
      ? [
          'The rate of false alarms holds for normal rows that come from where the test rows came from. It does not say how many anomalies are found.',
        ]
      : []),
    ...(trainingExamples > 0
      ? ['Training examples can be read from it (see Data).']
      : [
          'Like every trained model, it may reveal something about single training examples: no privacy guarantee is made.',
        ]),
    ...(precision === 'float16'
      ? ['Its weights are rounded to 16 bits (see How it was checked).']
      : []),
    'Hashes find damage. They do not stop someone who writes the whole package anew: compare the seal of `manifest.json` with one that came to you by another way.',
  ]
  return `## Limits

${limits.map((limit) => `- ${limit}\n`).join('')}`
}
