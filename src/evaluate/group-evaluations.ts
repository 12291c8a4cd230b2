import { anomaly } from './anomaly/evaluation.ts'
import { generation } from './generation/evaluation.ts'
import type { Examination } from './group-evaluation.ts'
import { likelihood } from './likelihood/evaluation.ts'
import { lossFigures } from './loss/evaluation.ts'
import type { TermMeans } from './loss/terms.ts'
import { manifold } from './manifold/evaluation.ts'
import { reconstruction } from './reconstruction/evaluation.ts'
import { representation } from './representation/evaluation.ts'

/**
 * All that can be measured, in the order in which it is told.
 *
 * @param means the loss terms over the split, which every evaluation has
 */
export const examinations = (means: TermMeans): readonly Examination[] => [
  {
    group: 'loss',
    what: 'loss terms',
    belongs: () => true,
    figures: async (subject) => {
      const labelsHash = subject.model.labels && subject.hashes.labels
      const figures = lossFigures({ ...subject, means })
      return figures.map((figure) => ({ ...figure, ...(labelsHash && { labelsHash }) }))
    },
  },
  reconstruction,
  likelihood,
  representation,
  manifold,
  generation,
  anomaly,
]
