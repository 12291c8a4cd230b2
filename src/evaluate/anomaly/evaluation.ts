import { evenIndices } from '../../data/indices.ts'
import { splitLabels, splitValues } from '../../data/rows.ts'
import { UserError } from '../../tensor/errors.ts'
import type { Floats } from '../../tensor/host.ts'
import { COMPARED_NOTE, comparedRows, isComparable, withGapsOf } from '../compared-rows.ts'
import type { GroupEvaluation } from '../group-evaluation.ts'
import { greyLevels } from '../loss/likelihood-words.ts'
import { rowDistances } from '../neighbours/row-distances.ts'
import { NORMAL_MISSING } from '../options.ts'
import { logitBootstrap } from '../statistics/bootstrap.ts'
import { aurocInterval } from '../statistics/intervals.ts'
import { auroc } from './auroc.ts'
import { averagePrecision, averagePrecisionOf } from './average-precision.ts'

/**
 * How well examples of classes that are not normal stand out by the squared error of their reconstruction, which
 * needs no likelihood. A model that was trained on all classes is at a disadvantage here.
 */
export const anomaly: GroupEvaluation = {
  group: 'anomaly',
  what: 'anomalies',
  applies: ({ trained: { model } }) => model.restore !== undefined && model.labels !== 'condition',
  async figures({ data, split, options, trained, seed, hashes, omit }) {
    if (!options.normal) {
      if (data.classes !== undefined) omit(NORMAL_MISSING)
      return []
    }
    if (!data.splits[split].labels)
      throw new UserError(`the ${split} examples have no labels, so none is known to be an anomaly`)
    const normal = new Set(options.normal)
    const indices = evenIndices(data.splits[split], options.examples ?? Infinity)
    const anomalous = splitLabels(data, split, indices)!.map((label) => !normal.has(label))
    const count = anomalous.filter(Boolean).length
    if (count === 0 || count === anomalous.length)
      throw new UserError(
        `normal: ${[...normal].join(', ')}: ${count === 0 ? 'all' : 'none'} of the ${split} examples are of these classes, so there is nothing to detect`,
      )
    const x = splitValues(data, split, indices)
    const restored = await trained.reconstruct(x)
    const { columns } = trained.model.info
    const compared = (rows: Floats) => comparedRows(trained.runtime, columns, rows)
    const scores = rowDistances(await compared(x), await compared(withGapsOf(x, restored)))
    const measured = auroc(scores, anomalous)
    const area = aurocInterval(measured)
    const precision = averagePrecision(scores, anomalous)
    const bootstrapped = logitBootstrap(scores.length, averagePrecisionOf(scores, anomalous), {
      seed,
    })
    const by = isComparable(columns) ? '' : `; ${COMPARED_NOTE}`
    const note = `by the squared error of reconstructions${greyLevels(data)}${by}; normal classes: ${[...normal].join(', ')}; ${count} of ${indices.length} examples are of other classes`
    const shared = {
      unit: 'share',
      kind: 'metric',
      samples: 0,
      examples: indices.length,
      examplesHash: hashes.stored,
      ...(hashes.labels && { labelsHash: hashes.labels }),
    } as const
    return [
      {
        ...shared,
        figure: 'AUROC',
        value: measured.area,
        interval: [area.low, area.high],
        note: `${note}; interval by DeLong et al. 1988`,
      },
      {
        ...shared,
        figure: 'average precision',
        value: precision,
        interval: [bootstrapped.low, bootstrapped.high],
        note: `${note}; chance level ${(count / indices.length).toFixed(3)}; interval by bootstrap`,
      },
    ]
  },
}
