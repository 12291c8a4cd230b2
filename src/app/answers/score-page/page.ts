import { expectedAlarms } from '../../../answers/anomaly/threshold.ts'
import { renderReport, type Section } from '../../../report/html.ts'
import { counted, grouped } from '../../../tensor/numbers.ts'
import { comparisonSentence, comparisonTable, hasBaselines } from '../score-comparison.ts'
import { driftVerdict, scoreText } from '../score-sentences.ts'
import { picturesSection } from './pictures-section.ts'
import { rowsSection } from './rows-section.ts'
import { scoresSection } from './scores-section.ts'
import { isOfPictures, nounOf, type ScorePageSource } from './source.ts'

/**
 * A page on which a person looks through the examples of the highest scores, with what makes each odd: one HTML file that
 * needs nothing beside it.
 *
 * @throws the signal's reason if it is aborted
 */
export async function scorePage(source: ScorePageSource): Promise<string> {
  const { names, scores, score } = source
  const oddest = await (isOfPictures(source.trained) ? picturesSection : rowsSection)(source)
  return renderReport({
    title: `What is odd in ${names.data}`,
    subtitle: `${counted(scores.length, nounOf(source))}, scored by the ${scoreNames[score]} of ${names.run}`,
    summary: summaryOf(source),
    sections: [
      oddest,
      scoresSection(source),
      ...(hasBaselines(source.comparisons) ? [baselinesSection(source)] : []),
    ],
  })
}

const scoreNames = {
  distance: 'distance',
  bound: 'bound on the likelihood',
  reconstruction: 'reconstruction error',
} as const

function summaryOf(source: ScorePageSource): Section {
  const { threshold, alarms, scores, drift, worst } = source
  const { low, high } = expectedAlarms(threshold, scores.length)
  const expected = low === high ? grouped(low) : `${grouped(low)} to ${grouped(high)}`
  const most = worst[0]
  return {
    id: 'summary',
    title: 'At a glance',
    figures: [],
    keyFigures: [
      {
        title: 'Alarms',
        value: grouped(alarms),
        unit: `of ${counted(scores.length, nounOf(source))}`,
        meaning: `If all were normal, ${expected} would be expected.`,
      },
      {
        title: 'Highest score',
        value: most ? scoreText(most.score) : '',
        unit: source.score === 'bound' ? 'nats' : '',
        meaning: most
          ? `It is that of ${nounOf(source)} ${grouped(most.row + 1)}; the threshold is ${scoreText(threshold.threshold)}.`
          : '',
      },
      {
        title: 'Middle score',
        value: drift.medianPercentile.toFixed(0),
        unit: 'percentile',
        meaning: `Among the scores of normal test rows, of which the middle one is at 50. ${driftVerdict(drift)}`,
      },
    ],
  }
}

function baselinesSection({ comparisons, scores }: ScorePageSource): Section {
  return {
    id: 'baselines',
    title: 'Beside other methods',
    caption: [
      'The same rows, scored by methods that train no network, each with the same rate of false alarms: the distance to the 5 nearest training rows (k-NN), an isolation forest, and the residual of principal components (PCA).',
      comparisonSentence(comparisons),
    ].join('\n'),
    figures: [],
    table: comparisonTable(comparisons, scores.length),
  }
}
