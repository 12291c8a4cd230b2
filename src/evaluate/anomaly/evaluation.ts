import { splitValues } from '../../data/rows.ts'
import type { Floats } from '../../tensor/host.ts'
import { COMPARED_NOTE, comparedRows, isComparable, withGapsOf } from '../compared-rows.ts'
import type { GroupEvaluation } from '../group-evaluation.ts'
import { greyLevels } from '../loss/likelihood-words.ts'
import { rowDistances } from '../neighbours/row-distances.ts'
import { NORMAL_MISSING } from '../options.ts'
import { detectionFigures } from './detection.ts'
import { byClasses, ownAnomalies } from './told-apart.ts'

/**
 * How well examples of classes that are not normal stand out by the squared error of their reconstruction, which
 * needs no likelihood. A model that was trained on all classes is at a disadvantage here; one that was trained on normal
 * examples only knows itself which these are.
 */
export const anomaly: GroupEvaluation = {
  group: 'anomaly',
  what: 'anomalies',
  applies: ({ trained: { model } }) => model.restore !== undefined && model.labels !== 'condition',
  async figures({ data, split, options, trained, seed, hashes, omit }) {
    const { normal, examples } = options
    if (!data.normal && !normal) {
      if (data.classes !== undefined) omit(NORMAL_MISSING)
      return []
    }
    const telling = { data, split, seed, hashes, examples }
    const told = data.normal ? await ownAnomalies(telling) : byClasses(telling, normal!)
    const x = splitValues(told.data, split, told.indices)
    const restored = await trained.reconstruct(x)
    const { columns } = trained.model.info
    const compared = (rows: Floats) => comparedRows(trained.runtime, columns, rows)
    const scores = rowDistances(await compared(x), await compared(withGapsOf(x, restored)))
    const by = isComparable(columns) ? '' : `; ${COMPARED_NOTE}`
    return detectionFigures(scores, told, {
      by: `by the squared error of reconstructions${greyLevels(data)}${by}`,
      seed,
    })
  },
}
