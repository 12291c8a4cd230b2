import type { Section } from '../../../report/html.ts'
import { scoreHistogram } from '../../../report/score-histogram.ts'
import { shortened } from '../../../tensor/described.ts'
import { alarmsSentence, driftSentence } from '../score-sentences.ts'
import type { ScorePageSource } from './source.ts'

/** The threshold and its rate, and the scores beside those of normal test examples. */
export function scoresSection(source: ScorePageSource): Section {
  const { scores, material, score, threshold, alarms, drift, names } = source
  const calibration = material.calibration[score]!
  const sentences = [alarmsSentence(threshold, alarms, scores.length), driftSentence(drift)].map(
    (text) => `${text[0]!.toUpperCase()}${text.slice(1)}.`,
  )
  return {
    id: 'threshold',
    title: 'The threshold, and all scores',
    caption: sentences.join('\n'),
    figures: [
      {
        kind: 'svg',
        name: 'scores',
        svg: scoreHistogram(
          { scores, calibration, threshold: threshold.threshold },
          {
            title: 'How the scores are distributed',
            axis: axisNames[score],
            names: [shortened(names.data, 36), 'normal test rows'],
          },
        ),
        alt: `Distribution of the scores of ${names.data} beside those of normal test rows, and the threshold`,
        caption:
          'Everything to the right of the dashed line raises an alarm. The test rows took no part in training or in choosing the model. Where scores lie far beyond the threshold, the axis is logarithmic there. Heights are square roots of shares, so that a few rows can be seen beside many.',
      },
    ],
  }
}

const axisNames = {
  distance: 'distance',
  bound: 'minus the bound on log p(x), nats',
  reconstruction: 'squared error',
} as const
