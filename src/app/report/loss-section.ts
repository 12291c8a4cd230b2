import type { Section } from '../../report/html.ts'
import { lossCurves } from '../../report/loss-curves.ts'
import { lossSeries, OBJECTIVE } from './metrics.ts'
import { counted, type ReportSource } from './source.ts'

/** The loss terms over the epochs. */
export function lossSection({ run, epochs }: ReportSource): Section {
  const shared = { id: 'loss', title: 'Loss over training' }
  if (epochs.length === 0)
    return { ...shared, caption: 'No epoch is finished yet, so there are no curves.', figures: [] }
  const series = lossSeries(epochs)
  const terms = Object.keys(epochs[0]!.train.terms)
  const validated = epochs.some(({ validation }) => validation)
  // An epoch's line tells the seconds of the whole training so far.
  const { seconds } = epochs.at(-1)!
  const speed = epochs.reduce((sum, epoch) => sum + epoch.examplesPerSecond, 0) / epochs.length
  const caption = [
    `${counted(epochs.length, 'epoch')} in ${seconds.toFixed(seconds < 10 ? 1 : 0)} s, ${speed.toFixed(0)} examples per second.`,
    `The rest of this report uses the ${run.checkpoint} checkpoint, of epoch ${run.epoch}.`,
    terms.length > 1
      ? `“${OBJECTIVE}” is the weighted sum that training minimises; a term may rise while it falls.`
      : '',
    validated
      ? 'Look at the gap: where the validation curve turns up while the training curve still falls, the model is learning its training examples by heart.'
      : 'There is no validation split, so these curves cannot show overfitting.',
  ]
  return {
    ...shared,
    caption: caption.filter(Boolean).join(' '),
    figures: [
      {
        kind: 'svg',
        name: 'loss-curves',
        svg: lossCurves(series, { total: OBJECTIVE }),
        alt: `Curves of ${[OBJECTIVE, ...terms].join(', ')} over ${counted(epochs.length, 'epoch')}`,
        caption: `Means over the examples; each panel has its own scale. Training values are means over an epoch in which the parameters still move${validated ? '; validation values are taken at its end, which is why they can lie below at first' : ''}.${scheduleNote(run.model.config, validated)}`,
      },
    ],
  }
}

/** Weights that change over the epochs make the two curves of the objective unlike. */
function scheduleNote(config: Readonly<Record<string, unknown>>, validated: boolean): string {
  const scheduled = Object.entries(config).filter(
    ([, value]) => typeof value === 'object' && value !== null && 'epochs' in value,
  )
  if (scheduled.length === 0 || !validated) return ''
  const names = scheduled.map(([name]) => name).join(' and ')
  return ` The schedule of ${names}: training takes the value of the moment, validation its last, so compare the terms and not the objective until it has ended.`
}
