import { kindOf } from '../../../data/form.ts'
import { counted } from '../../../tensor/numbers.ts'
import type { CardFacts } from './facts.ts'

const short = (value: number): string => String(Number(value.toPrecision(4)))

const whatScoresAre = {
  distance:
    'the mean distance of a row to the 5 nearest training rows, as the model sees them: reconstructions, and what they miss',
  bound:
    'minus the importance-weighted bound on log p(x) with 64 codes, whose random numbers are constants of the graph: the same row always has the same score',
  reconstruction: 'the squared error of the reconstruction',
} as const

export function scoreSection({ threshold }: CardFacts): string {
  if (!threshold) return ''
  const { score, unit, rate, rows, falseAlarms } = threshold
  return `## Score and alarms

The score is ${whatScoresAre[score]}, in ${unit}. A row raises an alarm if its score is above ${short(threshold.threshold)} (\`threshold.json\`). That is the threshold for a rate of false alarms of ${short(falseAlarms)}, from the scores of ${counted(rows, 'test example')}: of normal rows like those, ${short(100 * rate.estimate)} % are expected to raise one, with a 95 % interval from ${short(100 * rate.low)} to ${short(100 * rate.high)} %. \`shares\` says what each ${'column or pixel'} adds to a score; \`scoring.safetensors\` holds the sorted scores of the test examples, so another rate can be chosen later.
`
}

export function limitsSection({ form, threshold, trainingExamples, precision }: CardFacts): string {
  const limits = [
    'It knows data like that it was trained on. Columns are read by their names, and what is missing, of another kind or not finite is refused, not guessed.',
    ...(kindOf(form) === 'image'
      ? [
          'Pictures are resized before they reach the graphs, which is not part of them: `preprocess.json` says how.',
        ]
      : []),
    ...(threshold
      ? [
          'The rate of false alarms holds for normal rows that come from where the test rows came from. It says nothing of how many anomalies are found.',
        ]
      : []),
    ...(trainingExamples > 0
      ? ['Training examples can be read from it (see Data).']
      : [
          'A model can still give away something of single training examples, as every trained model can: no privacy guarantee is made.',
        ]),
    ...(precision === 'float16'
      ? ['Its weights are rounded to 16 bits (see How it was checked).']
      : []),
    'Hashes find damage, not somebody who writes the whole package anew: compare the seal of `manifest.json` with one that came another way.',
  ]
  return `## Limits

${limits.map((limit) => `- ${limit}\n`).join('')}`
}
